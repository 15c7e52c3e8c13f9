"""Where the forms of the account pages may end: a browser counts every redirect after a form as its target.

A sign-in that a site of the Ordre asked for ends at that site without a question between: the forms of the account
pages must be allowed to. Those sites are public, few, and registered by an operator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client

from comptexpert_server.web.middleware import page_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    Handler = Callable[[HttpRequest], HttpResponseBase]

PAGES = "/compte/"


def let_forms_reach_sites(get_response: Handler) -> Handler:
    """Allow the forms of the account pages to end at the sites of the Ordre."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        if request.path.startswith(PAGES) and answer.headers.get("Content-Type", "").startswith("text/html"):
            targets = " ".join(["form-action 'self'", *own_sites()])
            policy = answer.headers.get("Content-Security-Policy", page_policy(request.path))
            answer.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", targets)
        return answer

    return middleware


def own_sites() -> list[str]:
    """List where the sites of the Ordre stand, such as https://bibliordre.example."""
    places = set()
    for client in Client.objects.filter(skip_consent=True):
        for address in client.get_redirect_uris():
            parts = urlsplit(address)
            places.add(f"{parts.scheme}://{parts.netloc}")
    return sorted(places)
