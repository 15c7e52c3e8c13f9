"""Turn a review into what the API tells of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from comptexpert_server.base.clock import today as this_day
from comptexpert_server.delegations.models import Delegation, LastUse
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.delegations.serializers import delegations_out
from comptexpert_server.reviews.models import Review
from comptexpert_server.reviews.schemas import ItemOut, ReviewOut, ReviewRowOut

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.registry.models import Firm
    from comptexpert_server.reviews.schemas import AnswerWord

KEPT_IN_SIGHT = 10


def row_out(review: Review, *, today: date) -> ReviewRowOut:
    """Tell how far a review is."""
    return ReviewRowOut(
        id=review.pk,
        opened_at=review.opened_at,
        opened_by_name=review.opened_by_name,
        closes_on=review.closes_on,
        grace_until=review.grace_until,
        status=review.stage(today).value,
        **asdict(review.counts()),
    )


def reviews_of(firm: Firm) -> list[ReviewRowOut]:
    """Tell the reviews of a firm, the latest first."""
    latest = Review.objects.filter(firm=firm).select_related("opened_by").order_by("-opened_at")[:KEPT_IN_SIGHT]
    return [row_out(review, today=this_day()) for review in latest]


def review_out(review: Review, *, today: date) -> ReviewOut:
    """Tell a review and every right in it, with a fixed number of queries."""
    items = list(review.items.select_related("answered_by"))
    rows = complete(Delegation.objects.filter(review_items__review=review))
    rights = {out.id: out for out in delegations_out(list(rows), today=today)}
    uses = dict(LastUse.objects.filter(delegation__review_items__review=review).values_list("delegation_id", "on"))
    shown = [
        ItemOut(
            delegation=rights[item.delegation_id],
            answer=cast("AnswerWord", item.answer),
            answered_at=item.answered_at,
            answered_by_name=item.answered_by_name,
            last_used_on=uses.get(item.delegation_id),
        )
        for item in items
    ]
    shown.sort(
        key=lambda one: (one.delegation.grantee.surname, one.delegation.grantee.given_name, one.delegation.service)
    )
    return ReviewOut(**row_out(review, today=today).model_dump(), items=shown)
