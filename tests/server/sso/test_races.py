"""Eight uses of one grant at the same moment: the stock provider let several win on PostgreSQL."""

from __future__ import annotations

import pytest
from allauth.idp.oidc.models import Token

from tests.server.visitor import Application, Visitor, me, together

pytestmark = pytest.mark.usefixtures("crowd_for_threads")
ROUNDS = 5


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
