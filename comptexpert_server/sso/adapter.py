"""What the OpenID provider says of people, under the one public address."""

from __future__ import annotations

import secrets
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings

from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations.last_use import note_use
from comptexpert_server.sessions.token_families import current_family
from comptexpert_server.sso.claims import describe, entitled_at, open_services
from comptexpert_server.sso.clients import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allauth.idp.oidc.models import Client, PrivateKey

    from comptexpert_server.accounts.models import Account


JWKS_TTL = 300
CLAIMS = (
    "sub",
    "auth_time",
    "sid",
    "amr",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "comptexpert_profile",
    "comptexpert_services",
    "comptexpert_delegations",
)


class OpenIdAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth has no types
    """Pin the issuer, the keys and the claims."""

    scope_display: ClassVar[dict[str, str]] = {
        "openid": "Vous reconnaître",
        "profile": "Lire votre nom et votre profil",
        "email": "Lire votre adresse électronique",
        "comptexpert": "Agir en votre nom : demandes, décisions et délégations",
        "offline_access": "Rester connecté jusqu’à ce que vous vous déconnectiez",
    }

    def generate_client_secret(self) -> str:
        """Give a secret without symbols: clients encode those differently."""
        return secrets.token_hex(32)

    def get_issuer(self) -> str:
        """Give the public address, whatever the `Host` header says."""
        return str(settings.PUBLIC_URL)

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        """Give the key of the data folder, made at its first use, and those that it replaced."""
        # Imported here: the provider's models import this module.
        models = import_module("allauth.idp.oidc.models")

        del did_activate, is_active
        current = models.PrivateKey(pem=settings.OIDC_KEY.read(), issued_at=now())
        return [current, *(models.PrivateKey(pem=pem) for pem in settings.OIDC_KEY.retired(now()))]

    def get_jwks_cache_control(self) -> int:
        """Let sites keep the keys for five minutes: after a leak, that is how long they may trust the old one."""
        return JWKS_TTL

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Account,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - the library's own
    ) -> dict[str, Any]:
        """Give the claims; the services only at `userinfo`, since they change."""
        asked = list(scopes)
        claims: dict[str, Any] = super().get_claims(purpose, user, client, asked, email=email, **kwargs)
        service = (client.data or {}).get(SERVICE)
        held = entitled_at(user, service=service) if service else []
        if held:
            note_use([one for one, _rights in held], on=today())
        if "profile" in asked:
            claims |= {
                "name": user.get_full_name(),
                "given_name": user.given_name,
                "family_name": user.surname,
                "preferred_username": user.login_id,
                "comptexpert_profile": user.profile,
            }
            if purpose == "userinfo":
                claims["comptexpert_services"] = open_services(user)
                if service:
                    claims["comptexpert_delegations"] = describe(held)
        return claims

    def populate_id_token(
        self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **kwargs: object
    ) -> None:
        """Add when and how the person signed in, and the session of which a site will hear the end."""
        del client, scopes, kwargs
        family = current_family.get()
        if family is not None:
            id_token["auth_time"] = int(family.signed_in_at.timestamp())
            id_token["sid"] = str(family.pk)
            id_token["amr"] = ["mfa"] if family.second_factor else ["pwd"]

    def populate_server_metadata(self, data: dict[str, str | list[str]]) -> None:
        """Announce what is open here, and nothing else."""
        data.pop("device_authorization_endpoint", None)
        data["scopes_supported"] = ["openid", "profile", "comptexpert", "offline_access"]
        data["grant_types_supported"] = ["authorization_code", "refresh_token"]
        data["response_types_supported"] = ["code"]
        data["response_modes_supported"] = ["query"]
        for name in ("request_parameter", "request_uri_parameter", "claims_parameter"):
            data[f"{name}_supported"] = False  # type: ignore[assignment]  # flags, OpenID Connect Discovery 1.0
        data["claims_supported"] = list(CLAIMS)
        data["backchannel_logout_supported"] = True  # type: ignore[assignment]  # flags, Back-Channel Logout 1.0
        data["backchannel_logout_session_supported"] = True  # type: ignore[assignment]
        data["authorization_response_iss_parameter_supported"] = True  # type: ignore[assignment]  # a flag, RFC 9207
