"""What a person may do for a firm today, said and signed by the server, to be checked without it.

The statement names the head of the register on which it rests; its one spelling is signed with the key that signs
heads. What is handed over is one line of text, short enough for a QR code.
"""

from __future__ import annotations

import base64
from datetime import UTC
from typing import TYPE_CHECKING

import qrcode

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.chain import canonical
from comptexpert_server.audit.seals import sign_text
from comptexpert_server.audit.verification import read
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.schemas import AttestationOut
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.web.problems import not_found

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.registry.models import Firm

PREFIX = "CTXA1"
"""What an attestation of this form begins with."""
MAX_RIGHTS = 24
"""Lines of a statement: more would not fit the code; those that count today come first."""


def attest(firm: Firm, *, account_id: UUID, now: datetime, today: date) -> AttestationOut:
    """Return what an account may do for a firm today; 404 for somebody who has no right there."""
    held = list(complete(Delegation.objects.filter(firm=firm, grantee=account_id, status__in=LIVE)))
    person = Account.objects.filter(pk=account_id).select_related("entry").first()
    if person is None or not held:
        raise not_found()
    head = read(str(firm.pk)).head
    statement = {
        "kind": "attestation",
        "firm": {"siren": firm.siren, "name": firm.name},
        "person": {"name": f"{person.given_name} {person.surname.upper()}".strip(), "login_id": person.login_id},
        "on": today.isoformat(),
        "at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rights": _rights(held, today=today)[:MAX_RIGHTS],
        "register": {"count": head.number, "head": head.digest},
    }
    text = canonical(statement)
    sealed = ".".join((PREFIX, _armoured(text.encode()), _armoured(sign_text(text))))
    return AttestationOut(sealed=sealed, qr=_drawn(sealed))


def _rights(held: list[Delegation], *, today: date) -> list[dict[str, object]]:
    facts = facts_of(held, today=today)
    found = []
    for one in held:
        entitlement = entitlement_of(one, facts=facts)
        found += [
            {
                "service": one.service,
                "right": right,
                "by": f"{one.grantor.given_name} {one.grantor.surname.upper()}",
                "from": None if one.valid_from is None else one.valid_from.isoformat(),
                "until": None if one.valid_until is None else one.valid_until.isoformat(),
                "effective": right in entitlement.rights,
            }
            for right in one.rights
        ]
    return sorted(found, key=lambda line: (not line["effective"], line["service"], line["right"], line["by"]))


def _armoured(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _drawn(text: str) -> list[str]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=0)
    code.add_data(text)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]
