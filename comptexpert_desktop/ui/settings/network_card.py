"""The way to the server: which proxy, who we are to it, and a look at each step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.settings import Preferences, keep
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.network import proxy_dialog, ways_dialog
from comptexpert_desktop.ui.network.check_dialog import CheckDialog, open_check
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.support import network

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.network_check import ProxyAccount
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings.values import Value

_MODES = {
    "system": "Le proxy est celui du système.",
    "none": "Aucun proxy n’est utilisé.",
    "manual": "Le proxy est celui de l’adresse indiquée dans les réglages.",
    "pac": "Le proxy est celui que dit le script indiqué dans les réglages.",
}


class NetworkCard(Card):
    """Opens the test of the connection, and asks for the proxy's account."""

    signed_in = Signal()
    """The proxy was told who the person is: it is worth trying again."""
    said = Signal(str, str)
    """A sentence for the person, and its tone."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], preferences: Preferences) -> None:
        super().__init__("Réseau", name="networkCard")
        settings = preferences.settings
        self._tasks, self._clock = tasks, clock
        self._server_url, self._data_dir, self._resolved = settings.server_url, settings.data_dir, settings.resolved
        self.test_button = secondary("&Tester la connexion", name="networkTestButton", icon="search")
        self.proxy_button = secondary("Compte du pro&xy", name="proxyAccountButton", icon="key")
        self.ways_button = secondary("C&hoisir le proxy", name="proxyWaysButton", icon="settings")
        self.proxy_line = PlainLabel(_MODES.get(str(preferences.value("proxy_mode")), ""))
        self.add(self.proxy_line)
        buttons = (self.test_button, self.ways_button, self.proxy_button)
        self.add(WrappingRow(*buttons, spacing=SPACE * 2))
        self.proxy_button.hide()
        self.test_button.clicked.connect(self.open_test)
        self.proxy_button.clicked.connect(self.ask_proxy)
        self.ways_button.clicked.connect(self.ask_ways)
        self.ways_button.setVisible(not preferences.is_locked("proxy_mode"))

    def reload(self) -> None:
        """Read again which proxy stands before the server."""
        self._tasks.call(self, network.proxy, self._show, channel="settings-proxy")

    def open_test(self) -> CheckDialog:
        """Look at each step."""
        return open_check(self.window(), tasks=self._tasks, server_url=self._server_url, clock=self._clock)

    def ask_proxy(self) -> None:
        """Ask who the person is to the proxy."""
        self._tasks.call(self, network.proxy, self._ask, channel="settings-proxy-ask")

    def ask_ways(self) -> None:
        """Let the person choose the proxy."""
        ways_dialog.ask(self.window(), self._resolved, done=self._keep_ways)

    def _keep_ways(self, choices: dict[str, Value]) -> None:
        work = partial(keep, self._data_dir, choices=choices)
        self._tasks.call(self, lambda _gateways: work(), self._kept_ways, channel="settings-proxy-ways")

    def _kept_ways(self, is_kept: bool) -> None:  # noqa: FBT001  (the value of the call)
        if is_kept:
            self.said.emit("Le proxy choisi vaudra à la prochaine ouverture de l’application.", "success")
        else:
            self.said.emit("Le choix n’a pas pu être enregistré.", "danger")

    def _show(self, account: ProxyAccount) -> None:
        self.proxy_button.setVisible(bool(account.place))
        if account.place:
            who = f", avec le compte {wording.quoted(account.user)}" if account.user else ""
            self.proxy_line.setText(f"L’accès passe par le proxy {account.place}{who}.")

    def _ask(self, account: ProxyAccount) -> None:
        if not account.place:
            self.said.emit("Aucun proxy n’est utilisé pour joindre ce serveur.", "info")
            return
        locked = self._resolved.get("proxy_user")
        is_locked = bool(locked and locked.is_locked)
        proxy_dialog.ask(
            self.window(),
            account,
            user_is_locked=is_locked,
            done=partial(self._sign_in, is_locked),
            forgotten=self._delete,
        )

    def _sign_in(self, user_is_locked: bool, user: str, password: str) -> None:  # noqa: FBT001  (bound above)
        folder = None if user_is_locked else self._data_dir
        work = partial(network.sign_in_to_proxy, user=user, password=password, folder=folder)
        self._tasks.call(self, work, self._signed_in, channel="settings-proxy-sign-in")

    def _delete(self) -> None:
        work = partial(network.delete_proxy_account, folder=self._data_dir)
        self._tasks.call(self, work, self._forgotten, channel="settings-proxy-sign-in")

    def _forgotten(self, _nothing: None) -> None:
        self.said.emit("Le compte du proxy est oublié sur ce poste.", "success")
        self.reload()

    def _signed_in(self, is_kept: bool) -> None:  # noqa: FBT001  (the value of the call)
        if is_kept:
            self.said.emit("Le compte du proxy est gardé par le trousseau.", "success")
        else:
            self.said.emit("Le compte du proxy vaut jusqu’à la fermeture, faute de trousseau.", "warning")
        self.reload()
        self.signed_in.emit()
