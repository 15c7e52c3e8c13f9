"""The part of the fake server about the account that holds the token."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.profile import GRANTING_PROFILES, REGISTRY_PROFILES
from comptexpert_desktop.domain.profile_story import OtherProfile, ProfileStory
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.errors import ComptexpertError
    from tests.fakes_wire import Call


@dataclass
class AccountFake:
    """Changes, tells and closes an account; `wants_fresh` refuses what wants a recent sign-in."""

    wants_fresh: bool = False
    addresses: list[str] = field(default_factory=list)
    """Those that were asked for."""
    closed: list[str] = field(default_factory=list)
    """Tokens of accounts that were closed."""

    if TYPE_CHECKING:
        accounts: dict[str, Me]
        dead_tokens: set[str]
        time: datetime
        after: deque[ComptexpertError | None]

        def _signed_in(self, token: str) -> Me: ...

        def _called(self, name: str) -> None: ...

    def my_data(self, *, token: str) -> bytes:
        self._called("my_data")
        me = self._signed_in(token)
        self._prove()
        tables = [{"name": "accounts_account", "rows": [{"login_id": me.account.login_id}]}]
        told = {"generated_at": self.time.isoformat(), "login_id": me.account.login_id, "tables": tables}
        return json.dumps(told, ensure_ascii=False).encode()

    def profile_story(self, *, token: str) -> ProfileStory:
        self._called("profile_story")
        account = self._signed_in(token).account
        others = tuple(
            OtherProfile(one, may_grant=one in GRANTING_PROFILES) for one in REGISTRY_PROFILES if one != account.profile
        )
        return ProfileStory(account.profile, may_grant=account.may_grant, others=others)

    def close_account(self, *, token: str) -> None:
        self._called("close_account")
        self._signed_in(token)
        self._prove()
        self.closed.append(token)
        self.dead_tokens.add(token)
        if self.after and (lost := self.after.popleft()) is not None:
            raise lost

    def change_account(self, call: Call, me: Me, *, token: str) -> Mapping[str, object]:
        """Carry out a change of the address, the name or the mails."""
        if call.path == "/me/mails":
            chosen = bool(call.body["weekly"])
            self.accounts[token] = replace(me, account=replace(me.account, weekly_mails=chosen))
            return {"weekly_mails": chosen}
        if me.account.profile != "other":
            raise Refused("ACCOUNT_OF_REGISTRY")
        if call.path == "/me/email":
            email = str(call.body["email"])
            self.addresses.append(email)
            local, _, domain = email.partition("@")
            passes_at = self.time + timedelta(hours=72)
            return {"masked_email": f"{local[:1]}•••@{domain}", "passes_at": passes_at.isoformat()}
        named = {"given_name": str(call.body["given_name"]), "surname": str(call.body["surname"])}
        self.accounts[token] = replace(me, account=replace(me.account, **named))
        return named

    def _prove(self) -> None:
        if self.wants_fresh:
            raise Refused("AUTH_STEP_UP")
