"""Imports of grants in memory: previewed, then applied together, each key once."""

from __future__ import annotations

import csv
import io
import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Delegation, DelegationId, Party, Status
from comptexpert_desktop.domain.importing import ImportAnswer, LineAnswer
from comptexpert_desktop.errors import ComptexpertError, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.session import Me


LIVING = (Status.ACTIVE, Status.SCHEDULED)


@dataclass
class ImportFake:
    """The part of the fake server that grants what a table lists."""

    import_calls: list[tuple[str, bool, str]] = field(default_factory=list)
    """Every call: the table, whether it was a dry run, the key."""
    import_losses: deque[ComptexpertError | None] = field(default_factory=deque)
    """Raised after the effect of the next calls: the answer that was lost."""
    people_by_login: dict[str, Party] = field(default_factory=dict)
    """Who has an account beside those who are signed in."""
    refused_grantees: set[str] = field(default_factory=set)
    """Whose account closed since the preview."""
    changed_grantees: set[str] = field(default_factory=set)
    """Whose line gives something else since the preview."""
    import_code: str = ""
    """What every line is told, whoever it names."""
    _import_answers: dict[str, tuple[str, ImportAnswer]] = field(default_factory=dict)

    if TYPE_CHECKING:
        delegations: dict[str, Delegation]
        accounts: dict[str, Me]
        time: datetime

        def _called(self, name: str) -> None: ...
        def _signed_in(self, token: str) -> Me: ...
        def catalogue(self) -> Catalogue: ...

    def import_grants(self, table: str, *, dry_run: bool, key: str, token: str) -> ImportAnswer:
        self._called("import")
        me = self._signed_in(token)
        self.import_calls.append((table, dry_run, key))
        answer = self._kept(table, key=key) or self._imported(table, me=me, dry_run=dry_run)
        if answer.applied:
            self._import_answers[key] = (table, answer)
        if self.import_losses and (lost := self.import_losses.popleft()) is not None:
            raise lost
        return answer

    def _kept(self, table: str, *, key: str) -> ImportAnswer | None:
        if key not in self._import_answers:
            return None
        first, answer = self._import_answers[key]
        if first != table:
            raise Refused("KEY_REUSED")
        return answer

    def _imported(self, table: str, *, me: Me, dry_run: bool) -> ImportAnswer:
        before = dict(self.delegations)
        lines = tuple(
            self._granted_line(place, row, me=me) for place, row in enumerate(csv.DictReader(io.StringIO(table)))
        )
        applied = not dry_run and not any(line.code for line in lines)
        if not applied:
            self.delegations.clear()
            self.delegations.update(before)
        return ImportAnswer(applied, lines)

    def _granted_line(self, place: int, row: dict[str, str], *, me: Me) -> LineAnswer:
        seen = " ".join([row["grantee"], *row["rights"].split()])
        code = self.import_code or self._fault(row, me=me)
        if not code and row.get("seen") and (row["seen"] != seen or row["grantee"] in self.changed_grantees):
            code = "DEL_IMPORT_CHANGED"
        if code:
            return LineAnswer(place, code=code, data={"code": code})
        made = self._made(row, me=me)
        self.delegations[made.id] = made
        return LineAnswer(place, delegation=made, seen=seen)

    def _fault(self, row: dict[str, str], *, me: Me) -> str:
        service = next((one for one in self.catalogue().services if one.id == row["service"]), None)
        if not me.account.may_grant:
            return "DEL_NOT_GRANTOR"
        if service is None or not {right.id for right in service.rights} >= set(row["rights"].split()):
            return "INVALID_INPUT"
        if self._grantee(row["grantee"]) is None or row["grantee"] in self.refused_grantees:
            return "DEL_NO_ACCOUNT"
        same = [
            one
            for one in self.delegations.values()
            if one.status in LIVING and one.service == row["service"] and row["grantee"] in _names(one.grantee)
        ]
        return "DEL_DUPLICATE" if same else ""

    def _grantee(self, text: str) -> Party | None:
        if "@" in text:
            return Party("", "", "", "", email=text)
        known = [me.account for me in self.accounts.values() if me.account.login_id == text]
        if known:
            one = known[0]
            return Party(one.account_id, one.login_id, one.given_name, one.surname)
        return self.people_by_login.get(text)

    def _made(self, row: dict[str, str], *, me: Me) -> Delegation:
        grantee = self._grantee(row["grantee"])
        assert grantee is not None
        account = me.account
        return Delegation(
            id=DelegationId(str(uuid.uuid4())),
            version=1,
            firm=replace(me.firms[0], role=""),
            service=row["service"],
            rights=tuple(row["rights"].split()),
            grantor=Party(account.account_id, account.login_id, account.given_name, account.surname),
            grantee=grantee,
            status=Status.ACTIVE if grantee.account_id else Status.SCHEDULED,
            origin="import",
            reason=row["reason"],
            decision_note="",
            valid_from=self.time.date(),
            valid_until=self.time.date().replace(year=self.time.year + 1),
            requested_at=self.time,
            decided_at=self.time,
            ended_at=None,
            end_cause="",
            effective=bool(grantee.account_id),
        )


def _names(party: Party) -> set[str]:
    return {party.login_id, party.email, party.account_id} - {""}
