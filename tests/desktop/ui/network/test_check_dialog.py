"""« Tester la connexion »: every step has its word, an icon and what to do; it is cancelled at will and never blocks."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from comptexpert_desktop.domain.network_check import Finding, Step
from comptexpert_desktop.presentation.network import words
from comptexpert_desktop.ui.network.check_dialog import open_check
from tests.desktop.ui import kit, walks

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HOST = "comptexpert.example"
FINE = {
    Step.NAME: {"host": HOST, "addresses": "192.0.2.7"},
    Step.PROXY: {"proxy": "proxy.example:3128"},
    Step.TCP: {"host": HOST, "peer": "192.0.2.7"},
    Step.TLS: {"issuer": "Autorité du cabinet", "starts": "2026-01-01", "ends": "2027-01-01", "version": "TLSv1.3"},
    Step.HTTP: {"status": "200"},
    Step.API: {"api": "/api/v1"},
    Step.CLOCK: {"seconds": "2"},
}
WRONG = {
    Step.NAME: ("NET_OFFLINE", {"host": HOST}, "est inconnu ici"),
    Step.PROXY: ("NET_PROXY", {"host": HOST, "proxy": "proxy.example:3128"}, "Le proxy proxy.example:3128"),
    Step.TCP: ("NET_OFFLINE", {"host": HOST}, "n’a pas pu être joint"),
    Step.TLS: (
        "NET_TLS",
        {"host": HOST, "reason": "authority", "issuer": "Inspection", "starts": "2026-01-01", "ends": "2027-01-01"},
        "Il est émis par «\u00a0Inspection\u00a0»",
    ),
    Step.HTTP: ("SERVER_FAULT", {"host": HOST}, "répondu par une erreur"),
    Step.API: ("NET_PORTAL", {"host": HOST}, "Ouvrez votre navigateur"),
    Step.CLOCK: ("CLOCK_SKEW", {"host": HOST}, "Réglez l’heure"),
}


@pytest.fixture
def opened(app_kit, qtbot):
    """Open the dialog on what a test finds."""
    app_kit.gateways.network.findings = {step: Finding(step, data=data) for step, data in FINE.items()}
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    app_kit.tasks.start()

    def open_now(*findings, wait=True):
        app_kit.gateways.network.findings |= {one.step: one for one in findings}
        dialog = open_check(parent, tasks=app_kit.tasks, server_url=kit.SERVER, clock=lambda: NOW)
        if wait:
            qtbot.waitUntil(dialog.again_button.isEnabled)
        return dialog

    return open_now


def state(dialog, step):
    return dialog._lines[step].badge.text()


def detail(dialog, step):
    return dialog._lines[step].detail.text()


def test_everything_that_works_says_so(opened):
    dialog = opened()
    assert {state(dialog, step) for step in Step} == {"Correct"}
    assert dialog.verdict.text() == "Tout fonctionne."
    assert "Émis par «\u00a0Autorité du cabinet\u00a0». Valable du 01/01/2026 au 01/01/2027." in detail(
        dialog, Step.TLS
    )


@pytest.mark.parametrize("step", Step)
def test_the_step_that_fails_is_named_with_what_to_do_and_the_rest_is_not_tried(opened, step):
    code, data, said = WRONG[step]
    dialog = opened(Finding(step, code, data))
    assert state(dialog, step) == "Problème"
    assert said in detail(dialog, step)
    assert words.NAMES[step] in dialog.verdict.text()
    after = list(Step)[list(Step).index(step) + 1 :]
    assert {state(dialog, one) for one in after} <= {"Pas essayé"}


def test_what_has_nothing_to_look_at_says_so(opened):
    dialog = opened(Finding(Step.PROXY, is_needless=True), Finding(Step.TLS, is_needless=True))
    assert (state(dialog, Step.PROXY), state(dialog, Step.TLS)) == ("Sans objet", "Sans objet")
    assert dialog.verdict.text() == "Tout fonctionne."


def test_the_result_is_copied_as_text(opened):
    dialog = opened(Finding(Step.TLS, *WRONG[Step.TLS][:2]))
    dialog.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert "Serveur\u00a0: http://127.0.0.1:8000" in text
    assert "Certificat : Problème [NET_TLS]." in text
    assert "Inspection" in text


def test_it_is_done_again_from_the_first_step(opened, app_kit, qtbot):
    dialog = opened(Finding(Step.NAME, "NET_OFFLINE", {"host": HOST}))
    app_kit.gateways.network.findings[Step.NAME] = Finding(Step.NAME, data=FINE[Step.NAME])
    dialog.again_button.click()
    qtbot.waitUntil(dialog.again_button.isEnabled)
    assert state(dialog, Step.CLOCK) == "Correct"


def test_a_step_that_hangs_blocks_nothing_and_is_given_up_by_closing(opened, app_kit, qtbot):
    held, asked = threading.Event(), app_kit.gateways.network.check

    def slow(step):
        held.wait(5)
        return asked(step)

    app_kit.gateways.network.check = slow
    dialog = opened(wait=False)
    assert state(dialog, Step.NAME) == "En cours"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    held.set()
    app_kit.read(lambda _stores: True, qtbot)
    assert app_kit.gateways.network.asked in ([], [Step.NAME])


def test_a_bug_in_a_step_ends_the_test_with_words(opened, app_kit):
    def broken(_step):
        raise RuntimeError

    app_kit.gateways.network.check = broken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comptexpert_desktop.runtime.tasks.log.error", lambda *_given: None)
        dialog = opened()
    assert state(dialog, Step.NAME) == "Problème"


def test_everything_the_keyboard_reaches_has_a_name(opened):
    dialog = opened(Finding(Step.TLS, *WRONG[Step.TLS][:2]))
    assert walks.unnamed(dialog) == []
    assert walks.rich_labels(dialog) == []
