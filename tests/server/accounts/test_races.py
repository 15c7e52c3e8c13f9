"""Many visitors at the same moment: one account, one use of a link, and no try beyond the limit."""

from __future__ import annotations

import pytest

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.web.limits import LimitHit
from tests.server.visitor import Visitor, call, link_in, mails, person, together

pytestmark = pytest.mark.usefixtures("crowd_for_threads")
GOOD = "girouette mandarine sablier ventouse"


def body(case: str = "signup_ok", **changes: str) -> dict[str, str]:
    who = person(case)
    found = {"profile": "expert_comptable", "entry_id": who["entry_id"], "date_of_birth": who["date_of_birth"]}
    return found | {"login_id": "maelys.oeuvrard"} | changes


def test_twelve_wrong_dates_at_once_are_five_checks_and_seven_refusals() -> None:
    wrong = body(date_of_birth="1950-01-01")
    codes = [answer.json()["code"] for answer in together([lambda: call("/signups", wrong)] * 12)]
    assert codes.count("REG_DOB_MISMATCH") == 5
    assert codes.count("REG_TOO_MANY_TRIES") == 7
    assert LimitHit.objects.filter(key__key__startswith="birth-entry").count() == 5


def test_one_entry_gets_one_account_and_the_last_mail_alone_works() -> None:
    bodies = [body(login_id=f"maelys{number}") for number in range(6)]
    answers = together([lambda one=one: call("/signups", one) for one in bodies])
    assert {answer.status_code for answer in answers} <= {202, 409}
    (kept,) = Signup.objects.filter(ended_at=None)
    assert kept.account is not None
    assert (kept.login_id, Account.objects.filter(entry=kept.account.entry).count()) == (kept.account.login_id, 1)
    assert sum(Visitor().get(link_in(mail)).status_code == 200 for mail in mails()) == 1


def test_one_identifiant_goes_to_one_person() -> None:
    bodies = [body(case) for case in ("signup_ok", "homonym_a", "homonym_b", "signup_ok_expert_comptable")]
    answers = together([lambda one=one: call("/signups", one) for one in bodies])
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"ID_TAKEN"}


def test_one_link_used_eight_times_at_once_serves_once() -> None:
    call("/signups", body())
    link = link_in(mails()[0])
    visitors = [Visitor() for _ in range(8)]
    pages = [visitor.get(link) for visitor in visitors]
    acts = [
        lambda number=number: visitors[number].submit(
            pages[number], password1=f"{GOOD} {number}", password2=f"{GOOD} {number}"
        )
        for number in range(8)
    ]
    answers = together(acts)
    won = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    assert len(won) == 1
    assert Account.objects.get(login_id="maelys.oeuvrard").check_password(f"{GOOD} {won[0]}")
