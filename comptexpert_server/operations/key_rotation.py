"""Replace a key of the server, and leave what clients and the server itself need to go on."""

from __future__ import annotations

import base64
import json
import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from comptexpert_server.audit.models import ChainHead
from comptexpert_server.audit.seals import is_signed, sign
from comptexpert_server.base.environment import kept_secret
from comptexpert_server.base.keys import HANDOVER, public_text, signing_key

if TYPE_CHECKING:
    from datetime import datetime

PURPOSE: Final = "comptexpert-key-handover"


def rotate_signing(now: datetime, *, is_leaked: bool) -> int:
    """Replace the key of the registry and of the registers; return how many registers the new one signs.

    The old key signs that the new one follows it, unless somebody else may have it: then clients must be told by a
    policy. While registers are signed anew, the old key still counts, for a day.
    """
    settings.SIGNING_KEY.rotate(now, before=None if is_leaked else partial(_hand_over, at=now))
    signed = sum(_sign_anew(chain) for chain in _chains())
    if is_leaked:
        settings.SIGNING_KEY.delete_all_retired()
    return signed


def _hand_over(old_pem: str, new_pem: str, *, at: datetime) -> None:
    """Keep what the old key signs of the new one, before any client is offered the new one."""
    old, new = signing_key(old_pem), signing_key(new_pem)
    said = {"at": at.isoformat(), "from": public_text(old), "purpose": PURPOSE, "to": public_text(new)}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    statement = said | {"signature": base64.b64encode(old.sign(canonical)).decode("ascii")}
    name = f"{HANDOVER}{int(at.timestamp())}-{secrets.token_hex(8)}.json"
    kept_secret(settings.ENVIRONMENT.data_dir, name, make=json.dumps(statement))


def _chains() -> list[str]:
    return list(ChainHead.objects.filter(number__gt=0).order_by("chain").values_list("chain", flat=True))


def _sign_anew(chain: str) -> bool:
    """Sign the head of one register, if the server signed it; leave one that somebody touched as it is."""
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().get(chain=chain)
        if not is_signed(head):
            return False
        head.signature = sign(firm=head.chain, count=head.number, head=head.digest)
        head.save(update_fields=["signature"])
    return True
