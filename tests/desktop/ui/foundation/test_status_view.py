"""The status is honest: what is grave hides what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.file_trouble import FileTrouble
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.session.status_notice import Remedy, diagnostic, notice_of
from comptexpert_desktop.presentation.status_words import connection_of, outbox_label, status_of, work_of
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.window.status_view import StatusView
from comptexpert_desktop.usecases.support.status import StatusSummary
from tests.desktop.ui.window_kit import NOW
from tests.fakes import an_account

HOST = "serveur.example"
CALM = StatusSummary(
    account=None,
    is_signed_in=False,
    session_code="",
    in_memory=False,
    vault="",
    network="",
    waiting=0,
    needs_you=0,
    unsent_revocations=0,
    last_sync=NOW,
    snapshot_date=NOW,
)


@pytest.mark.parametrize(
    ("changes", "word", "detail"),
    [
        ({}, "À jour", "Dernier échange"),
        ({"network": None}, "Démarrage", "Premier échange"),
        ({"network": "NET_OFFLINE", "last_sync": None}, "Hors ligne", "Aucun échange"),
        ({"waiting": 2}, "2\u00a0envois en attente", ""),
        ({"network": "NET_OFFLINE"}, "Hors ligne", "Dernier échange"),
        ({"network": "NET_OFFLINE", "waiting": 1}, "Hors ligne", "1\u00a0envoi en attente"),
        ({"network": "SERVER_FAULT"}, "Incident du serveur", "Dernier échange"),
        ({"network": "SERVER_FAULT", "waiting": 2}, "Incident du serveur", "2\u00a0envois en attente"),
        ({"network": "CLOCK_SKEW"}, "Horloge décalée", ""),
        ({"network": "NET_PORTAL"}, "Hors ligne", ""),
        ({"network": "NET_OFFLINE", "needs_you": 1}, "1\u00a0envoi à revoir", ""),
        ({"session_code": "SESSION_EXPIRED", "network": "NET_OFFLINE"}, "Reconnexion demandée", ""),
        (
            {"unsent_revocations": 1, "session_code": "SESSION_EXPIRED"},
            "Révocation non transmise",
            "PAS ENCORE EFFECTIF",
        ),
    ],
)
def test_the_status_says_the_gravest_thing(changes, word, detail):
    status = status_of(replace(CALM, **changes), now=NOW)
    assert status.word == word
    assert detail in status.detail


def test_an_expired_session_is_not_a_server_that_is_down():
    status = status_of(replace(CALM, session_code="SESSION_EXPIRED", network=""), now=NOW)
    assert status.word != "Hors ligne"


def test_the_badge_shows_the_word(qapp, qtbot):
    view = StatusView()
    qtbot.addWidget(view)
    view.show_status(status_of(replace(CALM, network="NET_OFFLINE"), now=NOW))
    assert view.badge.objectName() == "syncBadge"
    assert view.badge.text() == "Hors ligne"
    view.show_turning(turning=True)
    assert not view.sync_button.isEnabled()


def test_nothing_is_noticed_when_all_is_well():
    assert notice_of(CALM, host=HOST) is None


@pytest.mark.parametrize("code", ["KEYRING_LOCKED", "KEYRING_ABSENT", "KEYRING_UNSAFE"])
def test_a_keyring_out_of_reach_is_said_with_a_way_out(code):
    notice = notice_of(replace(CALM, vault=code), host=HOST)
    assert notice is not None
    assert notice.remedy is Remedy.UNLOCK
    assert "rousseau" in notice.title


def test_a_lost_session_comes_before_the_keyring():
    notice = notice_of(replace(CALM, vault="KEYRING_LOCKED", session_code="SESSION_EXPIRED"), host=HOST)
    assert notice is not None
    assert notice.title == "Reconnectez-vous"
    assert notice.remedy is Remedy.SIGN_IN
    assert "injoignable" not in notice.text


@pytest.mark.parametrize("code", ["NET_PROXY", "NET_TLS", "UNEXPECTED_REPLY", "CLOCK_SKEW"])
def test_what_no_wait_will_mend_is_said_with_a_diagnostic(code):
    notice = notice_of(replace(CALM, network=code), host=HOST)
    assert notice is not None
    assert notice.remedy is Remedy.COPY
    assert HOST in notice.text or code == "CLOCK_SKEW"


@pytest.mark.parametrize("code", ["NET_OFFLINE", "SERVER_FAULT"])
def test_what_waiting_mends_is_left_to_the_badge(code):
    assert notice_of(replace(CALM, network=code), host=HOST) is None


def test_the_four_failures_of_the_network_have_four_texts():
    texts = {messages.for_code(code).text for code in ("NET_OFFLINE", "NET_PROXY", "NET_TLS", "SERVER_FAULT")}
    assert len(texts) == 4


def test_a_diagnostic_says_nothing_about_a_person():
    summary = replace(CALM, account=an_account(), network="NET_TLS")
    text = diagnostic(summary, host=HOST, now=NOW)
    assert "NET_TLS" in text
    assert HOST in text
    assert "aubier" not in text.lower()


def test_a_file_that_was_put_aside_is_said_first_with_what_was_saved_and_lost():
    trouble = FileTrouble("STORE_SALVAGED", "signup.db", "signup.damaged", kept=12, lost=3)
    notice = notice_of(replace(CALM, file_troubles=(trouble,), session_code="SESSION_EXPIRED"), host=HOST)
    assert (notice.remedy, notice.tone) == (Remedy.SEEN, "warning")
    for word in ("signup.db", "signup.damaged", "retrouvés\u00a0: 12", "trace\u00a0: 3"):
        assert word in notice.text


def test_a_wrong_clock_is_said_although_the_server_answers():
    notice = notice_of(replace(CALM, clock_is_wrong=True), host=HOST)
    assert "Réglez" in notice.text or "5 minutes" in notice.text


@pytest.mark.parametrize("network", ["SERVER_FAULT", "UNEXPECTED_REPLY", "CLOCK_SKEW", "TOO_MANY_REQUESTS", "NET_TLS"])
def test_every_word_of_the_network_fits_the_navigation(qapp, qtbot, network):
    view = StatusView()
    qtbot.addWidget(view)
    view.show_status(status_of(replace(CALM, network=network), now=NOW))
    assert view.badge.sizeHint().width() <= theme.WIDTH_RAIL - 24


@pytest.mark.parametrize(
    ("changes", "connection", "work"),
    [
        ({}, ("À jour", "success"), None),
        ({"needs_you": 1}, ("En ligne", "neutral"), ("1\u00a0envoi à revoir", "warning")),
        ({"network": "NET_OFFLINE", "needs_you": 2}, ("Hors ligne", "warning"), ("2\u00a0envois à revoir", "warning")),
        ({"waiting": 3}, ("En ligne", "neutral"), ("3\u00a0envois en attente", "info")),
        ({"waiting": 1, "unsent_revocations": 1}, ("En ligne", "neutral"), ("Révocation non transmise", "danger")),
    ],
)
def test_the_connection_and_what_is_to_be_reviewed_are_two_facts(changes, connection, work):
    summary = replace(CALM, **changes)
    shown = connection_of(summary, now=NOW)
    assert (shown.word, shown.tone) == connection
    found = work_of(summary)
    assert (None if found is None else (found.word, found.tone)) == work


def test_both_stand_in_the_navigation(qapp, qtbot):
    view = StatusView()
    qtbot.addWidget(view)
    summary = replace(CALM, network="NET_OFFLINE", needs_you=2, waiting=1)
    view.show_status(connection_of(summary, now=NOW))
    view.show_work(work_of(summary))
    view.show()
    assert (view.badge.text(), view.work.text()) == ("Hors ligne", "2\u00a0envois à revoir")
    assert view.work_detail.text() == "1\u00a0envoi en attente"
    assert outbox_label(summary) == "Boîte d’envoi\u00a0(3)"
    view.show_work(None)
    assert not view.work.isVisible()
    assert not view.work_detail.isVisible()


BROKEN_FILE = FileTrouble("STORE_LOST", "registry.db")


@pytest.mark.parametrize(
    "changes",
    [
        {"vault": "KEYRING_UNREADABLE"},
        {"vault": "KEYRING_LOCKED"},
        {"file_troubles": (BROKEN_FILE,)},
        {"clock_is_wrong": True},
        {"copies_expired": True},
    ],
)
def test_nothing_is_green_below_a_notice(changes):
    summary = replace(CALM, **changes)
    assert notice_of(summary, host=HOST) is not None
    assert connection_of(summary, now=NOW).tone != "success"
    assert status_of(summary, now=NOW).tone != "success"


def test_every_way_to_take_rights_away_is_loud_while_it_is_here():
    summary = replace(CALM, waiting=2, unsent_cuts=2, unsent_revocations=1)
    found = work_of(summary)
    assert found is not None
    assert (found.word, found.tone, found.detail) == ("Retrait non transmis", "danger", "PAS ENCORE EFFECTIF")
    assert status_of(summary, now=NOW) == found
