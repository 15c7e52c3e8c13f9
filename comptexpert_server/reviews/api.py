"""The yearly review of a firm's rights: open it, read it, answer."""

import json
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.config.clock import now, today
from comptexpert_server.config.conditional import etag
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.config.problems import ProblemError
from comptexpert_server.delegations.strength import signed_in_at
from comptexpert_server.firms.models import Firm
from comptexpert_server.firms.present import firm_out
from comptexpert_server.firms.schemas import FirmOut
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, fingerprint, once, once_for
from comptexpert_server.reviews import schemas, services
from comptexpert_server.reviews.present import review_out, row_out

router = Router()


@router.post("/firms/{firm_id}/reviews", response=FirmOut, **declare(Policy.GRANTOR, idempotent=True))
def open_review(request: HttpRequest, firm_id: UUID, body: schemas.ReviewIn | None = None) -> HttpResponse:
    """Open a review of every right that lives in the firm now."""
    account = caller(request)

    def begin() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        closes_on = None if body is None else body.closes_on
        services.open_review(firm, closes_on=closes_on, account=account, now=now(), today=today())
        return Answer(status=200, body=firm_out(firm), etag=etag(firm.version))

    return once(request, scope=str(account.pk), effect=begin)


@router.get("/firms/{firm_id}/reviews/{review_id}", response=schemas.ReviewOut, **declare(Policy.GRANTOR))
def read_review(request: HttpRequest, firm_id: UUID, review_id: UUID) -> schemas.ReviewOut:
    """Give a review and every right in it, with the last day of use where a service tells it."""
    review = services.find(granted_firm(caller(request), firm_id=firm_id), review_id=review_id)
    return review_out(review, today=today())


@router.post("/firms/{firm_id}/reviews/{review_id}/answers", response=schemas.AnswersOut, **declare(Policy.GRANTOR))
def answer_review(request: HttpRequest, firm_id: UUID, review_id: UUID, body: schemas.AnswersIn) -> schemas.AnswersOut:
    """Keep or end up to 200 rights, each on its own with its own key; give a result an item."""
    firm = granted_firm(caller(request), firm_id=firm_id)
    review = services.find(firm, review_id=review_id)
    results = [_one(request, firm=firm, review_id=review_id, item=item) for item in body.items]
    return schemas.AnswersOut(results=results, review=row_out(review, today=today()))


def _one(request: HttpRequest, *, firm: Firm, review_id: UUID, item: schemas.AnswerIn) -> schemas.AnswerResult:
    account = caller(request)
    given = services.Given(delegation_id=item.delegation_id, version=item.version, answer=item.answer)

    def effect() -> Answer:
        version = services.answer(
            account,
            review_id=review_id,
            firm=firm,
            given=given,
            signed_in=partial(signed_in_at, request),
            now=now(),
            today=today(),
        )
        out = schemas.AnsweredOut(delegation_id=item.delegation_id, version=version, answer=item.answer)
        return Answer(status=200, body=out)

    body = json.dumps(item.model_dump(mode="json")).encode()
    mark = fingerprint(method="POST", path=f"reviews/{review_id}/answers", body=body)
    try:
        kept = once_for(scope=str(account.pk), key=item.key, mark=mark, effect=effect)
    except ProblemError as problem:
        return schemas.AnswerResult(
            delegation_id=item.delegation_id,
            key=item.key,
            status=problem.status,
            code=problem.code,
            problem=problem.document(),
        )
    done = schemas.AnsweredOut.model_validate_json(kept.text)
    return schemas.AnswerResult(
        delegation_id=item.delegation_id, key=item.key, status=kept.status, version=done.version
    )
