"""What an authorization request must look like: one of each parameter, S256 for every client, the exact address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client

if TYPE_CHECKING:
    from django.http import QueryDict

MAX_PARAMETER = 2000
MAX_PORT = 65_535
SINGLE = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_SECONDS = re.compile(r"[0-9]{1,10}")
_PROMPTS = frozenset(["login", "consent", "select_account"])
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\])(:[0-9]+)?(/.*)?")


def fault_of(query: QueryDict) -> str:
    """Give what is wrong with an authorization request; empty when it may go on."""
    for name in (*SINGLE, "code_challenge", "code_challenge_method"):
        values = query.getlist(name)
        if len(values) > 1 or any(len(value) > MAX_PARAMETER for value in values):
            return f"{name} doit figurer une seule fois."
    if query.get("response_mode", "query") != "query":
        return "response_mode n’est pas pris en charge."
    client = Client.objects.filter(pk=query.get("client_id", "")).first()
    if client is None:
        return "Cette application n’est pas connue."
    if not any(is_same_address(query.get("redirect_uri", ""), known) for known in client.get_redirect_uris()):
        return "L’adresse de retour n’est pas celle de l’application."
    return _challenge_fault(query) or _asking_fault(query)


def unsupported(query: QueryDict) -> str:
    """Return the error that a request object is refused with, at an address that was checked; nothing without one."""
    if "request" in query:
        return "request_not_supported"
    return "request_uri_not_supported" if "request_uri" in query else ""


def understood(query: QueryDict) -> QueryDict:
    """Return a request without what a provider ignores: scopes of nobody, and claims asked one by one."""
    client = Client.objects.get(pk=query["client_id"])
    kept = query.copy()
    kept.pop("claims", None)
    known = [scope for scope in query.get("scope", "").split() if scope in client.get_scopes()]
    if "scope" in query:
        kept["scope"] = " ".join(known)
    return kept


def is_same_address(asked: str, registered: str) -> bool:
    """Tell whether two addresses are the same text; on loopback the port may differ (RFC 8252, section 7.3)."""
    if not _LOOPBACK.fullmatch(registered):
        return asked == registered
    host = "[::1]" if "[" in registered else "127.0.0.1"
    path = urlsplit(registered).path
    start, end = f"http://{host}:", path
    if not (asked.startswith(start) and asked.endswith(end)):
        return asked == registered
    port = asked[len(start) : len(asked) - len(end)]
    return bool(_PORT.fullmatch(port)) and int(port) <= MAX_PORT


def _challenge_fault(query: QueryDict) -> str:
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "La demande doit porter une preuve PKCE S256."
    return ""


def _asking_fault(query: QueryDict) -> str:
    prompt = query.get("prompt", "none")
    if prompt != "none" and not _PROMPTS.issuperset(prompt.split()):
        return "prompt n’est pas pris en charge."
    if "max_age" in query and not _SECONDS.fullmatch(query.get("max_age", "")):
        return "max_age doit être un nombre de secondes."
    return ""
