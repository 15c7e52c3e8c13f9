"""Many decisions in one call: each has its own key, its own transaction and its own result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations.decision_context import Decision
from comptexpert_server.delegations.decisions import decide
from comptexpert_server.delegations.schemas import DecisionIn, DecisionResult, DecisionsOut, DelegationOut
from comptexpert_server.delegations.serializers import delegation_out
from comptexpert_server.inbox.services import Answer, fingerprint, once_for
from comptexpert_server.web.conditional import etag
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.sessions.step_up import SignedIn


def decide_all(account: Account, *, items: Sequence[DecisionIn], signed_in: SignedIn) -> DecisionsOut:
    """Carry out each decision; one that is refused does not hold the others."""
    return DecisionsOut(results=[_one(account, item=item, signed_in=signed_in) for item in items])


def _one(account: Account, *, item: DecisionIn, signed_in: SignedIn) -> DecisionResult:
    decision = Decision(
        action=item.action,
        version=item.version,
        rights=None if item.rights is None else tuple(item.rights),
        valid_from=item.valid_from,
        valid_until=item.valid_until,
        at=item.at,
        grantor=item.grantor,
        note=item.note,
        email=item.email,
    )

    def effect() -> Answer:
        after = decide(account, delegation_id=item.id, decision=decision, signed_in=signed_in, now=now(), today=today())
        out = delegation_out(after, today=today())
        return Answer(status=200, body=out, etag=etag(out.version))

    body = json.dumps(item.model_dump(mode="json")).encode()
    mark = fingerprint(method="POST", path="decisions", body=body)
    try:
        kept = once_for(scope=str(account.pk), key=item.key, mark=mark, effect=effect)
    except ProblemError as problem:
        return DecisionResult(
            id=item.id, key=item.key, status=problem.status, code=problem.code, problem=problem.document()
        )
    return DecisionResult(
        id=item.id, key=item.key, status=kept.status, delegation=DelegationOut.model_validate_json(kept.text)
    )
