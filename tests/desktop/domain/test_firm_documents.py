"""The document of a cabinet is read, kept, and read again without a loss."""

from __future__ import annotations

import json
from datetime import date

import pytest

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import read_me
from comptexpert_desktop.domain.firm import AbsenceStatus
from comptexpert_desktop.domain.firm_documents import read_firm_page
from tests.fakes import a_me
from tests.fakes_firm import a_firm_page, an_absence, an_invitation

BARE = {"id": "f1", "siren": "732829320", "name": "Cabinet Aubier", "version": 1, "two_approvers": False}

REVIEW = {
    "id": "r1",
    "opened_at": "2026-03-01T08:00:00Z",
    "opened_by_name": "Claire AUBIER",
    "closes_on": "2026-03-31",
    "grace_until": "2026-04-14",
    "status": "open",
    "total": 40,
    "kept": 10,
    "ended": 2,
    "lapsed": 0,
    "waiting": 28,
}


def test_a_page_with_everything_survives_its_writing():
    page = a_firm_page(invitations=(an_invitation(),), review_on="03-31", two_approvers=True)
    page = read_firm_page(codec.write(page) | {"reviews": [REVIEW]})
    full = read_firm_page(codec.write(page) | {"absences": codec.write(_absent(page))["absences"]})
    assert full.reviews[0].waiting == 28
    waiting = {"setting": "two_approvers", "value": False, "asked_by": "a1", "asked_by_name": "Claire AUBIER"}
    waiting |= {"takes_effect_at": "2026-03-04T08:00:00Z"}
    full = read_firm_page(codec.write(full) | {"pending_settings": [waiting]})
    assert full.pending("two_approvers").asked_by_name == "Claire AUBIER"
    assert full.pending("review_on") is None
    assert full.absences[0].status is AbsenceStatus.ACTIVE
    assert read_firm_page(json.loads(json.dumps(codec.write(full)))) == full


def _absent(page):
    return a_firm_page(absences=(an_absence(page),))


def test_a_server_that_tells_less_gives_an_empty_page():
    page = read_firm_page(BARE)
    assert (page.experts, page.members, page.invitations, page.absences, page.review_on) == ((), (), (), (), "")
    assert not page.may_ask_two


@pytest.mark.parametrize("absent", ["id", "name", "version"])
def test_a_page_without_its_name_is_none(absent):
    with pytest.raises(ValueError, match=absent):
        read_firm_page({name: value for name, value in BARE.items() if name != absent})


@pytest.mark.parametrize("status", ["", "started"])
def test_an_absence_in_an_unknown_state_is_refused(status):
    document = codec.write(_absent(a_firm_page()))
    document["absences"][0]["status"] = status
    with pytest.raises(ValueError, match=r"absences\[0\]\.status"):
        read_firm_page(document)


def test_a_leaving_date_is_a_day():
    document = codec.write(a_firm_page())
    document["members"][0]["leaves_on"] = "2026-06-30"
    assert read_firm_page(document).members[0].leaves_on == date(2026, 6, 30)


def test_whom_the_account_covers_is_read_from_me_and_kept():
    document = codec.write(a_me())
    assert read_me({name: value for name, value in document.items() if name != "covers"}).covers == ()
    cover = {"firm_id": "f1", "absent_entry_id": "e2", "absent_name": "Hugo GARNIER", "ends_on": "2026-03-31"}
    me = read_me(document | {"covers": [cover]})
    assert me.covers[0].ends_on == date(2026, 3, 31)
    assert json.loads(json.dumps(codec.write(me)))["covers"] == [cover]
    with pytest.raises(ValueError, match="ends_on"):
        read_me(document | {"covers": [cover | {"ends_on": None}]})
