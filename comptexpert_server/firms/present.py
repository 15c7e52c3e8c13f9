"""Turn a firm into what the API tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.firms.schemas import ExpertOut, FirmOut, MemberOut, TermsOut
from comptexpert_server.firms.selectors import grantors_of

if TYPE_CHECKING:
    from comptexpert_server.firms.models import Firm


def firm_out(firm: Firm) -> FirmOut:
    """Tell a firm with its people and its terms."""
    members = firm.memberships.filter(ended_at=None).select_related("account").order_by("account__surname", "pk")
    experts = grantors_of(firm).select_related("account").order_by("surname", "given_name", "pk")
    return FirmOut(
        id=firm.pk,
        siren=firm.siren,
        name=firm.name,
        version=firm.version,
        two_approvers=firm.two_approvers,
        experts=[
            ExpertOut(
                entry_id=entry.pk,
                account_id=entry.account.pk if hasattr(entry, "account") else None,
                given_name=entry.given_name,
                surname=entry.surname,
            )
            for entry in experts
        ],
        members=[
            MemberOut(
                account_id=member.account.pk,
                login_id=member.account.login_id,
                given_name=member.account.given_name,
                surname=member.account.surname,
                since=member.since,
            )
            for member in members
        ],
        terms=[
            TermsOut(service=terms.service, accepted_by=terms.accepted_by_id, accepted_at=terms.accepted_at)
            for terms in firm.terms.order_by("service")
        ],
    )
