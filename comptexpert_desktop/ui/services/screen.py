"""« Mes services »: what an account opens, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.services import words
from comptexpert_desktop.ui.destinations import NewRequest
from comptexpert_desktop.ui.look import theme, tooltips
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.screen import Screen
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from comptexpert_desktop.domain.session import Me, ServiceAccess
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.ports import Stores

_NOT_ALLOWED = "Son adresse n’est pas de celles que cette application ouvre."
_CLOSED = "ce service ne vous est pas ouvert."


@dataclass(frozen=True, slots=True)
class _Answer:
    me: Me | None
    labels: Labels


def _read(stores: Stores) -> _Answer:
    return _Answer(session.current(stores), Labels(catalogue.current(stores)))


class ServicesScreen(Screen):
    """A card a service."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Mes services", name="servicesScreen")
        self._tasks, self._links = context.tasks, context.links
        self._shown: _Answer | None = None
        self._page = Page(self.title, "Un seul identifiant ouvre ces sites, selon votre profil et vos délégations.")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(SPACE * 3)
        self._page.body.addWidget(self.banner)
        self._page.body.addLayout(self._cards)
        self._page.body.addStretch(1)
        self._signed_out = EmptyState(
            "grid",
            "Connectez-vous pour voir vos services",
            "Ce que votre compte ouvre dépend de votre profil et de vos délégations.",
            "Se connecter",
            context.navigator.sign_in,
        )
        self._stack = Pages()
        self._stack.addWidget(self._signed_out)
        self._stack.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        context.changes.listen(self, Topic.SESSION, Topic.CATALOGUE, Topic.DELEGATIONS, call=self.reload)

    def activate(self) -> None:
        """Read what the account opens."""
        self.banner.clear()
        self.reload()

    def reload(self) -> None:
        """Read again what the account opens."""
        self._tasks.read(self, _read, self._show, channel="services")

    def _show(self, answer: _Answer) -> None:
        self._stack.setCurrentWidget(self._page if answer.me else self._signed_out)
        if answer.me is None or answer == self._shown:
            return
        self._shown = answer
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        grants = answer.me.account.may_grant
        for service in sorted(answer.me.services, key=lambda each: not each.is_open):
            self._cards.addWidget(self._card(service, labels=answer.labels, may_ask=not grants))

    def _card(self, service: ServiceAccess, *, labels: Labels, may_ask: bool) -> Card:
        card = Card(name=f"service-{service.service}")
        card.setMaximumWidth(theme.scaled(theme.WIDTH_READING))
        word = words.access(service)
        about = QVBoxLayout()
        about.setSpacing(SPACE)
        name = PlainLabel(service.name, role="heading", wrap=False)
        about.addLayout(WrappingRow(name, Badge(word.icon, word.word, word.tone), spacing=SPACE * 2))
        about.addWidget(PlainLabel(words.why(service), role="muted"))
        if service.is_open and service.access == "delegation":
            rights = labels.rights(service.service, service.rights)
            about.addWidget(PlainLabel(f"Vous pouvez{wording.NBSP}: {rights}."))
        if service.is_open and not self._links.is_allowed(service.url):
            about.addWidget(PlainLabel(f"Pourquoi{wording.NBSP}? {_NOT_ALLOWED}", role="hint"))
        row = QHBoxLayout()
        row.setSpacing(SPACE * 3)
        row.addLayout(about, 1)
        if may_ask and words.may_ask(service):
            row.addWidget(self._ask_button(service))
        else:
            row.addWidget(self._open_button(service))
        card.add(row)
        return card

    def _ask_button(self, service: ServiceAccess) -> QWidget:
        button = secondary("Demander", name=f"ask-{service.service}", icon="plus")
        button.setAccessibleName(f"Demander une délégation pour {service.name}")
        button.clicked.connect(partial(self._ask, service.service))
        return button

    def _open_button(self, service: ServiceAccess) -> QWidget:
        button = quiet("Ouvrir", name=f"open-{service.service}", icon="external-link")
        button.setAccessibleName(f"Ouvrir {service.name} dans le navigateur")
        allowed = self._links.is_allowed(service.url)
        reason = "" if service.is_open and allowed else (_CLOSED if not service.is_open else _NOT_ALLOWED)
        button.setEnabled(not reason)
        why = f"Pourquoi{wording.NBSP}? {reason}" if reason else ""
        tooltips.show_on(button, why or service.url)
        button.clicked.connect(partial(self._open, service.url))
        return button

    def _ask(self, service: str, *_clicked: bool) -> None:
        self.context.navigator.open(NewRequest(service=service))

    def _open(self, url: str, *_clicked: bool) -> None:
        if not self._links.open(url):
            text = f"Copiez cette adresse dans votre navigateur{wording.NBSP}: {url}"
            self.banner.show_message(text, title="Le navigateur ne s’est pas ouvert", tone="warning")
