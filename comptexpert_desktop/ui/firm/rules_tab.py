"""« Règles »: the terms of the services, two approvers, the yearly review."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.firm.words import Look
from comptexpert_desktop.ui.firm.rows import Row, Rows, permit
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Service
    from comptexpert_desktop.presentation.firm.view import View
    from comptexpert_desktop.ui.widgets.links import Links

_ACCEPTED = Look("check-circle", "Acceptées", "success")
_TO_ACCEPT = Look("alert-triangle", "À accepter", "warning")
_TWO = Look("users", "Deux accords demandés", "info")
_ONE = Look("user", "Un accord suffit", "neutral")


class RulesTab(Page):
    """What the cabinet decided once for all its delegations."""

    terms_requested = Signal(str)
    """The code of the service whose terms are accepted."""
    two_requested = Signal(bool)
    review_day_requested = Signal()
    review_day_kept = Signal()
    """Of a change of the day that waits: the day stays as it is."""
    reviews_requested = Signal()

    def __init__(self, *, links: Links) -> None:
        super().__init__()
        self.setObjectName("firmRules")
        self._links = links
        self._terms = Rows()
        self._demands_two = False
        self._two_state = Badge(_ONE.icon, _ONE.word, _ONE.tone)
        self.two_button = secondary("Demander deux accords…", name="twoApproversButton")
        self._why_two = PlainLabel(role="hint")
        self._pending_two, self._pending_review = PlainLabel(role="muted"), PlainLabel(role="muted")
        self.keep_two_button = secondary("Garder deux accords…", name="keepTwoApproversButton")
        self.keep_review_button = secondary("Garder la date…", name="keepReviewDayButton")
        self._review_day, self._last_review = PlainLabel(), PlainLabel(role="muted")
        self.review_day_button = secondary("Choisir la date…", name="reviewDayButton", icon="calendar")
        self.reviews_button = quiet("Ouvrir la revue annuelle", name="openReviewsButton", icon="chevron-right")
        self.two_button.clicked.connect(lambda: self.two_requested.emit(not self._demands_two))
        self.keep_two_button.clicked.connect(lambda: self.two_requested.emit(True))
        self.keep_review_button.clicked.connect(self.review_day_kept)
        self.review_day_button.clicked.connect(self.review_day_requested)
        self.reviews_button.clicked.connect(self.reviews_requested)
        self._build()

    def show_view(self, view: View) -> None:
        """Show the rules of a cabinet."""
        services = [one for one in view.catalogue.services if one.requires_terms] if view.catalogue else []
        instead = _NO_TERMS if view.catalogue else words.NO_CATALOGUE
        self._terms.fill([self._terms_row(one, view=view) for one in services], instead=instead)
        self._show_two(view)
        self._review_day.setText(words.review_day(view.page.review_on))
        reviews = view.page.reviews
        self._last_review.setText(words.review_line(reviews[0]) if reviews else "")
        self._last_review.setVisible(bool(reviews))
        permit(self.review_day_button, view.why_not)
        self._show_pending(view)

    def _show_pending(self, view: View) -> None:
        """Show what waits for the peers, with the way to stop it."""
        for setting, line, keep in (
            ("two_approvers", self._pending_two, self.keep_two_button),
            ("review_on", self._pending_review, self.keep_review_button),
        ):
            pending = view.page.pending(setting)
            said = words.pending_setting(pending, account_id=view.account_id) if pending else ""
            line.setText(said)
            line.setHidden(pending is None)
            keep.setHidden(pending is None)
            permit(keep, view.why_not)

    def _show_two(self, view: View) -> None:
        self._demands_two = view.page.two_approvers
        look = _TWO if self._demands_two else _ONE
        self._two_state.set_badge(look.icon, look.word, look.tone)
        self.two_button.setText("Revenir à un seul accord…" if self._demands_two else "Demander deux accords…")
        reason = view.why_not
        if not reason and not self._demands_two and not view.page.may_ask_two:
            reason = words.ONE_EXPERT
        permit(self.two_button, reason)
        self._why_two.setText(f"Pourquoi{wording.NBSP}? {reason}" if reason else "")
        self._why_two.setVisible(bool(reason))

    def _terms_row(self, service: Service, *, view: View) -> Row:
        terms = view.page.terms_of(service.id)
        if terms is not None:
            return Row(service.name, [words.terms_line(terms, page=view.page)], looks=[_ACCEPTED])
        buttons = []
        if self._links.is_allowed(service.url):
            read = quiet("Lire", name=f"read-{service.id}", icon="external-link")
            read.setAccessibleName(f"Lire les conditions de {service.name} dans le navigateur")
            read.clicked.connect(partial(self._read, service.url))
            buttons.append(read)
        accept = secondary("Accepter…", name=f"accept-{service.id}", icon="check")
        accept.setAccessibleName(f"Accepter les conditions de {service.name}")
        accept.clicked.connect(partial(self._accept, service.id))
        permit(accept, view.why_not)
        return Row(service.name, [_NOT_ACCEPTED], looks=[_TO_ACCEPT], buttons=[*buttons, accept])

    def _accept(self, service_id: str, *_clicked: bool) -> None:
        self.terms_requested.emit(service_id)

    def _read(self, url: str, *_clicked: bool) -> None:
        self._links.open(url)

    def _build(self) -> None:
        terms = Card("Conditions des services")
        terms.add(PlainLabel(_TERMS_HINT, role="hint"))
        terms.add(self._terms)
        two = Card("Deux approbateurs")
        two.add(PlainLabel(_TWO_HINT, role="muted"))
        row = WrappingRow(self._two_state, spacing=SPACE * 2, ends=(self.keep_two_button, self.two_button))
        two.add(row)
        two.add(self._pending_two)
        two.add(self._why_two)
        review = Card("Revue annuelle des droits")
        review.add(PlainLabel(_REVIEW_HINT, role="muted"))
        review.add(self._review_day)
        review.add(self._pending_review)
        review.add(self._last_review)
        foot = WrappingRow(self.review_day_button, self.keep_review_button, self.reviews_button, spacing=SPACE * 2)
        review.add(foot)
        for card in (terms, two, review):
            self.body.addWidget(card)


_TERMS_HINT = "Un expert-comptable du cabinet les accepte une fois, pour tous. Sans cela, les droits ne s’exercent pas."
_NOT_ACCEPTED = "Les délégations de ce service restent sans effet."
_NO_TERMS = "Aucun service ne demande d’accepter des conditions."
_TWO_HINT = (
    "Une demande de droit à risque élevé reçoit un premier accord, puis celui d’un autre expert-comptable du cabinet. "
    "Sans le second, rien n’est accordé."
)
_REVIEW_HINT = (
    "Une fois par an, chaque droit en vigueur est gardé ou retiré. Ce qui reste sans réponse prend fin après un délai "
    "de grâce."
)
