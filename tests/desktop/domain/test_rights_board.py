"""The board of a cabinet says of each person and right what the server says of their delegations."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.rights_board import BoardRight, Standing, board
from tests.desktop.ui import kit

LIVE = {Status.ACTIVE, Status.SCHEDULED, Status.SUSPENDED}
ASKED = {Status.PENDING, Status.PENDING_SECOND}
RIGHTS = {"jesignexpert": ("sign", "seal", "prepare"), "rfc": ("access",)}


def as_the_server_says(dice: random.Random, number: int):
    """Make a delegation with what the server computes of it: which rights may be used, and what is missing."""
    service = dice.choice(sorted(RIGHTS))
    rights = tuple(sorted(dice.sample(RIGHTS[service], dice.randint(1, len(RIGHTS[service])))))
    status = dice.choice(list(Status))
    in_force = status is Status.ACTIVE
    missing = []
    if in_force and dice.random() < 0.3:
        missing.append("DEL_TERMS")
    if in_force and "sign" in rights and dice.random() < 0.4:
        missing.append("DEL_CERT_REQUIRED")
    usable = () if not in_force or "DEL_TERMS" in missing else rights
    if "DEL_CERT_REQUIRED" in missing:
        usable = tuple(right for right in usable if right != "sign")
    person = dice.randrange(4)
    return kit.delegation(
        number,
        service=service,
        rights=rights,
        status=status,
        firm=dice.choice((kit.HAWTHORN, kit.QUAY)),
        grantee=replace(kit.STAFF, account_id=f"acc-{person}", surname=f"Nom{person}"),
        valid_from=kit.TODAY - timedelta(days=9) if status in LIVE else None,
        valid_until=kit.TODAY + timedelta(days=dice.randint(1, 90)) if status in LIVE else None,
        missing=tuple(missing),
        effective=in_force and not missing,
        effective_rights=usable,
    )


def expected(made, *, person, service, right):
    """Return how far a right has come, from the delegations as the server says them."""
    mine = [
        one
        for one in made
        if one.firm.id == kit.HAWTHORN.id
        and (one.grantee.account_id, one.service) == (person, service)
        and right in one.rights
    ]
    if any(right in one.effective_rights for one in mine):
        return Standing.CAN
    if any(one.status in LIVE for one in mine):
        return Standing.LACKS
    return Standing.ASKED if any(one.status in ASKED for one in mine) else None


def compare(cases: int, *, seed: int) -> None:
    dice, number = random.Random(seed), 0
    for _ in range(cases):
        made = []
        for _line in range(dice.randint(0, 12)):
            number += 1
            made.append(as_the_server_says(dice, number))
        found = board([kit.row(one) for one in made], firm_id=kit.HAWTHORN.id, day=kit.TODAY)
        for person in range(4):
            for service, rights in RIGHTS.items():
                for right in rights:
                    cell = found.cells.get((f"acc-{person}", BoardRight(service, right)))
                    standing = None if cell is None else cell.standing
                    assert standing is expected(made, person=f"acc-{person}", service=service, right=right), made


def test_the_board_is_what_the_server_says():
    compare(300, seed=1)


@pytest.mark.campaign
def test_the_board_is_what_the_server_says_in_ten_thousand_cases():
    compare(10_000, seed=2)


def test_another_cabinet_is_not_on_the_board():
    found = board([kit.row(kit.active(1, firm=kit.QUAY))], firm_id=kit.HAWTHORN.id, day=kit.TODAY)
    assert (found.people, found.rights) == ((), ())


def test_what_a_person_can_do_comes_before_what_they_asked():
    rows = [kit.row(kit.delegation(1, rights=("prepare",))), kit.row(kit.active(2, rights=("prepare",)))]
    found = board(rows, firm_id=kit.HAWTHORN.id, day=kit.TODAY)
    (person,) = found.people
    cell = found.cell(person, BoardRight("jesignexpert", "prepare"))
    assert (cell.standing, cell.delegation_id) == (Standing.CAN, "del-000002")
