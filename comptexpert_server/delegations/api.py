"""Delegations: read, begin, decide, follow."""

from functools import partial
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from comptexpert_server.config.clock import now, today
from comptexpert_server.config.conditional import etag, version_asked
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.config.problems import ProblemError
from comptexpert_server.delegations import requests, schemas, sync
from comptexpert_server.delegations.batch import decide_all
from comptexpert_server.delegations.decisions import Decision, decide
from comptexpert_server.delegations.imports import COLUMNS, import_grants
from comptexpert_server.delegations.listing import page
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.present import delegation_out, delegations_out
from comptexpert_server.delegations.rules import Action
from comptexpert_server.delegations.selectors import visible
from comptexpert_server.delegations.strength import signed_in_at
from comptexpert_server.inbox.services import Answer, key_asked, once

router = Router()
IMPORT = declare(Policy.ACCOUNT, idempotent=True)
IMPORT["openapi_extra"]["requestBody"] = {
    "required": True,
    "content": {"text/csv": {"schema": {"type": "string"}}},
    "description": f"UTF-8, a header line, commas or semicolons; columns: {', '.join(COLUMNS)}.",
}
DECISION = declare(Policy.PARTY, idempotent=True, conditional=True)


@router.get("/sync", response={200: schemas.SyncOut, 304: None}, **declare(Policy.ACCOUNT))
def follow(request: HttpRequest, cursor: Annotated[str, Query(max_length=4000)] = "") -> HttpResponse:
    """Give what changed since the cursor; 304 when nothing did."""
    found = sync.changes(caller(request), cursor=cursor, today=today())
    if found is None:
        return HttpResponse(status=304)
    return HttpResponse(found.model_dump_json(), content_type="application/json")


@router.get("/delegations", response=schemas.DelegationPage, **declare(Policy.PARTY))
def list_delegations(request: HttpRequest, wanted: Query[schemas.Search]) -> schemas.DelegationPage:
    """Give a page of the delegations that the caller may see; `status` is a list separated by commas."""
    rows, following = page(caller(request), wanted=wanted)
    return schemas.DelegationPage(items=delegations_out(rows, today=today()), next=following)


# The next two stand before `{delegation_id}`, which would take the word for an id.
@router.post("/delegations/decisions", response=schemas.DecisionsOut, **declare(Policy.PARTY))
def decide_many(request: HttpRequest, body: schemas.DecisionsIn) -> schemas.DecisionsOut:
    """Carry out up to 200 decisions, each on its own with its own key; give a result an item."""
    return decide_all(caller(request), items=body.items, signed_in=partial(signed_in_at, request))


@router.post("/delegations/imports", response=schemas.ImportOut, **IMPORT)
def import_delegations(request: HttpRequest, *, dry_run: bool = False) -> HttpResponse:
    """Grant what a CSV file lists, all or nothing; with `dry_run`, only tell what each line would give."""
    account = caller(request)

    def read() -> schemas.ImportOut:
        return import_grants(
            account,
            raw=request.body,
            dry_run=dry_run,
            signed_in=partial(signed_in_at, request),
            now=now(),
            today=today(),
        )

    def apply() -> Answer | ProblemError:
        found = read()
        if found.applied:
            return Answer(status=200, body=found)
        return ProblemError(422, "DEL_IMPORT_REFUSED", members=found.model_dump(mode="json"))

    if dry_run:
        return HttpResponse(read().model_dump_json(), content_type="application/json")
    return once(request, scope=str(account.pk), effect=apply)


@router.get("/delegations/{delegation_id}", response=schemas.DelegationOut, **declare(Policy.PARTY))
def read_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Give one delegation, with its version as ETag."""
    out = delegation_out(visible(caller(request), delegation_id=delegation_id), today=today())
    # The tag names the version alone: `effective` and `missing` may change without it, so no 304 here.
    return HttpResponse(out.model_dump_json(), content_type="application/json", headers={"ETag": etag(out.version)})


@router.post("/delegations", response={201: schemas.DelegationOut}, **declare(Policy.ACCOUNT, idempotent=True))
def begin_delegation(request: HttpRequest, body: schemas.DelegationIn) -> HttpResponse:
    """Ask for a right, grant one, or invite someone to one."""
    account, signed_in = caller(request), partial(signed_in_at, request)

    def begin() -> Answer:
        number = requests.number_of(account, key=key_asked(request))
        begun = requests.begin(account, wanted=body, signed_in=signed_in, now=now(), today=today(), number=number)
        return _answer(begun, status=201)

    return once(request, scope=str(account.pk), effect=begin)


@router.post("/delegations/{delegation_id}/approve", response=schemas.DelegationOut, **DECISION)
def approve(request: HttpRequest, delegation_id: UUID, body: schemas.ApproveIn | None = None) -> HttpResponse:
    """Accept a request, in whole or in part."""
    said = schemas.ApproveIn() if body is None else body
    rights = None if said.rights is None else tuple(said.rights)
    decision = partial(Decision, action=Action.APPROVE, rights=rights, valid_until=said.valid_until, note=said.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/refuse", response=schemas.DelegationOut, **DECISION)
def refuse(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn) -> HttpResponse:
    """Refuse a request, saying why."""
    return _decided(request, delegation_id, partial(Decision, action=Action.REFUSE, note=body.note))


@router.post("/delegations/{delegation_id}/withdraw", response=schemas.DelegationOut, **DECISION)
def withdraw(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Take back one's own request."""
    return _decided(request, delegation_id, partial(Decision, action=Action.WITHDRAW, note=_note(body)))


@router.post("/delegations/{delegation_id}/suspend", response=schemas.DelegationOut, **DECISION)
def suspend(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Suspend a right at once."""
    return _decided(request, delegation_id, partial(Decision, action=Action.SUSPEND, note=_note(body)))


@router.post("/delegations/{delegation_id}/resume", response=schemas.DelegationOut, **DECISION)
def resume(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Give a suspended right back."""
    return _decided(request, delegation_id, partial(Decision, action=Action.RESUME, note=_note(body)))


@router.post("/delegations/{delegation_id}/revoke", response=schemas.DelegationOut, **DECISION)
def revoke(request: HttpRequest, delegation_id: UUID, body: schemas.RevokeIn | None = None) -> HttpResponse:
    """End a right now, or at the end of a later day."""
    at = None if body is None else body.at
    note = "" if body is None else body.note
    return _decided(request, delegation_id, partial(Decision, action=Action.REVOKE, at=at, note=note))


@router.post("/delegations/{delegation_id}/renew", response=schemas.DelegationOut, **DECISION)
def renew(request: HttpRequest, delegation_id: UUID, body: schemas.RenewIn | None = None) -> HttpResponse:
    """Grant the same right again from the day after its last; give the new delegation."""
    decision = partial(Decision, action=Action.RENEW, valid_until=None if body is None else body.valid_until)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/transfer", response=schemas.DelegationOut, **DECISION)
def transfer(request: HttpRequest, delegation_id: UUID, body: schemas.TransferIn) -> HttpResponse:
    """Give a delegation to another expert-comptable of the firm."""
    decision = partial(Decision, action=Action.TRANSFER, grantor=body.grantor, note=body.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/relinquish", response=schemas.DelegationOut, **DECISION)
def relinquish(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Give up one's own right."""
    return _decided(request, delegation_id, partial(Decision, action=Action.RELINQUISH, note=_note(body)))


def _decided(request: HttpRequest, delegation_id: UUID, decision: partial[Decision]) -> HttpResponse:
    account = caller(request)
    version = version_asked(request)

    def effect() -> Answer:
        after = decide(
            account,
            delegation_id=delegation_id,
            decision=decision(version=version),
            signed_in=partial(signed_in_at, request),
            now=now(),
            today=today(),
        )
        return _answer(after, status=200)

    return once(request, scope=str(account.pk), effect=effect)


def _answer(delegation: Delegation, *, status: int) -> Answer:
    out = delegation_out(delegation, today=today())
    return Answer(status=status, body=out, etag=etag(out.version))


def _note(body: schemas.NoteIn | None) -> str:
    return "" if body is None else body.note
