"""What may be changed in a cabinet, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.domain.firm import AbsenceStatus, Template, TemplateGrant
from tests.fakes import TODAY, a_catalogue
from tests.fakes_firm import a_firm_page, an_absence

PAGE = a_firm_page()
CLAIRE, HUGO = PAGE.experts
SICK = an_absence(PAGE)
"""Hugo is absent, Claire decides for him."""

W, A, O, E = AbsenceStatus  # noqa: E741  (waiting, active, objected, ended)


@pytest.mark.parametrize(
    ("status", "entry_id", "may_object", "may_end"),
    [
        (W, HUGO.entry_id, True, False),
        (W, CLAIRE.entry_id, False, True),
        (W, "another", True, False),
        (W, "", False, False),
        (A, HUGO.entry_id, False, True),
        (A, CLAIRE.entry_id, False, True),
        (A, "another", False, True),
        (A, "", False, False),
        (O, HUGO.entry_id, False, False),
        (O, CLAIRE.entry_id, False, False),
        (E, HUGO.entry_id, False, False),
        (E, CLAIRE.entry_id, False, False),
    ],
)
def test_who_may_object_to_a_cover_and_who_may_end_it(status, entry_id, may_object, may_end):
    absence = replace(SICK, status=status)
    assert firm_rules.may_object(absence, entry_id=entry_id) is may_object
    assert firm_rules.may_end(absence, entry_id=entry_id) is may_end


def test_one_covers_colleagues_with_an_account_and_never_oneself():
    alone = a_firm_page(experts=(CLAIRE, replace(HUGO, account_id="")))
    assert firm_rules.covers_possible(PAGE, account_id=CLAIRE.account_id) == (HUGO,)
    assert firm_rules.covers_possible(alone, account_id=CLAIRE.account_id) == ()


def test_a_colleague_without_an_account_may_be_covered_though_not_named():
    absent = a_firm_page(experts=(CLAIRE, replace(HUGO, account_id="")))
    assert firm_rules.absents_possible(absent, account_id=CLAIRE.account_id) == absent.experts[1:]


def test_a_cover_that_asks_decides_after_the_wait():
    assert firm_rules.first_day(today=TODAY, asks=False) == TODAY
    assert firm_rules.first_day(today=TODAY, asks=True) == TODAY + timedelta(days=2)


def test_an_absence_that_is_covered_is_not_asked_again():
    covered = a_firm_page(absences=(SICK,))
    assert firm_rules.absents_possible(PAGE, account_id=CLAIRE.account_id) == (HUGO,)
    assert firm_rules.absents_possible(covered, account_id=CLAIRE.account_id) == ()
    over = a_firm_page(absences=(replace(SICK, status=E),))
    assert firm_rules.absents_possible(over, account_id=CLAIRE.account_id) == (HUGO,)


@pytest.mark.parametrize(
    ("other", "ends_on", "reason", "codes"),
    [
        ("e2", TODAY + timedelta(days=1), "Congé annuel", []),
        ("", TODAY + timedelta(days=1), "Congé annuel", ["FIELD_REQUIRED"]),
        ("e2", TODAY, "Congé annuel", []),
        ("e2", TODAY - timedelta(days=1), "Congé annuel", ["DATE_INVALID"]),
        ("e2", TODAY + timedelta(days=92), "Congé annuel", []),
        ("e2", None, "Congé annuel", ["DATE_INVALID"]),
        ("e2", TODAY + timedelta(days=93), "Congé annuel", ["DATE_INVALID"]),
        ("e2", TODAY + timedelta(days=1), "Congé    ", ["REASON_TOO_SHORT"]),
    ],
)
def test_an_absence_says_for_whom_until_when_and_why(other, ends_on, reason, codes):
    found = firm_rules.absence_problems(other=other, starts_on=TODAY, ends_on=ends_on, reason=reason, earliest=TODAY)
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("grants", "days", "codes"),
    [
        ((TemplateGrant("jesignexpert", ("prepare",)),), 365, []),
        ((TemplateGrant("jesignexpert", ("prepare",)),), 366, ["DATE_INVALID"]),
        ((TemplateGrant("jesignexpert", ("prepare",)),), 0, ["DATE_INVALID"]),
        ((TemplateGrant("jesignexpert", ("prepare", "technical_signature")),), 200, ["DATE_INVALID"]),
        ((TemplateGrant("gone", ("access",)),), 1, ["DATE_INVALID"]),
        ((), 30, ["NOTHING_CHOSEN"]),
    ],
)
def test_a_template_lasts_no_longer_than_its_shortest_right(grants, days, codes):
    template = Template(code="assistant", name="Assistant", description="", days=days, grants=grants)
    assert [one.code for one in firm_rules.template_problems(template, catalogue=a_catalogue())] == codes


def test_a_yearly_review_has_a_day_of_every_year():
    assert firm_rules.review_day(day=31, month=3) == "03-31"
    assert firm_rules.review_day(day=29, month=2) == ""
    assert firm_rules.review_day(day=31, month=4) == ""
    assert firm_rules.review_day(day=1, month=13) == ""


def test_two_approvers_need_two_experts():
    assert PAGE.may_ask_two
    assert not a_firm_page(experts=(CLAIRE,)).may_ask_two


def test_ones_own_line_is_found_by_the_account():
    assert firm_rules.myself(PAGE, account_id=HUGO.account_id) == HUGO
    assert firm_rules.myself(PAGE, account_id="nobody") is None
