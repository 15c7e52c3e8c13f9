"""« Réglages »: the server, the colours, the copy of the registry, the keyring, and what this is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QRadioButton, QVBoxLayout

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.ui.destinations import VAULT, Destination, ProxySignIn
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE, Scheme
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.settings.about import about_card
from comptexpert_desktop.ui.settings.desk_card import NOT_KEPT, DeskCard
from comptexpert_desktop.ui.settings.managed_card import MANAGED, managed_card
from comptexpert_desktop.ui.settings.network_card import NetworkCard
from comptexpert_desktop.ui.settings.support_card import SupportCard
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.support import status

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.usecases.ports import Gateways, Snapshot, Stores
    from comptexpert_desktop.usecases.support.status import StatusSummary

STALE_DAYS = 30


@dataclass(frozen=True, slots=True)
class _State:
    summary: StatusSummary
    snapshot_version: int | None


def _state(stores: Stores) -> _State:
    return _State(status.summary(stores), registry.snapshot_version(stores))


def _backend(gateways: Gateways) -> str:
    return gateways.vault.backend()


class SettingsScreen(Screen):
    """A card a subject."""

    scheme_chosen = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Réglages", name="settingsScreen")
        self._tasks, self._clock, self._preferences = context.tasks, context.clock, context.preferences
        settings = context.preferences.settings
        self._version: int | None = None
        self.schemes: dict[Scheme, QRadioButton] = {}
        self.registry_date = PlainLabel()
        self.update_button = secondary("Mettre à jour", name="updateRegistryButton", icon="refresh")
        self.vault_badge = Badge("key", "Trousseau", "neutral")
        self.vault_text = PlainLabel(role="muted")
        self.vault_button = secondary("Identifiants enregistrés", name="vaultButton", icon="key")
        self.network_card = NetworkCard(context.tasks, clock=context.clock, preferences=context.preferences)
        self.support_card = SupportCard(context.tasks, clock=context.clock, resolved=settings.resolved)
        self.desk_card = DeskCard(context.tasks, context.changes, preferences=context.preferences)
        page = Page(self.title)
        page.body.addWidget(self.banner)
        for card in (
            self._server_card(settings.server_url, locked=settings.server_is_locked),
            self.network_card,
            managed_card(settings.resolved),
            self._appearance_card(),
            self.desk_card,
            self._registry_card(),
            self._vault_card(),
            self.support_card,
            about_card(),
        ):
            if card is not None:
                page.body.addWidget(card)
        page.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self.update_button.clicked.connect(self._update_registry)
        self.vault_button.clicked.connect(lambda: context.navigator.open(Destination(VAULT)))
        self.support_card.failed.connect(self.show_error)
        self.network_card.signed_in.connect(context.navigator.synchronise)
        for card in (self.network_card, self.desk_card):
            card.said.connect(lambda text, tone: self.banner.show_message(text, tone=tone))
        context.changes.listen(self, Topic.REGISTRY, Topic.SESSION, Topic.NETWORK, call=self.reload)

    def activate(self) -> None:
        """Read the state of what is shown."""
        self.banner.clear()
        self.reload()
        self.network_card.reload()
        self._tasks.call(self, _backend, self._show_backend, failed=self._show_no_backend, channel="settings-vault")

    def arrive(self, destination: Destination) -> None:
        """Ask who the person is to the proxy when that is what the destination says."""
        super().arrive(destination)
        if isinstance(destination, ProxySignIn):
            self.network_card.ask_proxy()

    def reload(self) -> None:
        """Read again the state of what is shown."""
        self._tasks.read(self, _state, self._show, channel="settings")

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, state: _State) -> None:
        self._version = state.snapshot_version
        self.registry_date.setText(self._registry_words(state.summary.snapshot_date))
        code = state.summary.vault
        if code:
            message = messages.for_code(code)
            self.vault_badge.set_badge("alert-triangle", message.title, "warning")
            self.vault_text.setText(message.body)
        elif state.summary.in_memory:
            self.vault_badge.set_badge("alert-triangle", "En mémoire seulement", "warning")
            self.vault_text.setText("La session et les brouillons disparaîtront à la fermeture de l’application.")
        else:
            self.vault_badge.set_badge("check-circle", "Disponible", "success")
            self.vault_text.setText(
                "Les clés qui protègent vos brouillons et votre session y sont gardées, jamais en clair sur le disque."
            )

    def _registry_words(self, made: datetime | None) -> str:
        if made is None:
            return "Aucune copie sur ce poste. La recherche d’un nom demande une connexion."
        written = f"Copie du {wording.day(wording.local_day(made))}."
        if (self._clock() - made).days >= STALE_DAYS:
            age = wording.count(STALE_DAYS, "jour")
            return f"{written} Elle a plus de {age}. Les noms seront confirmés à l’envoi."
        return f"{written} Elle permet de chercher un nom sans connexion."

    def _show_backend(self, name: str) -> None:
        self._backend_line.setText(f"Trousseau du système{wording.NBSP}: {name}")

    def _show_no_backend(self, error: ComptexpertError) -> None:
        self._backend_line.setText(messages.for_error(error).title)

    # -- Acting ---------------------------------------------------------------------------------

    def _choose_scheme(self, scheme: Scheme, checked: bool) -> None:  # noqa: FBT001 - Qt's toggled
        if not checked:
            return
        if not self._preferences.choose("colour_scheme", scheme.value):
            self.banner.show_message(NOT_KEPT, tone="warning")
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, scheme)
        self.scheme_chosen.emit(scheme)

    def _update_registry(self) -> None:
        self.banner.clear()
        self.update_button.setEnabled(False)
        self.registry_date.setText("Mise à jour en cours…")
        work = partial(registry.fetch_snapshot, since=self._version)
        self._tasks.call(self, work, self._keep_registry, failed=self.show_error, channel="settings-registry")

    def _keep_registry(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            self.update_button.setEnabled(True)
            self.banner.show_message("La copie de ce poste est la plus récente.", tone="success")
            self.reload()
            return
        work = partial(registry.keep_snapshot, snapshot=snapshot)
        self._tasks.write(self, work, self._on_kept, failed=self.show_error)

    def _on_kept(self) -> None:
        self.update_button.setEnabled(True)
        self.banner.show_message("L’annuaire de ce poste est à jour.", tone="success")
        self.reload()

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong, and show the state as it is now."""
        super().show_error(error)
        self.update_button.setEnabled(True)
        self.reload()

    # -- Building -------------------------------------------------------------------------------

    def _server_card(self, server_url: str, *, locked: bool) -> Card:
        card = Card("Serveur")
        address = QLineEdit(server_url)
        address.setReadOnly(True)
        hint = MANAGED if locked else "Se choisit au lancement (option --server)."
        card.add(Field("Adresse du &serveur", address, hint=hint, name="serverEdit"))
        return card

    def _appearance_card(self) -> Card:
        key, kept = BY_NAME["colour_scheme"], self._preferences.colour_scheme()
        card = Card(key.french[0])
        for scheme in Scheme:
            button = QRadioButton(key.word(scheme.value))
            button.setEnabled(not self._preferences.is_locked(key.name))
            button.setObjectName(f"scheme-{scheme.value}")
            button.setChecked(scheme.value == kept)
            button.toggled.connect(partial(self._choose_scheme, scheme))
            self.schemes[scheme] = button
            card.add(button)
        return card

    def _registry_card(self) -> Card:
        card = Card("Annuaire sur ce poste")
        card.add(self.registry_date)
        card.add(WrappingRow(self.update_button, spacing=SPACE * 2))
        return card

    def _vault_card(self) -> Card:
        card = Card("Trousseau")
        self._backend_line = PlainLabel(role="hint")
        column = QVBoxLayout()
        column.setSpacing(SPACE * 2)
        row = WrappingRow(self.vault_badge, spacing=SPACE * 2, ends=(self.vault_button,))
        column.addLayout(row)
        column.addWidget(self.vault_text)
        column.addWidget(self._backend_line)
        card.add(column)
        return card
