"""The yearly review of a firm's rights: read it, answer; it is opened from the page of the firm."""

import json
from functools import partial
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from comptexpert_server.accounts.caller import caller
from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations.decisions import DECISION_CODES
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, fingerprint, once_for
from comptexpert_server.registry.models import Firm
from comptexpert_server.reviews import schemas, services
from comptexpert_server.reviews.serializers import review_out, row_out
from comptexpert_server.sessions.step_up import latest_proof
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, StepUp, declare
from comptexpert_server.web.problems import ProblemError

router = Router()


@router.get(
    "/firms/{firm_id}/reviews/{review_id}",
    response=schemas.ReviewOut,
    **declare(Policy.GRANTOR, rate=rates.READ, codes=("NOT_FOUND",)),
)
def read_review(request: HttpRequest, firm_id: UUID, review_id: UUID) -> schemas.ReviewOut:
    """Give a review and every right in it, with the last day of use where a service tells it."""
    review = services.find(granted_firm(caller(request), firm_id=firm_id), review_id=review_id)
    return review_out(review, today=today())


@router.post(
    "/firms/{firm_id}/reviews/{review_id}/answers",
    response=schemas.AnswersOut,
    **declare(Policy.GRANTOR, rate=rates.BULK, step_up=StepUp.BY_RIGHT, codes=("REVIEW_CLOSED", *DECISION_CODES)),
)
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
            signed_in=partial(latest_proof, request),
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
