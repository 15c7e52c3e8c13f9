"""The consent form: it belongs to the browser session that it was shown in, and ages.

The library signs what was asked and nothing else: the form of one person would do in the session of another, and for
ever. Ours is wrapped once more, under a key of the session and with its time.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from allauth.idp.oidc.views import AuthorizationView
from django.core.signing import BadSignature, TimestampSigner
from django.views.generic import FormView

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CONSENT_TTL = timedelta(minutes=10)
SESSION_KEY = "consent_key"
FIELD = "request"


class _ConsentView(AuthorizationView):  # type: ignore[misc]  # allauth has no types
    """The library's page, whose hidden field is wrapped."""

    def get_initial(self) -> dict[str, Any]:
        """Wrap what the library signed."""
        initial: dict[str, Any] = super().get_initial()
        initial[FIELD] = _signer(self.request).sign(initial[FIELD])
        return initial

    def _skip_consent(self) -> HttpResponse:
        """Show the page of a site of the Ordre too when it asks for it."""
        if "consent" in (self._request_info.get("prompt") or ()):
            return FormView.get(self, self.request)
        return cast("HttpResponse", super()._skip_consent())


authorization = _ConsentView.as_view()


def open_form(request: HttpRequest) -> bool:
    """Unwrap the form that comes back; False when it is another session's, altered, or too old."""
    wrapped = request.POST.get(FIELD, "")
    if not wrapped:
        return True  # no form of ours: the library takes it for an authorization request
    try:
        opened = _signer(request).unsign(wrapped, max_age=CONSENT_TTL)
    except BadSignature:
        return False
    fields = request.POST.copy()
    fields[FIELD] = opened
    request.POST = fields  # type: ignore[assignment]  # the stubs want the immutable kind
    return True


def _signer(request: HttpRequest) -> TimestampSigner:
    mark = request.session.setdefault(SESSION_KEY, secrets.token_urlsafe(24))
    return TimestampSigner(salt=f"comptexpert.consent.{mark}")
