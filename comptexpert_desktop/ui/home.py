"""The first screen: what to do next, signed out or signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.home_reading import HomeView
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores

DISCLAIMER = "Application indépendante, non affiliée à l’Ordre des experts-comptables."
WELCOME = "Un seul compte pour les services de l’Ordre, et les délégations de votre cabinet au même endroit."


class HomeScreen(Page):
    """Two choices signed out; what waits signed in."""

    title = "Accueil"
    create_wanted = Signal()
    sign_in_wanted = Signal()
    open_wanted = Signal(str)
    """The key of another screen."""

    def __init__(self, tasks: Tasks, changes: Changes) -> None:
        super().__init__("Bienvenue", WELCOME)
        self._tasks = tasks
        self.create_choice = Choice(
            "user-plus",
            "Créer un Comptexpert",
            "Même sans réseau : votre demande est gardée, puis envoyée dès que possible.",
            name="createAccountButton",
        )
        self.sign_in_choice = Choice(
            "sign-in",
            "Se connecter",
            "Dans votre navigateur. Le mot de passe ne passe jamais par cette application.",
            name="homeSignInButton",
        )
        self.decide = Choice("handshake", "Délégations", "", name="homeDelegationsButton")
        self.outbox = Choice("outbox", "Boîte d’envoi", "", name="homeOutboxButton")
        self.signups = Choice("pencil", "Mes inscriptions", "", name="homeSignupsButton")
        self.review = Choice("list", "Revue annuelle", "", name="homeReviewButton")
        self.services = Choice(
            "grid", "Mes services", "Ce que votre compte ouvre, et pourquoi.", name="homeServicesButton"
        )
        for choice in (self.create_choice, self.sign_in_choice, *self._signed_in()):
            self.body.addWidget(choice)
        self.body.addSpacing(8)
        self.body.addWidget(PlainLabel(DISCLAIMER, role="hint"))
        self._show_signed_out()
        self.create_choice.clicked.connect(self.create_wanted)
        self.sign_in_choice.clicked.connect(self.sign_in_wanted)
        for choice, key in (
            (self.decide, "delegations"),
            (self.review, "reviews"),
            (self.outbox, "outbox"),
            (self.signups, "signups"),
            (self.services, "services"),
        ):
            choice.clicked.connect(lambda _checked=False, key=key: self.open_wanted.emit(key))
        topics = (Topic.SESSION, Topic.DELEGATIONS, Topic.OUTBOX, Topic.DRAFTS, Topic.SIGNUPS)
        changes.listen(self, *topics, call=self.activate)

    def activate(self) -> None:
        """Read again what waits."""
        self._tasks.read(self, _read, self._show, failed=lambda _error: None, channel="home")

    def _show_signed_out(self) -> None:
        self.heading.setText("Bienvenue")
        self.intro.setText(WELCOME)
        self.create_choice.show()
        self.sign_in_choice.show()
        for choice in self._signed_in():
            choice.hide()

    def _signed_in(self) -> tuple[Choice, ...]:
        return self.decide, self.review, self.outbox, self.signups, self.services

    def _show(self, view: HomeView) -> None:
        account = view.account
        if account is None:
            self._show_signed_out()
        else:
            self.heading.setText(f"Bonjour {account.given_name}".strip())
            self.intro.setText("Voici ce qui vous attend.")
            self.create_choice.hide()
            self.sign_in_choice.hide()
            self.services.show()
            self._show_delegations(view)
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

    def _show_review(self, view: HomeView) -> None:
        self.review.setVisible(view.review_until is not None)
        if view.review_until is not None:
            words = wording.count(view.to_review, "droit à revoir", many="droits à revoir")
            text = f"Revue annuelle, jusqu’au {wording.day(view.review_until)}. Sans réponse, un droit prend fin."
            self.review.set_words(words if view.to_review else "Revue annuelle", text, icon="list")

    def _show_waiting(self, view: HomeView) -> None:
        needs = wording.count(view.needs_you, "envoi à revoir", many="envois à revoir")
        waits = wording.count(view.waiting, "envoi en attente", many="envois en attente")
        self.outbox.setVisible(bool(view.needs_you or view.waiting))
        if view.needs_you:
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
            "Reprenez là où vous en étiez." if view.drafts else "Suivez-en l’avancement.",
            icon="pencil" if view.drafts else "user",
        )


def _read(stores: Stores) -> HomeView:
    # Imported in the background: the first frame does not wait for the store's parts.
    from comptexpert_desktop.ui import home_reading  # noqa: PLC0415  start-up time

    return home_reading.read(stores)
