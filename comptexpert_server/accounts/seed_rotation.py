"""Seal the seeds of second factors anew after a rotation: the key that was replaced is then needed no more."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from comptexpert_server.accounts.seeds import MARK, is_present, seal, unseal

SEEDS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""The member of a factor's data that holds its seed."""


def reseal() -> int:
    """Seal anew every seed that a replaced key sealed; return how many."""
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    with transaction.atomic():
        found = Authenticator.objects.filter(type__in=SEEDS).select_for_update().order_by("pk")
        return sum(_reseal(one) for one in found)


def _reseal(factor: Authenticator) -> bool:
    member = SEEDS[factor.type]
    sealed = str(factor.data.get(member, ""))
    if not sealed.startswith(MARK) or is_present(sealed):
        return False
    text = unseal(sealed)
    if text is None:
        return False
    Authenticator.objects.filter(pk=factor.pk).update(data=factor.data | {member: seal(text)})
    return True
