"""The parts of a long import: each waits sealed until the last one comes, and then all are granted, or none."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.delegations.models import ImportPart
from comptexpert_server.inbox.sealing import UnreadableSealError, seal, unseal
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account

MAX_PARTS = 10
"""Of one import: as many times as many lines as one call holds."""
MAX_WAITING = 3
"""Imports of one person that wait for their last part; one more takes the place of the oldest."""
RETENTION = timedelta(days=1)


def put(account: Account, *, key: UUID, number: int, raw: bytes, now: datetime) -> list[int]:
    """Store a part until the last one comes, once however often it is sent; return the numbers that wait."""
    text = _text(raw)
    with transaction.atomic():
        body = seal(text, bound_to=_place(ImportPart(account=account, key=key, number=number)))
        part, is_new = ImportPart.objects.get_or_create(
            account=account, key=key, number=number, defaults={"body": body, "created_at": now}
        )
        if is_new:
            _drop_oldest(account, but=key)
        elif _read(part) != text:
            raise _other_content()
        mine = ImportPart.objects.filter(account=account, key=key)
        return list(mine.order_by("number").values_list("number", flat=True))


def whole(account: Account, *, key: UUID, of: int, digest: str, last: bytes) -> list[bytes]:
    """Return every part in order, the last one included; refuse what is not all there, or not what was announced."""
    waiting = ImportPart.objects.filter(account=account, key=key, number__lt=of)
    found = {part.number: _read(part) for part in waiting}
    missing = [number for number in range(1, of) if found.get(number) is None]
    if missing:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "DEL_IMPORT_INCOMPLETE",
            detail="Parts of this import are missing: send it again from the first.",
            members={"missing": missing},
        )
    parts = [*(str(found[number]).encode() for number in range(1, of)), last]
    if digest_of(parts) != digest:
        raise _other_content()
    return parts


def digest_of(parts: Iterable[bytes]) -> str:
    """Digest the parts of an import, in their order."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def delete(account: Account, *, key: UUID) -> None:
    """Delete what waited of an import that has its answer."""
    ImportPart.objects.filter(account=account, key=key).delete()


def delete_old_parts(*, now: datetime) -> int:
    """Delete the parts whose last one did not come within a day; return their number."""
    return ImportPart.objects.filter(created_at__lt=now - RETENTION).delete()[0]


def _drop_oldest(account: Account, *, but: UUID) -> None:
    mine = ImportPart.objects.filter(account=account).exclude(key=but)
    keys = list(dict.fromkeys(mine.order_by("-created_at").values_list("key", flat=True)))
    ImportPart.objects.filter(account=account, key__in=keys[MAX_WAITING - 1 :]).delete()


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise invalid(file="NOT_UTF8") from None


def _read(part: ImportPart) -> str | None:
    """Open a part; None when the key under which it was sealed is gone."""
    try:
        return unseal(part.body, bound_to=_place(part))
    except UnreadableSealError:
        return None


def _place(part: ImportPart) -> str:
    return f"import/{part.account_id}/{part}"


def _other_content() -> ProblemError:
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "KEY_REUSED", detail="This key stands for another import.")
