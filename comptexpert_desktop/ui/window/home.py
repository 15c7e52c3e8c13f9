"""The first screen: what to do next, signed out or signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.destinations import (
    OUTBOX,
    SERVICES,
    SIGNUPS,
    Destination,
    NewSignup,
    ShowFirm,
    ShowList,
    ShowReview,
)
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets.link_card import LinkCard
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.presentation.home import queries
    from comptexpert_desktop.presentation.home.queries import HomeView
    from comptexpert_desktop.usecases.ports import Stores

if not TYPE_CHECKING:  # in the background, with the first reading: it brings the parts of the store with it
    queries = lazy("comptexpert_desktop.presentation.home.queries")

SOON_DAYS = 30
DISCLAIMER = "Application indépendante, non affiliée à l’Ordre des experts-comptables."
WELCOME = "Un seul compte pour les services de l’Ordre, et les délégations de votre cabinet au même endroit."


class HomeScreen(Screen):
    """Two choices signed out; what waits signed in."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Accueil", name="homeScreen")
        self._tasks = context.tasks
        self._unused_firm = self._review_firm = ""
        page = Page("Bienvenue", WELCOME)
        self.heading, self.intro = page.heading, page.intro
        self.create_choice = LinkCard(
            "user-plus",
            "Créer un Comptexpert",
            "Même sans réseau : votre demande est gardée, puis envoyée dès que possible.",
            name="createAccountButton",
        )
        self.sign_in_choice = LinkCard(
            "sign-in",
            "Se connecter",
            "Dans votre navigateur. Le mot de passe ne passe jamais par cette application.",
            name="homeSignInButton",
        )
        self.decide = LinkCard("handshake", "Délégations", "", name="homeDelegationsButton")
        self.ending = LinkCard("clock", "Échéances", "", name="homeEndingButton")
        self.missing = LinkCard("alert-triangle", "Droits incomplets", "", name="homeMissingButton")
        self.unused = LinkCard("clock", "Droits inutilisés", "", name="homeUnusedButton")
        self.outbox = LinkCard("outbox", "Boîte d’envoi", "", name="homeOutboxButton")
        self.signups = LinkCard("pencil", "Mes inscriptions", "", name="homeSignupsButton")
        self.review = LinkCard("list", "Revue annuelle", "", name="homeReviewButton")
        self.services = LinkCard(
            "grid", "Mes services", "Ce que votre compte ouvre, et pourquoi.", name="homeServicesButton"
        )
        for choice in (self.create_choice, self.sign_in_choice, *self._signed_in()):
            page.body.addWidget(choice)
        page.body.addSpacing(8)
        page.body.addWidget(PlainLabel(DISCLAIMER, role="hint"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self._show_signed_out()
        self.sign_in_choice.clicked.connect(context.navigator.sign_in)
        for choice, destination in (
            (self.create_choice, NewSignup()),
            (self.decide, ShowList(group="undecided")),
            (self.ending, ShowList(group="live", ends_within=SOON_DAYS, selects_all=True)),
            (self.missing, ShowList(group="live", effect="missing")),
            (self.outbox, Destination(OUTBOX)),
            (self.signups, Destination(SIGNUPS)),
            (self.services, Destination(SERVICES)),
        ):
            choice.clicked.connect(partial(self._open, destination))
        self.unused.clicked.connect(self._open_unused)
        self.review.clicked.connect(self._open_review)
        topics = (Topic.SESSION, Topic.DELEGATIONS, Topic.OUTBOX, Topic.DRAFTS, Topic.SIGNUPS, Topic.FIRM)
        context.changes.listen(self, *topics, call=self.activate)

    def activate(self) -> None:
        """Read again what waits."""
        work = partial(_read, today=day_in_france(self.context.clock()))
        self._tasks.read(self, work, self._show, failed=lambda _error: None, channel="home")

    def _open(self, destination: Destination, *_clicked: bool) -> None:
        self.context.navigator.open(destination)

    def _open_unused(self, *_clicked: bool) -> None:
        self.context.navigator.open(ShowFirm(firm_id=self._unused_firm))

    def _open_review(self, *_clicked: bool) -> None:
        self.context.navigator.open(ShowReview(firm_id=self._review_firm))

    def _show_signed_out(self) -> None:
        self.heading.setText("Bienvenue")
        self.intro.setText(WELCOME)
        self.create_choice.show()
        self.sign_in_choice.show()
        for choice in self._signed_in():
            choice.hide()

    def _signed_in(self) -> tuple[LinkCard, ...]:
        asked = (self.outbox, self.decide, self.ending, self.missing, self.unused)
        return *asked, self.review, self.signups, self.services

    def _show(self, view: HomeView) -> None:
        account = view.account
        if account is None:
            self._show_signed_out()
        else:
            self.heading.setText(f"Bonjour {account.given_name}".strip())
            self.intro.setText("Rien ne vous attend." if view.is_empty else "Voici ce qui vous attend.")
            self.create_choice.hide()
            self.sign_in_choice.hide()
            self.services.show()
            self._show_delegations(view)
            self._show_ending(view)
            self._show_missing(view)
            self._show_review(view)
        self._show_waiting(view)

    def _show_delegations(self, view: HomeView) -> None:
        self.decide.show()
        found = view.pending
        if view.account is not None and view.account.may_grant:
            words = wording.count(found, "demande à décider", many="demandes à décider")
            text = "Lisez, puis accordez ou refusez." if found else "Aucune demande n’attend votre décision."
            self.decide.set_words(words if found else "Délégations", text, icon="handshake")
        else:
            words = wording.count(found, "demande en attente de réponse", many="demandes en attente de réponse")
            text = "L’expert-comptable n’a pas encore répondu." if found else "Demandez un accès à un service."
            self.decide.set_words(words if found else "Mes demandes", text, icon="handshake")

    def _show_ending(self, view: HomeView) -> None:
        self.ending.setVisible(bool(view.ending))
        grants = view.account is not None and view.account.may_grant
        text = "Prolongez ce qui doit durer." if grants else "Demandez à les prolonger s’ils doivent durer."
        words = wording.count(view.ending, "droit prend fin", many="droits prennent fin")
        within = wording.count(SOON_DAYS, "jour")
        self.ending.set_words(f"{words} dans les {within}", text, icon="clock", tone="warning")

    def _show_missing(self, view: HomeView) -> None:
        self.missing.setVisible(bool(view.missing))
        self.unused.setVisible(bool(view.unused))
        self._unused_firm = view.unused_firm
        lacking = wording.count(
            view.missing, "droit accordé ne peut pas servir", many="droits accordés ne peuvent pas servir"
        )
        self.missing.set_words(
            lacking, "Il leur manque quelque chose. Chaque dossier dit quoi.", icon="alert-triangle", tone="warning"
        )
        idle = wording.count(view.unused, "droit inutilisé", many="droits inutilisés")
        text = f"Personne ne s’en sert depuis 90\u00a0jours ou plus.{_elsewhere(view.unused_elsewhere)}"
        self.unused.set_words(idle, text, icon="clock", tone="warning")

    def _show_review(self, view: HomeView) -> None:
        self.review.setVisible(view.review_until is not None)
        self._review_firm = view.review_firm
        if view.review_until is not None:
            words = wording.count(view.to_review, "droit à revoir", many="droits à revoir")
            text = f"Revue annuelle, jusqu’au {wording.day(view.review_until)}. Sans réponse, un droit prend fin."
            text += _elsewhere(view.to_review_elsewhere)
            self.review.set_words(words if view.to_review else "Revue annuelle", text, icon="list")

    def _show_waiting(self, view: HomeView) -> None:
        needs = wording.count(view.needs_you, "envoi à revoir", many="envois à revoir")
        waits = wording.count(view.waiting, "envoi en attente", many="envois en attente")
        self.outbox.setVisible(bool(view.needs_you or view.waiting))
        if view.not_effective:
            words = wording.count(view.not_effective, "révocation non transmise", many="révocations non transmises")
            if view.not_effective > view.revocations:
                words = wording.count(
                    view.not_effective, "retrait de droits non transmis", many="retraits de droits non transmis"
                )
            text = "PAS ENCORE EFFECTIF. Les droits restent ouverts tant que le serveur n’a pas répondu."
            self.outbox.set_words(words, text, icon="alert-circle", tone="danger")
        elif view.needs_you:
            self.outbox.set_words(
                needs, "Quelque chose demande votre attention.", icon="alert-triangle", tone="warning"
            )
        elif view.waiting:
            self.outbox.set_words(waits, "L’envoi se fait de lui-même, dès que possible.", icon="outbox")
        self.signups.setVisible(bool(view.drafts or view.signups))
        drafts = wording.count(view.drafts, "inscription à terminer", many="inscriptions à terminer")
        asked = wording.count(view.signups, "demande de compte", many="demandes de compte")
        self.signups.set_words(
            drafts if view.drafts else asked,
            "Continuez là où vous en étiez." if view.drafts else "Suivez-en l’avancement.",
            icon="pencil" if view.drafts else "user",
        )


def _elsewhere(count: int) -> str:
    """Say how much waits in the other cabinets: the list that opens is of one."""
    return f" Et {wording.number(count)} dans vos autres cabinets." if count else ""


def _read(stores: Stores, *, today: date) -> HomeView:
    return queries.read(stores, today=today)
