"""Each act that the server writes in a firm's register has its name in the paper that the application makes of it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import comptexpert_server
from comptexpert_desktop.presentation.documents import register_sentences
from comptexpert_server.delegations import mails as delegation_mails
from comptexpert_server.firms import absence_words
from comptexpert_server.firms.setting_changes import Settings

SOURCES = Path(comptexpert_server.__file__).parent
WRITTEN = re.compile(r'action="((?:member|terms|review|firm)\.[a-z_]+)"')
VACANCY_ACT = re.compile(r'act="([a-z_]+)"')
ACTS = sorted(
    {f"delegation.{event}" for event in delegation_mails.EVENTS}
    | {f"absence.{event}" for event in absence_words.EVENTS}
    | {f"firm.{member.name}" for member in fields(Settings)}
    | {f"firm.{act}" for act in VACANCY_ACT.findall((SOURCES / "delegations" / "vacancies.py").read_text("utf-8"))}
    | {
        act
        for room in ("firms", "reviews")
        for path in (SOURCES / room).glob("*.py")
        for act in WRITTEN.findall(path.read_text("utf-8"))
    }
)


def test_the_acts_are_found() -> None:
    assert {
        "delegation.approve_first",
        "absence.asked",
        "firm.templates",
        "firm.setting_kept",
        "member.leaving",
        "firm.orphaned",
        "review.kept",
    } <= set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_has_a_name(act: str) -> None:
    assert register_sentences.action(act) != act
