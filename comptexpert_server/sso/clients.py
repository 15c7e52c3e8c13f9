"""Other sites that let people sign in with their Comptexpert."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client

from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.sessions.token_families import BACKCHANNEL

SERVICE = "comptexpert_service"
"""Under which a client's data names the service of the catalogue whose site it is."""


class UnsafeAddressError(ValueError):
    """A redirect address that would leak codes."""


class UnknownServiceError(ValueError):
    """A service that the catalogue does not know."""


def register_site(
    name: str, *, redirect_uri: str, service: str = "", backchannel_logout_uri: str = ""
) -> tuple[str, str]:
    """Make a confidential client; give its id and its secret, which is not kept.

    `backchannel_logout_uri` is where it hears that a session of one of its visitors ended; empty: nowhere.

    The site of a service of the catalogue is the Ordre's own: nobody is asked whether it may know who signs in.
    """
    if service and catalogue().service(service) is None:
        raise UnknownServiceError
    if not all(_is_safe(address) for address in (redirect_uri, backchannel_logout_uri or redirect_uri)):
        raise UnsafeAddressError
    metadata: dict[str, object] = {"post_logout_redirect_uris": [redirect_uri]}
    if backchannel_logout_uri:
        metadata |= {BACKCHANNEL: backchannel_logout_uri, "backchannel_logout_session_required": True}
    secret = secrets.token_hex(32)
    client = Client(
        id=secrets.token_hex(16),
        name=name[:100],
        type=Client.Type.CONFIDENTIAL,
        scopes="openid\nprofile",
        default_scopes="openid",
        grant_types="authorization_code\nrefresh_token",
        response_types="code",
        redirect_uris=redirect_uri,
        skip_consent=bool(service),
        data={"client_metadata": metadata, SERVICE: service},
    )
    client.set_secret(secret)
    client.save(force_insert=True)
    return client.id, secret


def _is_safe(address: str) -> bool:
    """Tell whether nobody on the way reads what goes to an address."""
    parts = urlsplit(address)
    is_loopback = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    is_whole = bool(parts.hostname) and not parts.fragment and "*" not in address
    return is_whole and (parts.scheme == "https" or is_loopback)
