"""Other sites that let people sign in with their Comptexpert."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client

from comptexpert_server.catalogue.catalogue import catalogue

SERVICE = "comptexpert_service"
"""Under which a client's data names the service of the catalogue whose site it is."""


class UnsafeAddressError(ValueError):
    """A redirect address that would leak codes."""


class UnknownServiceError(ValueError):
    """A service that the catalogue does not know."""


def register_site(name: str, *, redirect_uri: str, service: str = "") -> tuple[str, str]:
    """Make a confidential client; give its id and its secret, which is not kept.

    The site of a service of the catalogue is the Ordre's own: nobody is asked whether it may know who signs in.
    """
    if service and catalogue().service(service) is None:
        raise UnknownServiceError
    parts = urlsplit(redirect_uri)
    is_loopback = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    if not (parts.scheme == "https" or is_loopback) or not parts.hostname or parts.fragment or "*" in redirect_uri:
        raise UnsafeAddressError
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
        data={"client_metadata": {"post_logout_redirect_uris": [redirect_uri]}, SERVICE: service},
    )
    client.set_secret(secret)
    client.save(force_insert=True)
    return client.id, secret
