"""Eight uses of one grant at the same moment: the stock provider let several win on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from comptexpert_server.accounts.models import Account
from comptexpert_server.sessions.models import TokenFamily
from comptexpert_server.sessions.token_families import delete_ended, end_families
from tests.server.visitor import Application, Visitor, me, together

pytestmark = pytest.mark.usefixtures("crowd_for_threads")
ROUNDS = 5


def revoke(token: str) -> Any:
    caller = Client(raise_request_exception=False)
    return caller.post("/identity/o/api/revoke", {"token": token, "client_id": "comptexpert-desktop"})


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_code_sent_eight_times_at_once_gives_at_most_one_pair(round_: int) -> None:
    application = Application()
    code = application.code(Visitor())
    answers = together([lambda: application.exchange(code)] * 8)
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} == {200, 400}
    assert not Token.objects.exists(), "a replayed code ends what it gave"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_refresh_token_sent_eight_times_at_once_leaves_one_live_pair(round_: int) -> None:
    application = Application()
    first = application.tokens()
    answers = together([lambda: application.refresh(first["refresh_token"])] * 8)
    assert {answer.status_code for answer in answers} == {200}
    alive = [one for one in answers if me(one.json()["access_token"]).status_code == 200]
    assert len(alive) == 1
    assert Token.objects.filter(type=Token.Type.REFRESH_TOKEN).count() == 1
    assert Token.objects.filter(type=Token.Type.ACCESS_TOKEN).count() == 1
    assert application.refresh(alive[0].json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_sign_out_beside_refreshes_leaves_nothing_alive_and_no_fault(round_: int) -> None:
    application = Application()
    first = application.tokens()
    second = application.refresh(first["refresh_token"]).json()
    refresh = [partial(application.refresh, second["refresh_token"])] * 4
    answers = together([*refresh, *[partial(revoke, first["refresh_token"])] * 2, *refresh])
    assert {answer.status_code for answer in answers} <= {200, 400}
    assert not TokenFamily.objects.exists()
    assert not Token.objects.exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_what_ends_an_account_or_an_old_family_never_deadlocks_with_a_refresh(round_: int) -> None:
    application = Application()
    tokens = application.tokens()
    account = Account.objects.get(login_id="claire.delaunay")
    end = partial(end_families, account)
    clean = partial(delete_ended, now=TokenFamily.objects.get().expires_at + timedelta(days=1))
    together([*[partial(application.refresh, tokens["refresh_token"])] * 4, end, clean, end, clean])
    assert not TokenFamily.objects.exists()
    assert not Token.objects.exists()
