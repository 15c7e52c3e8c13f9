"""Sign in through the browser, give up, come back, sign out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton

from comptexpert_desktop.domain.session import Tokens
from comptexpert_desktop.errors import SessionExpired, SignInCancelled, SignInExpired, SignInForged, Unreachable
from comptexpert_desktop.ui.destinations import ShowDelegation
from comptexpert_desktop.ui.session.sign_in import SignInState
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui.walks import rich_labels, unnamed, words_of
from tests.fakes import a_me

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit


class SlowBrowser:
    """A browser in which the person takes his time."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self.opened = threading.Event()
        self.cancelled: threading.Event | None = None
        self.go = threading.Event()
        self.asked: list[bool] = []

    def sign_in(self, *, cancelled: threading.Event, fresh: bool = False, hand_over: Any = None) -> Any:
        if hand_over is not None:
            hand_over("http://127.0.0.1:1/page")
        self.cancelled = cancelled
        self.asked.append(fresh)
        self.opened.set()
        while not self.go.wait(0.01):
            if cancelled.is_set():
                raise SignInCancelled
        return self._browser.sign_in(cancelled=cancelled)


@pytest.fixture
def slow(window_kit: WindowKit, monkeypatch) -> SlowBrowser:
    made = SlowBrowser(window_kit.browser)
    monkeypatch.setattr(window_kit.browser, "sign_in", made.sign_in)
    made._browser = _Original(type(window_kit.browser), window_kit.browser)
    return made


class _Original:
    def __init__(self, kind: type, browser: Any) -> None:
        self._kind, self._browser = kind, browser

    def sign_in(self, *, cancelled: threading.Event) -> Any:
        return self._kind.sign_in(self._browser, cancelled=cancelled)


def start(window_kit: WindowKit) -> None:
    window_kit.show()
    window_kit.find(QPushButton, "homeSignInButton").click()


def test_signing_in_shows_who_is_signed_in(window_kit: WindowKit, qtbot):
    start(window_kit)
    qtbot.waitUntil(lambda: "Claire AUBIER" in words_of(window_kit.window))
    qtbot.waitUntil(lambda: "Bonjour Claire" in words_of(window_kit.window))
    assert window_kit.read(session.current, qtbot) is not None


def test_the_window_waits_and_says_where_the_password_goes(window_kit: WindowKit, slow, qtbot):
    start(window_kit)
    qtbot.waitUntil(slow.opened.is_set)
    assert window_kit.is_shown("signInWaiting")
    assert "nulle part ailleurs" in words_of(window_kit.window)
    assert unnamed(window_kit.window) == []
    assert rich_labels(window_kit.window) == []
    slow.go.set()
    qtbot.waitUntil(lambda: "Claire AUBIER" in words_of(window_kit.window))


def test_the_address_of_the_page_is_copied_for_another_browser(window_kit: WindowKit, slow, qtbot):
    start(window_kit)
    qtbot.waitUntil(slow.opened.is_set)
    assert window_kit.find(QPushButton, "retrySignInButton").text() == "Rouvrir la page"
    QGuiApplication.clipboard().clear()
    window_kit.find(QPushButton, "copySignInButton").click()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "http://127.0.0.1:1/page")
    assert "Elle ne sert qu’une fois" in words_of(window_kit.window)
    slow.go.set()
    qtbot.waitUntil(lambda: "Claire AUBIER" in words_of(window_kit.window))


def test_one_comes_back_to_where_one_was(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    window_kit.window.open(ShowDelegation(delegation_id="del-1"))
    with qtbot.waitSignal(window_kit.window.sign_in_flow.succeeded):
        window_kit.window.sign_in()
    assert window_kit.window.stack.key == "delegations"
    assert window_kit.window.history.move(1) is None, "the page of the sign-in is no place to go to"


def test_giving_up_leaves_nobody_signed_in(window_kit: WindowKit, slow, qtbot):
    start(window_kit)
    qtbot.waitUntil(slow.opened.is_set)
    window_kit.find(QPushButton, "cancelSignInButton").click()
    assert slow.cancelled is not None
    assert slow.cancelled.is_set()
    assert window_kit.window.sign_in_flow.state is SignInState.IDLE
    assert window_kit.is_shown("createAccountButton")
    assert window_kit.read(session.current, qtbot) is None


def test_starting_again_gives_the_first_one_up(window_kit: WindowKit, slow, qtbot):
    start(window_kit)
    qtbot.waitUntil(slow.opened.is_set)
    first = slow.cancelled
    slow.opened.clear()
    window_kit.window.sign_in()
    qtbot.waitUntil(slow.opened.is_set)
    assert first.is_set()
    slow.go.set()
    qtbot.waitUntil(lambda: "Claire AUBIER" in words_of(window_kit.window))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (SignInExpired(), "Délai dépassé"),
        (SignInForged(), "Réponse écartée"),
        (Unreachable("NET_OFFLINE"), "Pas de réseau"),
        (Unreachable("NET_TLS"), "Connexion non sûre"),
        (SessionExpired(), "Reconnectez-vous"),
    ],
)
def test_a_failure_is_said_and_can_be_tried_again(window_kit: WindowKit, qtbot, failure, words):
    window_kit.browser.failure = failure
    start(window_kit)
    qtbot.waitUntil(lambda: words in words_of(window_kit.window))  # the button is there while it waits, too
    window_kit.browser.failure = None
    window_kit.find(QPushButton, "retrySignInButton").click()
    qtbot.waitUntil(lambda: "Claire AUBIER" in words_of(window_kit.window))


def test_a_lost_session_asks_to_sign_in_again_and_never_blames_the_server(window_kit: WindowKit, qtbot):
    window_kit.sign_in_before()
    window_kit.browser.failure = SessionExpired()
    window_kit.show()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "Reconnectez-vous" in window_kit.window.status.notice.text())
    assert "injoignable" not in words_of(window_kit.window)
    assert window_kit.window.navigation.status.badge.text() == "Reconnexion demandée"
    window_kit.browser.failure = None
    window_kit.window.status.notice.action_button.click()
    qtbot.waitUntil(lambda: window_kit.window.status.notice.text() == "")
    assert window_kit.read(status.summary, qtbot).session_code == ""


def sign_out(window_kit: WindowKit, qtbot: Any, *, button: str) -> None:
    qtbot.waitUntil(lambda: window_kit.is_shown("signOutButton"))
    window_kit.find(QPushButton, "signOutButton").click()
    [dialog] = [each for each in window_kit.window.findChildren(QDialog) if each.isVisible()]
    dialog.findChild(QPushButton, button).click()


def test_signing_out_is_confirmed(window_kit: WindowKit, qtbot):
    start(window_kit)
    sign_out(window_kit, qtbot, button="cancelButton")
    assert window_kit.read(session.current, qtbot) is not None
    sign_out(window_kit, qtbot, button="confirmButton")
    qtbot.waitUntil(lambda: "Non connecté" in words_of(window_kit.window))
    assert window_kit.read(session.current, qtbot) is None
    assert window_kit.browser.revoked


def test_signing_out_offline_says_that_the_server_does_not_know(window_kit: WindowKit, qtbot):
    start(window_kit)
    qtbot.waitUntil(lambda: window_kit.is_shown("signOutButton"))
    window_kit.browser.failure = Unreachable("NET_OFFLINE")
    sign_out(window_kit, qtbot, button="confirmButton")
    qtbot.waitUntil(lambda: "il l’apprendra dès qu’il sera joint" in words_of(window_kit.window))
    assert window_kit.read(session.current, qtbot) is None


def test_somebody_who_is_signed_in_is_asked_for_his_password_again(window_kit: WindowKit, slow, qtbot):
    slow.go.set()
    start(window_kit)
    qtbot.waitUntil(lambda: window_kit.is_shown("signOutButton"))
    window_kit.window.sign_in()
    qtbot.waitUntil(lambda: slow.asked == [False, True])


def test_a_lost_session_needs_no_more_than_the_browser_asks(window_kit: WindowKit, slow, qtbot):
    window_kit.browser.failure = SessionExpired()
    stores = window_kit.stores()
    tokens = Tokens(access_token="a", refresh_token="r", expires_in=600, subject="")
    session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=a_me()), now=window_kit.now)
    stores.close()
    window_kit.show()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "Reconnectez-vous" in window_kit.window.status.notice.text())
    window_kit.window.sign_in()
    qtbot.waitUntil(lambda: slow.asked == [False])
