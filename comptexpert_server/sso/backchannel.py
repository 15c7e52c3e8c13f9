"""Tell other sites that a person signed out (OpenID Connect Back-Channel Logout 1.0).

What ends a session writes a notice in the same transaction; the worker carries it to the address that the site
registered, and tries again until the site takes it or a day has passed.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import requests
from allauth.core.internal import jwkkit
from allauth.core.internal.deferred import jwt
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.db.models import F

from comptexpert_server.base.clock import now as current_time
from comptexpert_server.base.clock_doubt import has_come, is_doubted
from comptexpert_server.sessions.models import SignOutNotice
from comptexpert_server.sessions.token_families import BACKCHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Post = Callable[[str, str], int]

logger = logging.getLogger(__name__)
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_TTL: Final = timedelta(minutes=2)
FIRST_DELAY: Final = timedelta(seconds=30)
MAX_DELAY: Final = timedelta(hours=1)
GIVEN_UP: Final = timedelta(days=1)
"""How long a site is tried that does not answer: its own sessions end meanwhile."""
TIMEOUTS: Final = (3.0, 5.0)
"""Seconds to reach a site, and to hear it."""
MAX_ROUND: Final = timedelta(seconds=20)
TAKEN: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})


def run_due(moment: datetime, *, post: Post | None = None) -> int:
    """Carry the notices that are due; return how many were taken. Several workers never carry one at once."""
    if not is_doubted(moment):
        SignOutNotice.objects.filter(at__lt=moment - GIVEN_UP).delete()
    until = current_time() + MAX_ROUND
    silent: set[str] = set()
    taken = 0
    due = SignOutNotice.objects.filter(has_come("next_at", now=moment, max_delay=MAX_DELAY))
    for notice in due.order_by("next_at", "pk"):
        if current_time() > until:
            break
        if notice.client_id not in silent and _claim(notice, moment=moment):
            if _is_taken(notice, moment=moment, post=post or _post):
                taken += 1
            else:
                silent.add(notice.client_id)
    return taken


def logout_token(notice: SignOutNotice, *, moment: datetime) -> str:
    """Sign what a site is told: who signed out of which session; it has no `nonce`, unlike an identity token."""
    document, key = jwkkit.load_jwk_from_pem(settings.OIDC_KEY.read())
    claims: dict[str, Any] = {
        "iss": settings.PUBLIC_URL,
        "aud": notice.client_id,
        "iat": int(moment.timestamp()),
        "exp": int((moment + TOKEN_TTL).timestamp()),
        "jti": str(notice.pk),
        "sub": notice.subject,
        "sid": notice.session_id,
        "events": {EVENT: {}},
    }
    return str(jwt.encode(claims, key, algorithm="RS256", headers={"kid": document["kid"], "typ": "logout+jwt"}))


def _claim(notice: SignOutNotice, *, moment: datetime) -> bool:
    """Take a notice before it is carried; false when another worker was quicker."""
    delay = min(FIRST_DELAY * 4 ** min(notice.tries, 6), MAX_DELAY)
    mine = SignOutNotice.objects.filter(pk=notice.pk, next_at=notice.next_at)
    return bool(mine.update(next_at=moment + delay, tries=F("tries") + 1))


def _is_taken(notice: SignOutNotice, *, moment: datetime, post: Post) -> bool:
    """Carry one notice; a site that was removed, or that wants none any more, takes all."""
    client = Client.objects.filter(pk=notice.client_id).first()
    address = "" if client is None else str(((client.data or {}).get("client_metadata") or {}).get(BACKCHANNEL, ""))
    status = post(address, logout_token(notice, moment=moment)) if address else int(HTTPStatus.OK)
    if status not in TAKEN:
        if notice.tries == 0:
            logger.warning("site %s did not take the end of a session: %s", notice.client_id, status or "no answer")
        return False
    SignOutNotice.objects.filter(pk=notice.pk).delete()
    return True


def _post(address: str, token: str) -> int:
    """Post a logout token; return the status, 0 when nobody answered. A site that leads elsewhere is not followed."""
    try:
        with requests.post(
            address, data={"logout_token": token}, timeout=TIMEOUTS, allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code
    except requests.RequestException:
        return 0
