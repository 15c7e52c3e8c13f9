"""What the caller is and may do, in one document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from comptexpert_server.accounts.identifiant import mask_email
from comptexpert_server.accounts.schemas import AccountOut, MeOut, MyFirmOut, ServiceAccessOut
from comptexpert_server.catalogue.selectors import access_of
from comptexpert_server.config.clock import today
from comptexpert_server.firms.selectors import firms_of, may_grant

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account


def describe(account: Account) -> MeOut:
    """Give the account, its firms, its services, and what is missing; the version changes when any of it does."""
    services = [
        ServiceAccessOut(
            id=item.id,
            name=item.name,
            url=item.url,
            access=item.access,
            is_open=item.is_open,
            why=item.why,
            rights=list(item.rights),
        )
        for item in access_of(account)
    ]
    shown = MeOut(
        account=AccountOut(
            account_id=account.id,
            login_id=account.login_id,
            given_name=account.given_name,
            surname=account.surname,
            profile=account.profile,
            kind=account.kind,
            masked_email=mask_email(account.email),
            entry_id=account.entry_id,
            may_grant=may_grant(account),
        ),
        firms=[
            MyFirmOut(id=role.firm.id, siren=role.firm.siren, name=role.firm.name, role=role.role)
            for role in firms_of(account)
        ],
        services=services,
        missing=missing_of(account),
        version="",
    )
    shown.version = hashlib.sha256(shown.model_dump_json().encode("utf-8")).hexdigest()[:16]
    return shown


def missing_of(account: Account) -> list[str]:
    """Give the codes of what the account lacks to use all that it was granted."""
    until = account.certificate_until
    return [] if until is not None and until >= today() else ["DEL_CERT_REQUIRED"]
