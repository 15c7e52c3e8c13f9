"""Words as the screen shows them find the lines that show them: a right, a service, a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.presentation.delegations.search_words import meanings
from comptexpert_desktop.store import delegations
from tests.desktop.ui import kit
from tests.fakes import a_delegation, an_account

ME = an_account()


def line(number, **changes):
    made = a_delegation(grantor=ME, grantee=an_account(f"karim.nom{number}", may_grant=False))
    return replace(made, id=f"del-{number:06}", **changes)


@pytest.fixture
def file(open_stores):
    opened = open_stores().accounts.begin(ME.account_id, login_id=ME.login_id)
    made = (
        line(1, service="jesignexpert", rights=("sign",), reason="Liasses du portefeuille Nord"),
        line(2, service="jesignexpert", rights=("prepare",), reason="Paie des clients"),
        line(3, service="rfc", rights=("access",), reason="Veille"),
    )
    with opened.database.transaction():
        delegations.keep(opened, delegations=made)
    return opened


def found(file, text="", **how):
    query = DelegationQuery(Role.GRANTOR, text=text, also=meanings(text, catalogue=kit.catalogue()), **how)
    return [row.delegation.id[-1] for row in delegations.stretch(file, query=query, limit=99, offset=0)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("signer", "12"),
        ("signer nord", "1"),
        ("préparer", "2"),
        ("revue", "3"),
        ("Liasses", "1"),
        ("paie", "2"),
        ("zzz", ""),
    ],
)
def test_the_words_shown_find_their_lines(file, text, lines):
    assert "".join(sorted(found(file, text))) == lines


def test_a_right_is_matched_whole(file):
    assert found(file, right="sign") == ["1"]


def test_what_lacks_something_is_set_apart_from_what_may_be_used(file):
    active = [
        replace(kit.active(number), grantor=replace(kit.EXPERT, account_id=ME.account_id), effective=number == 8)
        for number in (8, 9)
    ]
    with file.database.transaction():
        delegations.keep(file, delegations=active)
    assert found(file, effect="effective") == ["8"]
    assert found(file, effect="missing") == ["9"]
