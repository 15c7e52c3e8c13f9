"""Writes that happen once: the record of the key and the effect share one transaction (BR-14).

    @router.post("/signups", response={202: SignupOut}, **declare(Policy.PUBLIC, rate=PUBLIC_WRITE, idempotent=True))
    def sign_up(request: HttpRequest, body: SignupIn) -> HttpResponse:
        return once(request, scope=ANONYMOUS, effect=lambda: Answer(202, services.sign_up(body)))

The effect runs inside the transaction. What it *raises* undoes everything, the key included: nothing happened, so the
same key may be tried again. A `ProblemError` that it *returns* keeps what it wrote (a failed try that must be counted)
and frees the key too. Only effects are remembered, 90 days.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse

from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.inbox.sealing import UnreadableSealError, seal, unseal
from comptexpert_server.web.policy import before_effect
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest
    from pydantic import BaseModel

ANONYMOUS = "anonymous"
RETENTION = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an effect answers: the body that a repeated key gets again."""

    status: int
    body: BaseModel = field(repr=False)
    etag: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An answer as it is kept."""

    status: int
    text: str = field(repr=False)
    etag: str
    replayed: bool

    def response(self) -> HttpResponse:
        """Give the answer to send; a replayed one says so."""
        headers = {"ETag": self.etag} if self.etag else {}
        if self.replayed:
            headers["Idempotency-Replayed"] = "true"
        return HttpResponse(self.text, status=self.status, content_type="application/json", headers=headers)


_KNOWN = CompiledQuery(lambda scope, key: InboxRecord.objects.filter(scope=scope, key=key), scope=str, key=UUID)


def once(request: HttpRequest, *, scope: str, effect: Callable[[], Answer | ProblemError]) -> HttpResponse:
    """Run `effect` once for the request's `Idempotency-Key`; raise the problem that it returned."""
    mark = fingerprint(method=str(request.method), path=request.get_full_path(), body=request.body)
    return once_for(scope=scope, key=key_asked(request), mark=mark, effect=effect).response()


def once_for(*, scope: str, key: UUID, mark: str, effect: Callable[[], Answer | ProblemError]) -> Kept:
    """Run `effect` once for the key of a scope, or give the first answer again."""
    try:
        with transaction.atomic():
            _refuse_in_flight(scope=scope, key=key)
            record = _KNOWN.first(scope=scope, key=key)
            if record is not None:
                return _first_answer(record, mark=mark)
            outcome = _run(InboxRecord(scope=scope, key=key, fingerprint=mark), effect=effect)
    except IntegrityError:
        record = _KNOWN.first(scope=scope, key=key)
        if record is None:
            raise
        return _first_answer(record, mark=mark)
    if isinstance(outcome, ProblemError):
        raise outcome
    return outcome


def key_asked(request: HttpRequest) -> UUID:
    """Read the request's key; refuse 400 without one."""
    try:
        return UUID(request.headers["Idempotency-Key"].strip())
    except (KeyError, ValueError):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "KEY_REQUIRED", detail="Writes carry an Idempotency-Key, a UUID."
        ) from None


def fingerprint(*, method: str, path: str, body: bytes) -> str:
    """Digest what a key stands for; two spellings of one JSON document are the same."""
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except ValueError:  # no JSON, or no body at all
        canonical = body
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), canonical))).hexdigest()


def delete_old(*, now: datetime) -> int:
    """Delete the records older than 90 days; give their number."""
    return InboxRecord.objects.filter(created_at__lt=now - RETENTION).delete()[0]


def _run(record: InboxRecord, *, effect: Callable[[], Answer | ProblemError]) -> Kept | ProblemError:
    require = before_effect.get()
    if require is not None:
        require()
    outcome = effect()
    if isinstance(outcome, ProblemError):
        return outcome
    text = outcome.body.model_dump_json()
    record.status_code, record.body, record.etag = outcome.status, seal(text, bound_to=str(record)), outcome.etag
    record.save()
    return Kept(status=outcome.status, text=text, etag=outcome.etag, replayed=False)


def _first_answer(record: InboxRecord, *, mark: str) -> Kept:
    if record.fingerprint != mark:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "KEY_REUSED", detail="This key stands for another request.")
    if record.status_code is None:
        raise _in_flight()
    try:
        text = unseal(record.body, bound_to=str(record))
    except UnreadableSealError:
        raise ProblemError(
            HTTPStatus.CONFLICT, "KEY_ANSWER_LOST", detail="It was done; its answer can no longer be read."
        ) from None
    return Kept(status=record.status_code, text=text, etag=record.etag, replayed=True)


def _refuse_in_flight(*, scope: str, key: UUID) -> None:
    """Answer 409 at once while another worker still runs this key; SQLite has one writer and needs no lock."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"{scope}/{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (is_free,) = cursor.fetchone()
    if not is_free:
        raise _in_flight()


def _in_flight() -> ProblemError:
    return ProblemError(
        HTTPStatus.CONFLICT,
        "KEY_IN_FLIGHT",
        detail="This key is being answered.",
        members={"retry_after": 1},
        headers={"Retry-After": "1"},
    )
