"""Fictitious people and a client for each: what the tests of the API are told with."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.idp.oidc.models import Client as OpenIdClient
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.firms.models import Absence, Membership
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.sessions.models import FamilyToken, Kind, TokenFamily
from comptexpert_server.sessions.token_families import digest

REASON = "Signature des lettres de mission du dossier Martin"


@dataclass
class Answer:
    """What the API answered."""

    status: int
    body: Any
    headers: Any

    @property
    def same(self) -> Any:
        """Give the body without what names this one request."""
        return {name: value for name, value in self.body.items() if name != "instance"}

    @property
    def code(self) -> str:
        return str(self.body["code"])


@dataclass
class Desk:
    """A person at work: an account and a client that carries its token."""

    account: Account
    scopes: str = "openid comptexpert"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.token or mint(self.account, scopes=self.scopes)

    def get(self, path: str, **query: object) -> Answer:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return self.send("POST", path, body=body, **options)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: dict[str, object] | None = None,
        key: str | None = "",
        version: object = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key is not None and method != "GET":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        raw = self.client.generic(
            method,
            f"/api/v1{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers=sent | (headers or {}),
            query_params=query or None,
        )
        is_json = "json" in raw.headers.get("Content-Type", "")
        return Answer(raw.status_code, json.loads(raw.content) if is_json and raw.content else raw.content, raw.headers)

    def ask(self, grantor: RegistryEntry, **changes: object) -> Answer:
        body = {"service": "bibliordre", "rights": ["access"], "grantor": str(grantor.pk), "reason": REASON}
        return self.post("/delegations", body | changes)

    def grant(self, grantee: Account | str, **changes: object) -> Answer:
        name = grantee if isinstance(grantee, str) else str(grantee.pk)
        body = {"service": "bibliordre", "rights": ["access"], "grantee": name}
        return self.post("/delegations", body | changes)

    def decide(self, delegation: dict[str, Any], action: str, **options: Any) -> Answer:
        key = options.pop("key", "")
        version = options.pop("version", delegation["version"])
        return self.post(f"/delegations/{delegation['id']}/{action}", options, version=version, key=key)


def anonymous() -> Desk:
    return Desk(Account(), token=" ")


def mint(account: Account, *, scopes: str = "openid comptexpert", minutes: int = 10) -> str:
    client, _made = OpenIdClient.objects.get_or_create(
        id="desk", defaults={"name": "Desk", "type": OpenIdClient.Type.PUBLIC}
    )
    value = uuid.uuid4().hex
    token = Token(type=Token.Type.ACCESS_TOKEN, client=client, user=account)
    token.expires_at = timezone.now() + timedelta(minutes=minutes)
    token.set_scopes(scopes.split())
    token.set_value(value)
    token.save()
    return value


def prove(person: Desk, *, minutes_ago: int = 0, second_factor: bool = False) -> Desk:
    """Give the token of a person the sign-in that it came from."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    FamilyToken.objects.filter(digest=digest(person.token)).delete()
    family = TokenFamily.objects.create(
        account=person.account,
        client_id="desk",
        signed_in_at=at,
        second_factor=second_factor,
        created_at=at,
        used_at=at,
        expires_at=at + timedelta(days=1),
    )
    FamilyToken.objects.create(digest=digest(person.token), family=family, kind=Kind.ACCESS)
    return person


def add_factor(person: Desk) -> Desk:
    """Give an account a second factor, which ends its sessions; return the person signed in again."""
    Authenticator.objects.create(user=person.account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return Desk(person.account)


def firm(name: str = "Cabinet Alba") -> Firm:
    return Firm.objects.create(siren=str(uuid.uuid4().int)[:9], name=name)


def entry(*firms: Firm, surname: str = "Delorme", kind: str = "expert_comptable") -> RegistryEntry:
    made = RegistryEntry.objects.create(
        registration_number=str(uuid.uuid4().int)[:12],
        surname=surname,
        given_name="Agathe",
        date_of_birth=date(1975, 3, 2),
        email=f"{surname.lower()}@alba.example",
        list=kind,
        council="bretagne",
        town="Rennes",
        postal_code="35000",
    )
    made.firms.set(firms)
    return made


def account(profile: str = "other", kind: str = "firm_staff", **fields: Any) -> Account:
    """Make an active account; `given_name` and `surname` are what the person says of themselves."""
    name = f"p{uuid.uuid4().hex[:12]}"
    said = {f"said_{member}": fields.pop(member) for member in ("given_name", "surname") if member in fields}
    base: dict[str, Any] = {
        "email": f"{name}@alba.example",
        "said_given_name": "Léa",
        "said_surname": "Quémener",
        "is_active": True,
    }
    named = {"login_id": name, "said_profile": profile, "kind": kind}
    return Account.objects.create(**(named | base | said | fields))


def expert(*firms: Firm, surname: str = "Delorme") -> Desk:
    listed = entry(*firms, surname=surname)
    return Desk(account("expert_comptable", "", entry=listed, email=listed.email))


def staff(*firms: Firm, **fields: Any) -> Desk:
    person = account(**fields)
    for one in firms:
        Membership.objects.create(firm=one, account=person)
    return Desk(person)


def grantor_of(desk: Desk) -> RegistryEntry:
    assert desk.account.entry is not None
    return desk.account.entry


def absence(
    firm: Firm, *, absent: RegistryEntry, cover: RegistryEntry, status: str = "active", **changes: Any
) -> Absence:
    """Lay an absence of a month that began (or may begin) an hour ago."""
    now = timezone.now()
    base = {
        "reason": "Congé de paternité",
        "asked_at": now - timedelta(hours=49),
        "starts_at": now - timedelta(hours=1),
    }
    base |= {"ends_on": timezone.localdate(now) + timedelta(days=30), "status": status}
    return Absence.objects.create(firm=firm, absent=absent, cover=cover, **(base | changes))


def pending(staff_desk: Desk, expert_desk: Desk, **changes: object) -> dict[str, Any]:
    answer = staff_desk.ask(grantor_of(expert_desk), **changes)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def active(staff_desk: Desk, expert_desk: Desk, **changes: object) -> dict[str, Any]:
    answer = expert_desk.decide(pending(staff_desk, expert_desk, **changes), "approve")
    assert answer.status == 200, answer.body
    return dict(answer.body)
