"""Which texts are names, and which letters no text may hold."""

from __future__ import annotations

import pytest

from comptexpert_server.base.text_rules import composed, has_invisible, label_fault, name_fault
from tests.canaries import BLANKS, CANARIES, INVISIBLE, LINES

NAMES = (
    "Lou",
    "Léa-Marie",
    "O’Neil",
    "d'Arc",
    "J.P. Martin",
    "de la Tour",
    "Nguyễn Thị Ánh",
    "Jean‑Pierre",
    "Łukasz",
    "Œdipe",
    "Şahin",
    "Ahvahl Keʻalohi",
    "E\u0301lodie",
)
LOOK_ALIKES = {
    "Cyrillic": "Jеan",
    "mathematical": "𝒥ean",
    "full width": "Ｊean",
    "crown": "👑 Expert-comptable",
    "claim": "Claire DELAUNAY (expert-comptable, vérifié)",
    "page": "www.hameconnage.example",
    "page without www": "hameconnage.example",
    "mailbox": "claire@hameconnage.example",
    "scheme": "Voir https://hameconnage.example",
    "digits": "Claire 2",
    "only signs": "- . -",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(name: str) -> None:
    assert name_fault(name) == ""
    assert not has_invisible(name)


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_looks_like_a_name_is_none(text: str) -> None:
    assert name_fault(text) in {"NOT_A_NAME", "CONTROL"}


@pytest.mark.parametrize(
    "text", (CANARIES | LINES | INVISIBLE | BLANKS).values(), ids=CANARIES | LINES | INVISIBLE | BLANKS
)
def test_no_canary_is_a_name(text: str) -> None:
    assert name_fault(text)


@pytest.mark.parametrize("text", (INVISIBLE | BLANKS).values(), ids=INVISIBLE | BLANKS)
def test_what_nobody_sees_is_found(text: str) -> None:
    assert has_invisible(text)


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE)
def test_no_sentence_holds_what_nobody_sees(text: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        composed(text)


@pytest.mark.parametrize("text", CANARIES.values(), ids=CANARIES)
def test_a_sentence_stays_as_it_was_written(text: str) -> None:
    assert composed(text) == text


def test_what_programs_leave_in_a_sentence_is_taken_out() -> None:
    assert composed("\ufeffune\u200b phra\u00adse\u2028deux e\u0301te\u0301s") == "une phrase\ndeux étés"


def test_the_name_of_an_organisation_holds_no_link() -> None:
    assert label_fault("Conseil & Fils (Rennes) n° 3") == ""
    assert label_fault("Voir https://hameconnage.example") == "ADDRESS"
    assert label_fault("www.hameconnage.example") == "ADDRESS"
    assert label_fault("un\u202edeux") == "CONTROL"
