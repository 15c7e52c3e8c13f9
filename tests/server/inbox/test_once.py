"""A write happens once, whatever the network does."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from pydantic import BaseModel

from comptexpert_server.delegations.models import Delegation
from comptexpert_server.inbox import services
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.inbox.services import ANONYMOUS, Answer, Kept, delete_old, fingerprint, once_for
from comptexpert_server.registry.models import Firm
from comptexpert_server.web.policy import before_effect
from comptexpert_server.web.problems import ProblemError
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


class Said(BaseModel):
    """A body."""

    word: str


def _say(word: str) -> Callable[[], Answer]:
    return lambda: Answer(status=201, body=Said(word=word), etag='"1"')


def test_a_repeated_key_gets_the_first_answer_and_no_second_effect() -> None:
    agathe, lea, key = desk.expert(desk.firm()), desk.staff(), str(uuid.uuid4())
    body = {
        "service": "rfc",
        "rights": ["access"],
        "grantor": str(agathe.account.entry_id),
        "reason": desk.REASON,
    }
    first = lea.post("/delegations", body, key=key)
    second = lea.post("/delegations", dict(reversed(body.items())), key=key)
    assert (second.status, second.body) == (201, first.body)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (None, "true")
    assert Delegation.objects.count() == 1


def test_a_repeated_decision_gets_the_first_answer_even_when_the_case_moved_on() -> None:
    agathe, lea, key = desk.expert(desk.firm()), desk.staff(), str(uuid.uuid4())
    asked = desk.pending(lea, agathe)
    first = agathe.decide(asked, "approve", key=key)
    agathe.decide(first.body, "revoke")
    assert agathe.decide(asked, "approve", key=key).body == first.body


@pytest.mark.parametrize("key", [None, "1", "not-a-uuid"])
def test_a_write_without_a_key_is_refused(key: str | None) -> None:
    agathe = desk.expert(desk.firm())
    answer = desk.staff().post(
        "/delegations",
        {"service": "rfc", "rights": ["access"], "grantor": str(agathe.account.entry_id), "reason": desk.REASON},
        key=key,
    )
    assert (answer.status, answer.code) == (400, "KEY_REQUIRED")
    assert answer.body["detail"] == "Writes carry an Idempotency-Key, a UUID."


def test_a_key_stands_for_one_payload() -> None:
    agathe, lea, key = desk.expert(desk.firm()), desk.staff(), str(uuid.uuid4())
    asked = desk.pending(lea, agathe)
    agathe.decide(asked, "approve", key=key)
    other = agathe.decide(asked, "approve", key=key, note="autre")
    elsewhere = agathe.decide(asked, "revoke", key=key)
    assert [(one.status, one.code) for one in (other, elsewhere)] == [(422, "KEY_REUSED")] * 2
    assert other.body["detail"] == "This key stands for another request."


def test_a_key_belongs_to_its_user() -> None:
    agathe, key = desk.expert(desk.firm()), str(uuid.uuid4())
    lea, paul = desk.staff(), desk.staff()
    body = {"service": "rfc", "rights": ["access"], "grantor": str(agathe.account.entry_id), "reason": desk.REASON}
    first, second = (person.post("/delegations", body, key=key) for person in (lea, paul))
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] != second.body["id"]


def test_a_refused_write_leaves_its_key_free() -> None:
    agathe, lea, key = desk.expert(desk.firm()), desk.staff(), str(uuid.uuid4())
    asked = desk.pending(lea, agathe)
    refused = agathe.decide(asked, "refuse", key=key)
    assert refused.status == 422
    assert agathe.decide(asked, "refuse", key=key, note="Pas avant janvier").status == 200


def test_a_raised_problem_undoes_the_effect_and_a_returned_one_keeps_it() -> None:
    def count_and(*, raising: bool) -> ProblemError:
        Firm.objects.create(siren=str(uuid.uuid4().int)[:9], name="trace")
        problem = ProblemError(422, "REG_DOB_MISMATCH")
        if raising:
            raise problem
        return problem

    for raising, kept in ((True, 0), (False, 1)):
        with pytest.raises(ProblemError, match="REG_DOB_MISMATCH"):
            once_for(
                scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=lambda raising=raising: count_and(raising=raising)
            )
        assert (Firm.objects.count(), InboxRecord.objects.count()) == (kept, 0)


def test_an_unfinished_record_is_in_flight() -> None:
    key = uuid.uuid4()
    InboxRecord.objects.create(scope=ANONYMOUS, key=key, fingerprint="m")
    with pytest.raises(ProblemError, match="KEY_IN_FLIGHT") as caught:
        once_for(scope=ANONYMOUS, key=key, mark="m", effect=_say("twice"))
    assert (caught.value.status, caught.value.code) == (409, "KEY_IN_FLIGHT")
    assert caught.value.headers["Retry-After"] == "1"
    assert caught.value.members == {"retry_after": 1}
    assert caught.value.detail == "This key is being answered."


def test_a_record_is_forgotten_after_ninety_days() -> None:
    kept = once_for(scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=_say("hello"))
    assert (kept.status, json.loads(kept.text)) == (201, {"word": "hello"})
    made = InboxRecord.objects.get().created_at
    assert delete_old(now=made + timedelta(days=90)) == 0
    assert delete_old(now=made + timedelta(days=90, microseconds=1)) == 1


def test_a_record_says_nothing_of_its_answer() -> None:
    kept = once_for(scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=_say("secret"))
    answer: Any = Answer(status=200, body=Said(word="secret"))
    assert "secret" not in repr(kept) + repr(answer) + repr(InboxRecord.objects.get())


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"body": b'{"b":2, "a":1}'}, True),
        ({"body": b'{"a":1,"b":3}'}, False),
        ({"path": "/other"}, False),
        ({"method": "PATCH"}, False),
        ({"body": b""}, False),
        ({"body": b"not json"}, False),
    ],
)
def test_a_fingerprint_covers_method_path_and_meaning(changes: dict[str, Any], *, same: bool) -> None:
    base: dict[str, Any] = {"method": "POST", "path": "/x", "body": b'{"a":1,"b":2}'}
    assert (fingerprint(**base) == fingerprint(**(base | changes))) is same


def test_an_answer_is_sealed_at_rest() -> None:
    once_for(scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=_say("the claim"))
    assert "claim" not in InboxRecord.objects.get().body


def test_an_answer_opens_for_its_own_record_alone() -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    for key in keys:
        once_for(scope=ANONYMOUS, key=key, mark="m", effect=_say(str(key)))
    first, second = (InboxRecord.objects.get(key=key) for key in keys)
    first.body = second.body
    first.save()
    with pytest.raises(ProblemError, match="KEY_ANSWER_LOST"):
        once_for(scope=ANONYMOUS, key=keys[0], mark="m", effect=_say("again"))


def test_another_secret_key_does_not_do_the_work_again(settings: Any) -> None:
    key, said = uuid.uuid4(), []
    once_for(scope=ANONYMOUS, key=key, mark="m", effect=_say("once"))
    settings.SECRET_KEY = "another one, after a rotation"
    with pytest.raises(ProblemError, match="KEY_ANSWER_LOST") as caught:
        once_for(scope=ANONYMOUS, key=key, mark="m", effect=lambda: said.append(1) or _say("twice")())
    assert said == []
    assert (caught.value.status, caught.value.code) == (409, "KEY_ANSWER_LOST")
    assert caught.value.detail == "It was done; its answer can no longer be read."


def test_a_request_that_was_answered_before_an_update_of_the_server_is_known_after_it() -> None:
    """Records live 90 days: to digest a request in another way would refuse the retries of those days."""
    made = fingerprint(method="POST", path="/api/v1/delegations?a=1", body='{"reason": "é", "at": 1}'.encode())
    assert made == "f8af31e8d476f7ffe9f83f04e6a90780ee090e16e3c3b8bd76e6d417798e60b4"
    assert (
        fingerprint(method="POST", path="/x", body=b"")
        == "0445f851be0337b421222c69a1921b935d46584b55dcb22289d1d93187b15914"
    )
    assert InboxRecord.objects.create(scope=ANONYMOUS, key=uuid.UUID(int=1), fingerprint=made).scope == "anonymous"


def test_an_answer_without_a_version_carries_none() -> None:
    plain = once_for(
        scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=lambda: Answer(status=202, body=Said(word="x"))
    )
    answer = plain.response()
    assert (answer.status_code, answer.headers["Content-Type"]) == (202, "application/json")
    assert {"ETag", "Idempotency-Replayed"}.isdisjoint(answer.headers)


def test_an_answer_does_not_change_between_what_is_kept_and_what_is_sent() -> None:
    answer: Any = Answer(status=200, body=Said(word="done"))
    kept: Any = once_for(scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=lambda: answer)
    for one in (answer, kept):
        with pytest.raises(AttributeError):
            one.status = 500
    unnamed: Any
    for unnamed, values in ((Answer, (200, Said(word="done"))), (Kept, (200, "done", "", False))):
        with pytest.raises(TypeError):
            unnamed(*values)


def test_a_write_that_lacks_a_proof_has_no_effect_and_its_first_answer_asks_for_none() -> None:
    def refuse() -> None:
        raise ProblemError(401, "AUTH_STEP_UP")

    key, done = uuid.uuid4(), []

    def effect() -> Answer:
        done.append(1)
        return _say("done")()

    token = before_effect.set(refuse)
    try:
        with pytest.raises(ProblemError, match="AUTH_STEP_UP"):
            once_for(scope=ANONYMOUS, key=key, mark="m", effect=effect)
        assert (done, InboxRecord.objects.count()) == ([], 0)
        before_effect.set(None)
        once_for(scope=ANONYMOUS, key=key, mark="m", effect=effect)
        before_effect.set(refuse)
        assert once_for(scope=ANONYMOUS, key=key, mark="m", effect=effect).replayed
    finally:
        before_effect.reset(token)
    assert done == [1]


def test_a_fault_of_the_effect_itself_is_not_taken_for_an_answer() -> None:
    def doubled() -> Answer:
        Firm.objects.create(siren="123456789", name="one")
        Firm.objects.create(siren="123456789", name="the same one")
        return _say("never")()

    with pytest.raises(IntegrityError):
        once_for(scope=ANONYMOUS, key=uuid.uuid4(), mark="m", effect=doubled)
    assert (Firm.objects.count(), InboxRecord.objects.count()) == (0, 0)


def test_a_call_that_loses_the_race_for_its_key_gives_the_answer_of_the_other_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, known = uuid.uuid4(), services._KNOWN

    class Blind:
        """Does not see at its first look what another worker is about to commit."""

        looks = 0

        def first(self, **names: Any) -> InboxRecord | None:
            self.looks += 1
            return known.first(**names) if self.looks > 1 else None

    first = once_for(scope=ANONYMOUS, key=key, mark="m", effect=_say("first"))
    monkeypatch.setattr(services, "_KNOWN", Blind())
    second = once_for(scope=ANONYMOUS, key=key, mark="m", effect=_say("second"))
    assert (second.text, second.replayed, first.replayed) == (first.text, True, False)
    monkeypatch.setattr(services, "_KNOWN", Blind())
    with pytest.raises(ProblemError, match="KEY_REUSED"):
        once_for(scope=ANONYMOUS, key=key, mark="another", effect=_say("third"))
