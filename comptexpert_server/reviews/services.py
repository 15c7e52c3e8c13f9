"""How a review opens, how a right in it is kept or ended, and how it closes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.audit.services import record
from comptexpert_server.delegations import chain, eligibility, rules, transitions
from comptexpert_server.delegations.decision_context import Decision
from comptexpert_server.delegations.decisions import decide, stale
from comptexpert_server.delegations.models import LIVE, Delegation, Status
from comptexpert_server.delegations.selectors import roles_of, visible
from comptexpert_server.delegations.serializers import delegation_out
from comptexpert_server.reviews import mails
from comptexpert_server.reviews.models import Review, ReviewItem
from comptexpert_server.reviews.rules import GRACE_DAYS, Answer, Stage, last_day
from comptexpert_server.sessions.step_up import require_step_up
from comptexpert_server.web.policy import StepUp
from comptexpert_server.web.problems import ProblemError, invalid, not_found

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import Firm
    from comptexpert_server.sessions.step_up import SignedIn

ENDED = "review_ended"
UNANSWERED = "review_unanswered"
"""Why a right ended, as `end_cause` says it."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that a person gives about the version that they saw."""

    delegation_id: UUID
    version: int
    answer: Answer


def open_review(firm: Firm, *, closes_on: date | None, account: Account | None, now: datetime, today: date) -> Review:
    """Open a review of the rights that live now; 409 while another is open, or when no right lives."""
    closes = last_day(asked=closes_on, today=today)
    if isinstance(closes, str):
        raise invalid(closes_on=closes)
    with transaction.atomic():
        transitions.lock_writer()
        if Review.objects.filter(firm=firm, closed_at=None).exists():
            raise ProblemError(HTTPStatus.CONFLICT, "REVIEW_OPEN", detail="A review of this firm is open.")
        live = list(Delegation.objects.filter(firm=firm, status__in=LIVE).values_list("pk", flat=True))
        if not live:
            raise ProblemError(HTTPStatus.CONFLICT, "REVIEW_NOTHING", detail="No right lives in this firm.")
        review = Review.objects.create(
            firm=firm,
            opened_at=now,
            opened_by=account,
            closes_on=closes,
            grace_until=closes + timedelta(days=GRACE_DAYS),
        )
        items = [ReviewItem(review=review, delegation_id=right) for right in live]
        ReviewItem.objects.bulk_create(items, batch_size=500)
        _let_clients_know(review)
        _record(review, action="opened", actor=None if account is None else account.pk, at=now, total=len(live))
        mails.opened(review, total=len(live))
    return review


def answer(
    account: Account, *, review_id: UUID, firm: Firm, given: Given, signed_in: SignedIn, now: datetime, today: date
) -> int:
    """Keep or end one right of a review, inside a transaction; give the version of the right after that."""
    transitions.lock_writer()
    review = find(firm, review_id=review_id)
    item = review.items.filter(delegation=given.delegation_id).first()
    if item is None:
        raise not_found()
    if review.stage(today) is Stage.CLOSED:
        raise ProblemError(HTTPStatus.CONFLICT, "REVIEW_CLOSED", detail="This review is over.")
    version = _end(account, given=given, signed_in=signed_in, now=now, today=today) if _ends(given) else given.version
    if not _ends(given):
        require_step_up(account, StepUp.FACTOR, signed_in=signed_in, now=now)
        _keep(account, review=review, item=item, given=given, now=now, today=today)
    item.answer, item.answered_at, item.answered_by = given.answer, now, account
    item.save(update_fields=["answer", "answered_at", "answered_by"])
    return version


def find(firm: Firm, *, review_id: UUID) -> Review:
    """Give one review of a firm; 404 for any other."""
    review = Review.objects.filter(firm=firm, pk=review_id).select_related("opened_by").first()
    if review is None:
        raise not_found()
    return review


def lapse(item: ReviewItem, *, now: datetime) -> None:
    """End one right that nobody answered for, unless somebody just did."""
    with transaction.atomic():
        transitions.lock_writer()
        seen = ReviewItem.objects.select_related("delegation__grantor", "delegation__firm").get(pk=item.pk)
        if seen.answer or seen.delegation.status not in LIVE:
            return
        ended = transitions.move(
            seen.delegation,
            action="review_lapse",
            actor=None,
            at=now,
            data={"review": str(seen.review_id)},
            status=Status.REVOKED,
            ended_at=now,
            end_cause=UNANSWERED,
        )
        chain.end_followers(ended, action="revoke", actor=None, at=now)
        seen.answer, seen.answered_at = Answer.LAPSED, now
        seen.save(update_fields=["answer", "answered_at"])


def close(review: Review, *, now: datetime) -> bool:
    """Close a review in which nothing waits; false when another worker did, or when something does."""
    with transaction.atomic():
        transitions.lock_writer()
        if review.waiting().exists() or not Review.objects.filter(pk=review.pk, closed_at=None).update(closed_at=now):
            return False
        review.refresh_from_db()
        counts = review.counts()
        _record(review, action="closed", actor=None, at=now, **asdict(counts))
        mails.closed(review, counts=counts)
        _let_clients_know(review)
    return True


def _let_clients_know(review: Review) -> None:
    """Make clients of the firm's grantors ask what is new: one of its rights is enough."""
    one = review.items.values_list("delegation", flat=True)[:1]
    eligibility.touch(Delegation.objects.filter(pk__in=list(one)))


def _ends(given: Given) -> bool:
    return given.answer is Answer.END


def _end(account: Account, *, given: Given, signed_in: SignedIn, now: datetime, today: date) -> int:
    decision = Decision(action=rules.Action.REVOKE, version=given.version, cause=ENDED)
    after = decide(
        account, delegation_id=given.delegation_id, decision=decision, signed_in=signed_in, now=now, today=today
    )
    return after.version


def _keep(account: Account, *, review: Review, item: ReviewItem, given: Given, now: datetime, today: date) -> None:
    """Say that a right stays: whoever may end it may keep it."""
    delegation = visible(account, delegation_id=given.delegation_id)
    if delegation.version != given.version:
        raise stale(delegation, today=today)
    refusal = rules.why_not(rules.Action.REVOKE, status=Status(delegation.status), roles=roles_of(account, delegation))
    if refusal is not None:
        current = delegation_out(delegation, today=today).model_dump(mode="json")
        raise ProblemError(refusal.status, refusal.code, members={"current": current})
    if item.answer != Answer.KEEP:
        record(
            firm_id=review.firm_id,
            at=now,
            actor=account.pk,
            action="review.kept",
            object_id=str(delegation.pk),
            object_version=delegation.version,
            data={"review": str(review.pk)},
        )


def _record(review: Review, *, action: str, actor: UUID | None, at: datetime, **counts: int) -> None:
    record(
        firm_id=review.firm_id,
        at=at,
        actor=actor,
        action=f"review.{action}",
        object_id=str(review.pk),
        data={"closes_on": review.closes_on.isoformat(), **counts},
    )
