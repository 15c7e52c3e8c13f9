"""Where a sign-up stands, said honestly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import SignupProgress, SignupStatus
from comptexpert_desktop.presentation.signup.progress_words import state_of
from comptexpert_desktop.ui.signup.next_page import NextPage
from tests.desktop.ui.window_kit import NOW

QUEUED = SignupProgress(
    outbox_id="o1",
    profile=Profile.EXPERT_COMPTABLE,
    display_name="Claire AUBIER",
    login_id="claire.aubier",
    status=SignupStatus.WAITING,
    code="",
    masked_email="",
    created_at=NOW,
)


@pytest.mark.parametrize(
    ("changes", "network", "word", "part"),
    [
        ({}, "", "Enregistré", "gardée sur ce poste"),
        ({}, None, "Enregistré", "gardée sur ce poste"),
        ({}, "NET_OFFLINE", "En attente du réseau", "Pas de réseau"),
        ({"status": SignupStatus.NEEDS_YOU, "code": "ID_TAKEN"}, "", "À corriger", "Identifiant déjà pris"),
        (
            {"status": SignupStatus.ACTIVATION_SENT, "masked_email": "c•••@a.example"},
            "",
            "Courriel envoyé",
            "c•••@a.example",
        ),
        ({"status": SignupStatus.ACTIVATION_SENT}, "NET_OFFLINE", "Courriel envoyé", "indésirables"),
        (
            {"status": SignupStatus.ACTIVATION_SENT, "answer": {"mail_refused": True}},
            "",
            "Courriel refusé",
            "Conseil régional",
        ),
        (
            {
                "status": SignupStatus.ACTIVATION_SENT,
                "answer": {"mail_refused": True},
                "masked_email": "l•••@a.example",
                "profile": Profile.OTHER,
            },
            "",
            "Courriel refusé",
            "l•••@a.example ne reçoit pas de courriel. Retirez",
        ),
        ({"status": SignupStatus.ACTIVATED}, "", "Compte actif", "vous connecter"),
        ({"status": SignupStatus.EXPIRED}, "", "Lien expiré", "48\u00a0heures"),
    ],
)
def test_each_state_has_its_words(changes, network, word, part):
    state = state_of(replace(QUEUED, **changes), network_code=network)
    assert state.word == word
    assert part in state.sentence


def test_nothing_is_called_sent_before_it_left():
    assert "envoyé" not in state_of(QUEUED, network_code="").sentence


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (SignupStatus.WAITING, set()),
        (SignupStatus.NEEDS_YOU, {"correctButton", "retrySignupButton"}),
        (SignupStatus.ACTIVATION_SENT, {"resendButton"}),
        (SignupStatus.EXPIRED, {"resendButton"}),
        (SignupStatus.ACTIVATED, {"signupSignInButton"}),
    ],
)
def test_the_page_offers_what_can_be_done_now(qapp, qtbot, status, buttons):
    page = NextPage()
    qtbot.addWidget(page)
    page.show_progress(replace(QUEUED, status=status, code="REG_NO_EMAIL"), network_code="", now=NOW)
    offered = {
        button.objectName()
        for button in (page.correct_button, page.retry_button, page.resend_button, page.sign_in_button)
        if not button.isHidden()
    }
    assert offered == buttons


def test_what_the_person_can_mend_is_not_sent_again_as_it_is(qapp, qtbot):
    page = NextPage()
    qtbot.addWidget(page)
    page.show_progress(replace(QUEUED, status=SignupStatus.NEEDS_YOU, code="ID_TAKEN"), network_code="", now=NOW)
    assert page.retry_button.isHidden()
