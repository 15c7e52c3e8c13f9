"""The sentences of the cabinet's screen: dates, plurals, states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.firm import AbsenceStatus, ReviewSummary, Terms
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.labels import Labels
from tests.desktop.ui.window_kit import NOW
from tests.fakes import a_catalogue
from tests.fakes_firm import a_firm_page, an_absence, an_invitation

PAGE = a_firm_page()
REVIEW = ReviewSummary(
    id="r",
    opened_at=NOW,
    opened_by_name="Claire",
    closes_on=date(2026, 12, 24),
    grace_until=date(2027, 1, 7),
    status="open",
    total=40,
    kept=10,
    ended=2,
    lapsed=0,
    waiting=28,
)


@pytest.mark.parametrize("status", AbsenceStatus)
def test_every_state_of_an_absence_has_a_word_an_icon_and_a_sentence(status):
    absence = an_absence(PAGE, status=status, starts_at=NOW + timedelta(hours=20), ends_on=date(2026, 12, 20))
    look = words.ABSENCES[status]
    assert look.word
    assert look.icon
    lines = words.absence_lines(absence, now=NOW)
    assert lines[0].endswith(".")
    assert lines[1] == "Motif\u00a0: Congé annuel"


def test_an_absence_without_a_reason_has_no_empty_line():
    assert words.absence_lines(an_absence(PAGE, reason=""), now=NOW)[1] == ""


@pytest.mark.parametrize(
    ("review_on", "said"),
    [("01-01", "le 1er\u00a0janvier."), ("12-09", "le 9\u00a0décembre."), ("", "Aucune date n’est choisie.")],
)
def test_the_day_of_the_review_is_written_in_full(review_on, said):
    assert said in words.review_day(review_on)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "12\u00a0droits sur 40 revus, à répondre avant le 24\u00a0décembre 2026."),
        ({"waiting": 39}, "1\u00a0droit sur 40 revu, à répondre"),
        ({"status": "grace"}, "délai de grâce en cours."),
        ({"status": "closed", "waiting": 0}, "40\u00a0droits sur 40 revus, close."),
    ],
)
def test_a_review_says_how_far_it_is(changes, said):
    assert said in words.review_line(replace(REVIEW, **changes))


def test_who_accepted_is_named_as_the_cabinet_lists_him():
    claire = PAGE.experts[0]
    terms = Terms(
        service="jesignexpert", accepted_by_name="Claire Aubier", accepted_at=NOW, accepted_by=claire.account_id
    )
    assert words.terms_line(terms, page=PAGE) == "Acceptées par Claire AUBIER le 24\u00a0novembre 2026"
    left = replace(terms, accepted_by="gone", accepted_by_name="Paul Marchand")
    assert words.terms_line(left, page=PAGE) == "Acceptées par Paul Marchand le 24\u00a0novembre 2026"


def test_an_invitation_without_an_end_says_only_when_it_was_sent():
    lines = words.invitation_lines(an_invitation(lapses_on=None), labels=Labels(a_catalogue()))
    assert lines[1] == "Invitation du 10\u00a0mars 2026"


def test_a_cabinet_without_a_number_shows_none():
    assert words.siren(replace(PAGE, siren="")) == ""
