"""What a person may do for a firm, today or on a past day, said and signed, to be checked without the server.

The statement names the head of the register on which it rests; its one spelling is signed with the key that signs
heads. What is handed over is one line of text, short enough for a QR code; more rights than fit are stated in parts,
each a line with its code, that says which part it is and how many rights there are in all.
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
from comptexpert_server.delegations.past_days import checked_register, held_on
from comptexpert_server.delegations.schemas import AttestationOut, AttestationPartOut
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web.problems import not_found

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.audit.models import ChainHead
    from comptexpert_server.registry.models import Firm

PREFIX = "CTXA1"
"""What an attestation begins with that is whole."""
PREFIX_OF_PART = "CTXA2"
"""What one of several parts begins with: who reads whole ones alone takes none for the whole."""
MAX_LETTERS = 2900
"""The largest QR code holds 2,953."""
MAX_PARTS = 9_999
"""More parts than there can be: each is measured with a number of as many digits."""
_LETTERS_OF_SIGNATURE = 86


def attest(firm: Firm, *, account_id: UUID, now: datetime, today: date) -> AttestationOut:
    """Return what an account may do for a firm today; 404 for somebody who has no right there."""
    held = list(complete(Delegation.objects.filter(firm=firm, grantee=account_id, status__in=LIVE)))
    person = Account.objects.filter(pk=account_id).select_related("entry").first()
    if person is None or not held:
        raise not_found()
    head = read(str(firm.pk)).head
    rights = _rights(held, today=today)
    return _seal(firm, person=person, on=today, rights=rights, head=head, now=now)


def attest_past(firm: Firm, *, account_id: UUID, on: date, now: datetime) -> AttestationOut:
    """Return what an account could do for a firm at the end of a past day, from the register; 404 for nothing at all.

    A register that does not hold is refused. The name is the one of today.
    """
    register = checked_register(firm)
    person = Account.objects.filter(pk=account_id).select_related("entry").first()
    held = held_on(register.events, account_id=account_id, day=on)
    if person is None or not held:
        raise not_found()
    entries = RegistryEntry.objects.filter(pk__in={one.grantor_id for one in held})
    names = {str(entry.pk): f"{entry.given_name} {entry.surname.upper()}" for entry in entries}
    rights = [
        _right(
            service=one.service,
            right=one.right,
            by=names.get(one.grantor_id, ""),
            period=(one.valid_from, one.valid_until),
            effective=one.effective,
        )
        for one in held
    ]
    return _seal(firm, person=person, on=on, rights=sorted(rights, key=_order), head=register.head, now=now)


def _seal(
    firm: Firm, *, person: Account, on: date, rights: list[dict[str, object]], head: ChainHead, now: datetime
) -> AttestationOut:
    statement: dict[str, object] = {
        "kind": "attestation",
        "firm": {"siren": firm.siren, "name": firm.name},
        "person": {"name": f"{person.given_name} {person.surname.upper()}".strip(), "login_id": person.login_id},
        "on": on.isoformat(),
        "at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rights": rights,
        "register": {"count": head.number, "head": head.digest},
    }
    if len(whole := _line(statement)) <= MAX_LETTERS:
        return AttestationOut(sealed=whole, qr=_drawn(whole))
    lines = [_line(part) for part in _parts(statement, rights=rights)]
    first, *others = [AttestationPartOut(sealed=line, qr=_drawn(line)) for line in lines]
    return AttestationOut(sealed=first.sealed, qr=first.qr, others=others)


def _parts(statement: dict[str, object], *, rights: list[dict[str, object]]) -> list[dict[str, object]]:
    """Share the rights out, in their order, as many a part as a code holds."""
    shares: list[list[dict[str, object]]] = [[]]
    for right in rights:
        longer = [*shares[-1], right]
        if (
            shares[-1]
            and _length(_part(statement, share=longer, number=MAX_PARTS, of=MAX_PARTS, total=len(rights))) > MAX_LETTERS
        ):
            shares.append([right])
        else:
            shares[-1] = longer
    return [
        _part(statement, share=share, number=number, of=len(shares), total=len(rights))
        for number, share in enumerate(shares, start=1)
    ]


def _part(
    statement: dict[str, object], *, share: list[dict[str, object]], number: int, of: int, total: int
) -> dict[str, object]:
    return {**statement, "rights": share, "part": {"number": number, "of": of, "total": total}}


def _line(statement: dict[str, object]) -> str:
    text = canonical(statement)
    prefix = PREFIX_OF_PART if "part" in statement else PREFIX
    return ".".join((prefix, _armoured(text.encode()), _armoured(sign_text(text))))


def _length(statement: dict[str, object]) -> int:
    """Count the letters of a line without signing it."""
    return len(PREFIX) + 1 + len(_armoured(canonical(statement).encode())) + 1 + _LETTERS_OF_SIGNATURE


def _rights(held: list[Delegation], *, today: date) -> list[dict[str, object]]:
    facts = facts_of(held, today=today)
    found = []
    for one in held:
        entitlement = entitlement_of(one, facts=facts)
        until = min((day for day in (one.valid_until, facts.last_day(one)) if day is not None), default=None)
        found += [
            _right(
                service=one.service,
                right=right,
                by=f"{one.grantor.given_name} {one.grantor.surname.upper()}",
                period=(one.valid_from, until),
                effective=right in entitlement.rights,
            )
            for right in one.rights
        ]
    return sorted(found, key=_order)


def _right(
    *, service: str, right: str, by: str, period: tuple[date | None, date | None], effective: bool
) -> dict[str, object]:
    first, last = period
    return {
        "service": service,
        "right": right,
        "by": by,
        "from": None if first is None else first.isoformat(),
        "until": None if last is None else last.isoformat(),
        "effective": effective,
    }


def _order(line: dict[str, object]) -> tuple[bool, str, str, str]:
    return not line["effective"], str(line["service"]), str(line["right"]), str(line["by"])


def _armoured(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _drawn(text: str) -> list[str]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=0)
    code.add_data(text)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]
