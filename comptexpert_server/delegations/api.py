"""Delegations: read, begin, decide, follow."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from comptexpert_server.accounts.caller import caller
from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations import import_parts, requests, schemas, sync
from comptexpert_server.delegations.attestations import attest, attest_past
from comptexpert_server.delegations.bulk import decide_all
from comptexpert_server.delegations.decision_context import Decision
from comptexpert_server.delegations.decisions import DECISION_CODES, decide
from comptexpert_server.delegations.effects import effects_of
from comptexpert_server.delegations.identity import other_party
from comptexpert_server.delegations.imports import COLUMNS, import_grants, preview_grants, read_rows
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.pagination import page
from comptexpert_server.delegations.requests import BEGIN_CODES
from comptexpert_server.delegations.rules import Action
from comptexpert_server.delegations.selectors import visible
from comptexpert_server.delegations.serializers import delegation_out, delegations_out
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, key_asked, once
from comptexpert_server.sessions.step_up import latest_proof
from comptexpert_server.web import rates
from comptexpert_server.web.codes import RefusalCode
from comptexpert_server.web.conditional import etag, version_asked
from comptexpert_server.web.policy import Policy, StepUp, declare
from comptexpert_server.web.polling import pace
from comptexpert_server.web.problems import ProblemError, invalid
from comptexpert_server.web.schemas import Day

router = Router()


def declare_import(*codes: RefusalCode) -> dict[str, Any]:
    """Declare an operation whose body is a table of grants."""
    declared = declare(
        Policy.ACCOUNT,
        rate=rates.BULK,
        idempotent=True,
        step_up=StepUp.BY_RIGHT,
        codes=("DEL_IMPORT_CHANGED", "DEL_IMPORT_REFUSED", *codes, *BEGIN_CODES),
    )
    declared["openapi_extra"]["requestBody"] = {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": f"UTF-8, a header line, commas or semicolons; columns: {', '.join(COLUMNS)}.",
    }
    return declared


IMPORT = declare_import()
_DECISION = partial(declare, Policy.PARTY, rate=rates.WRITE, idempotent=True, conditional=True, codes=DECISION_CODES)
GIVES = _DECISION(step_up=StepUp.BY_RIGHT)
TAKES = _DECISION(step_up=StepUp.NONE)
ASKS, GIVES_OR_ASKS = TAKES, GIVES
"""The holder asks without proof; whoever gives proves who they are."""


@router.get("/sync", response={200: schemas.SyncOut, 304: None}, **declare(Policy.ACCOUNT, rate=rates.READ))
def follow(request: HttpRequest, cursor: Annotated[str, Query(max_length=4000)] = "") -> HttpResponse:
    """Give what changed since the cursor; 304 when nothing did. `Retry-After` says in how many seconds to ask again."""
    found = sync.changes(caller(request), cursor=cursor, today=today())
    again = {"Retry-After": str(pace.seconds())}
    if found is None:
        return HttpResponse(status=304, headers=again)
    return HttpResponse(found.model_dump_json(), content_type="application/json", headers=again)


@router.get("/delegations", response=schemas.DelegationPage, **declare(Policy.PARTY, rate=rates.READ))
def list_delegations(request: HttpRequest, requested: Query[schemas.Search]) -> schemas.DelegationPage:
    """Give a page of the delegations that the caller may see; `status` is a list separated by commas."""
    rows, following = page(caller(request), requested=requested)
    return schemas.DelegationPage(items=delegations_out(rows, today=today()), next=following)


@router.get(
    "/register/attestation",
    response=schemas.AttestationOut,
    **declare(Policy.GRANTOR, rate=rates.BULK, codes=("NOT_FOUND", "REGISTER_BROKEN")),
)
def read_attestation(request: HttpRequest, firm: UUID, account: UUID, on: Day | None = None) -> schemas.AttestationOut:
    """Attest what a person may do for a firm, on one line that is checked without the server.

    Today without `on`; for a past day, what they could do at its end, replayed from the register.
    """
    found = granted_firm(caller(request), firm_id=firm)
    if on is not None and on > today():
        raise invalid(on="IN_THE_FUTURE")
    if on is not None and on < today():
        return attest_past(found, account_id=account, on=on, now=now())
    return attest(found, account_id=account, now=now(), today=today())


# The next three stand before `{delegation_id}`, which would take the word for an id.
@router.post(
    "/delegations/decisions",
    response=schemas.DecisionsOut,
    **declare(Policy.PARTY, rate=rates.BULK, step_up=StepUp.BY_RIGHT, codes=DECISION_CODES),
)
def decide_many(request: HttpRequest, body: schemas.DecisionsIn) -> schemas.DecisionsOut:
    """Carry out up to 200 decisions, each on its own with its own key; give a result an item."""
    return decide_all(caller(request), items=body.items, signed_in=partial(latest_proof, request))


@router.post("/delegations/imports", response=schemas.ImportOut, **IMPORT)
def import_delegations(request: HttpRequest, *, dry_run: bool = False) -> HttpResponse:
    """Grant what a CSV file lists, all or nothing; with `dry_run`, only tell what each line would give."""
    account = caller(request)
    if dry_run:
        found = preview_grants(
            account, raw=request.body, signed_in=partial(latest_proof, request), now=now(), today=today()
        )
        return HttpResponse(found.model_dump_json(), content_type="application/json")
    return _import(request, parts=lambda: [request.body])


@router.post(
    "/delegations/imports/parts",
    response={200: schemas.ImportOut, 202: schemas.ImportPartOut},
    **declare_import("DEL_IMPORT_INCOMPLETE"),
)
def import_part(
    request: HttpRequest,
    number: Annotated[int, Query(ge=1, le=import_parts.MAX_PARTS)],
    of: Annotated[int, Query(ge=2, le=import_parts.MAX_PARTS)],
    digest: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
) -> HttpResponse:
    """Take one part of a CSV file that is granted as a whole, all or nothing, when its last part comes.

    All parts share one key. `digest` is the SHA-256 of all of them, one after the other. A part that waits lapses after
    a day; sent again, it is stored once.
    """
    account, key = caller(request), key_asked(request)
    if number > of:
        raise invalid(number="TOO_LARGE")
    if number < of:
        requests.check_may_grant(account)
        read_rows(request.body)
        kept = import_parts.put(account, key=key, number=number, raw=request.body, now=now())
        body = schemas.ImportPartOut(kept=kept).model_dump_json()
        return HttpResponse(body, status=202, content_type="application/json")
    parts = partial(import_parts.whole, account, key=key, of=of, digest=digest, last=request.body)
    try:
        answer = _import(request, parts=parts)
    except ProblemError as refused:
        if refused.code == "DEL_IMPORT_REFUSED":
            import_parts.delete(account, key=key)
        raise
    import_parts.delete(account, key=key)
    return answer


def _import(request: HttpRequest, *, parts: Callable[[], list[bytes]]) -> HttpResponse:
    """Grant what the parts of a file list, once a key."""
    account = caller(request)

    def apply() -> Answer | ProblemError:
        found = import_grants(account, raws=parts(), signed_in=partial(latest_proof, request), now=now(), today=today())
        if found.applied:
            return Answer(status=200, body=found)
        return ProblemError(422, "DEL_IMPORT_REFUSED", members=found.model_dump(mode="json"))

    return once(request, scope=str(account.pk), effect=apply)


_EFFECTS = declare(Policy.PARTY, rate=rates.WRITE, step_up=StepUp.NONE, codes=sorted({*DECISION_CODES, *BEGIN_CODES}))


@router.post("/delegations/effects", response=schemas.EffectsOut, by_alias=True, **_EFFECTS)
def show_effects(request: HttpRequest, body: schemas.EffectsIn) -> schemas.EffectsOut:
    """Return what gestures would change for those whom they touch, day by day; nothing is written."""
    # A gesture that is shown holds up the other writers as long as one that is made: it counts as much.
    _EFFECTS["throttle"].charge(request, tokens=len(body.gestures) - 1)
    return effects_of(caller(request), gestures=body.gestures, now=now(), today=today())


@router.get(
    "/delegations/{delegation_id}",
    response=schemas.DelegationOut,
    **declare(Policy.PARTY, rate=rates.READ, codes=("NOT_FOUND",)),
)
def read_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Give one delegation, with its version as ETag."""
    out = delegation_out(visible(caller(request), delegation_id=delegation_id), today=today())
    # The tag names the version alone: `effective` and `missing` may change without it, so no 304 here.
    return HttpResponse(out.model_dump_json(), content_type="application/json", headers={"ETag": etag(out.version)})


@router.get(
    "/delegations/{delegation_id}/identity",
    response=schemas.IdentityOut,
    **declare(Policy.PARTY, rate=rates.READ, codes=("NOT_FOUND",)),
)
def read_identity(request: HttpRequest, delegation_id: UUID) -> schemas.IdentityOut:
    """Give the other party of a delegation, and who in the firm may be taken for them."""
    account = caller(request)
    found = other_party(visible(account, delegation_id=delegation_id), viewer=account)
    return schemas.IdentityOut.model_validate(asdict(found))


@router.post(
    "/delegations",
    response={201: schemas.DelegationOut},
    **declare(Policy.ACCOUNT, rate=rates.WRITE, idempotent=True, step_up=StepUp.BY_RIGHT, codes=BEGIN_CODES),
)
def begin_delegation(request: HttpRequest, body: schemas.DelegationIn) -> HttpResponse:
    """Ask for a right, grant one, or invite someone to one."""
    account, signed_in = caller(request), partial(latest_proof, request)

    def begin() -> Answer:
        number = requests.number_of(account, key=key_asked(request))
        begun = requests.begin(account, requested=body, signed_in=signed_in, now=now(), today=today(), number=number)
        return _answer(begun, status=201)

    return once(request, scope=str(account.pk), effect=begin)


@router.post("/delegations/{delegation_id}/approve", response=schemas.DelegationOut, **GIVES)
def approve(request: HttpRequest, delegation_id: UUID, body: schemas.ApproveIn | None = None) -> HttpResponse:
    """Accept a request, in whole or in part."""
    said = schemas.ApproveIn() if body is None else body
    rights = None if said.rights is None else tuple(said.rights)
    decision = partial(
        Decision,
        action=Action.APPROVE,
        rights=rights,
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        note=said.note,
    )
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/refuse", response=schemas.DelegationOut, **TAKES)
def refuse(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn) -> HttpResponse:
    """Refuse a request, saying why."""
    return _decided(request, delegation_id, partial(Decision, action=Action.REFUSE, note=body.note))


@router.post("/delegations/{delegation_id}/withdraw", response=schemas.DelegationOut, **TAKES)
def withdraw(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Take back one's own request."""
    return _decided(request, delegation_id, partial(Decision, action=Action.WITHDRAW, note=_note(body)))


@router.post("/delegations/{delegation_id}/suspend", response=schemas.DelegationOut, **TAKES)
def suspend(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Suspend a right at once."""
    return _decided(request, delegation_id, partial(Decision, action=Action.SUSPEND, note=_note(body)))


@router.post("/delegations/{delegation_id}/resume", response=schemas.DelegationOut, **GIVES)
def resume(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Give a suspended right back."""
    return _decided(request, delegation_id, partial(Decision, action=Action.RESUME, note=_note(body)))


@router.post("/delegations/{delegation_id}/revoke", response=schemas.DelegationOut, **TAKES)
def revoke(request: HttpRequest, delegation_id: UUID, body: schemas.RevokeIn | None = None) -> HttpResponse:
    """End a right now, or at the end of a later day."""
    at = None if body is None else body.at
    note = "" if body is None else body.note
    return _decided(request, delegation_id, partial(Decision, action=Action.REVOKE, at=at, note=note))


@router.post("/delegations/{delegation_id}/renew", response=schemas.DelegationOut, **GIVES)
def renew(request: HttpRequest, delegation_id: UUID, body: schemas.RenewIn | None = None) -> HttpResponse:
    """Grant the same right again from the day after its last; give the new delegation."""
    decision = partial(Decision, action=Action.RENEW, valid_until=None if body is None else body.valid_until)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/transfer", response=schemas.DelegationOut, **GIVES)
def transfer(request: HttpRequest, delegation_id: UUID, body: schemas.TransferIn) -> HttpResponse:
    """Give a delegation to another expert-comptable of the firm."""
    decision = partial(Decision, action=Action.TRANSFER, grantor=body.grantor, note=body.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/relinquish", response=schemas.DelegationOut, **TAKES)
def relinquish(request: HttpRequest, delegation_id: UUID, body: schemas.NoteIn | None = None) -> HttpResponse:
    """Give up one's own right."""
    return _decided(request, delegation_id, partial(Decision, action=Action.RELINQUISH, note=_note(body)))


@router.post("/delegations/{delegation_id}/prolong", response=schemas.DelegationOut, **ASKS)
def prolong(request: HttpRequest, delegation_id: UUID, body: schemas.ProlongIn | None = None) -> HttpResponse:
    """Ask for one's own right to go on after its last day, from 45 days before it; give the request."""
    said = schemas.ProlongIn() if body is None else body
    decision = partial(Decision, action=Action.PROLONG, valid_until=said.valid_until, note=said.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/narrow", response=schemas.DelegationOut, **TAKES)
def narrow(request: HttpRequest, delegation_id: UUID, body: schemas.NarrowIn) -> HttpResponse:
    """Take some of the rights of a delegation at once."""
    decision = partial(Decision, action=Action.NARROW, rights=tuple(body.rights), note=body.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/broaden", response=schemas.DelegationOut, **GIVES_OR_ASKS)
def broaden(request: HttpRequest, delegation_id: UUID, body: schemas.BroadenIn) -> HttpResponse:
    """Ask for more rights of the same service, or grant them; give the new delegation."""
    rights = tuple(body.rights)
    decision = partial(Decision, action=Action.BROADEN, rights=rights, valid_until=body.valid_until, note=body.note)
    return _decided(request, delegation_id, decision)


@router.post("/delegations/{delegation_id}/edit", response=schemas.DelegationOut, **GIVES_OR_ASKS)
def edit(request: HttpRequest, delegation_id: UUID, body: schemas.EditIn) -> HttpResponse:
    """Change what a request asks for, the last day of a right, or the address of an invitation."""
    decision = partial(
        Decision,
        action=Action.EDIT,
        rights=None if body.rights is None else tuple(body.rights),
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        email=body.email,
        note=body.note,
    )
    return _decided(request, delegation_id, decision)


def _decided(request: HttpRequest, delegation_id: UUID, decision: partial[Decision]) -> HttpResponse:
    account = caller(request)
    version = version_asked(request)

    def effect() -> Answer:
        after = decide(
            account,
            delegation_id=delegation_id,
            decision=decision(version=version),
            signed_in=partial(latest_proof, request),
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
