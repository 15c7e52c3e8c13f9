"""The part of the fake server that takes commands: written as the real gateway writes them, answered in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.adapters import commands_http
from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import FIRM_CHANGES, AnswerReview, Import, ResendActivation, is_one_of_many
from comptexpert_desktop.domain.review import Chosen
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import Refused, ServerError, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.importing import ImportAnswer
    from comptexpert_desktop.domain.review import ReviewResult


@dataclass(frozen=True)
class Call:
    """One write as the server reads it."""

    method: str
    path: str
    body: Mapping[str, object] = field(repr=False)
    key: str
    if_match: int | None = None


def call_of(sending: Sending) -> Call:
    """Write a command as one call of its own."""
    request = commands_http.request_of(sending.command)
    return Call(request.method, request.path, request.body or {}, sending.key, request.if_match)


def ask(server: Any, command: Command, *, token: str, key: str) -> Any:
    """Send one command, and give what it is told; raises the error that it is told."""
    told = server.send([Sending(key, command)], token=token)[key]
    if isinstance(told, ServerError):
        raise told
    return told


class CommandFake:
    """Routes commands to the parts of the fake server."""

    if TYPE_CHECKING:

        def submit(self, call: Call, *, token: str) -> Mapping[str, object]: ...
        def decide(self, calls: Sequence[Call], *, token: str) -> Mapping[str, Any]: ...
        def change_firm(self, call: Call, *, token: str) -> Any: ...
        def answer_review(
            self, firm_id: str, review_id: str, answers: Sequence[Chosen], *, token: str
        ) -> tuple[ReviewResult, ...]: ...
        def import_grants(self, table: str, *, dry_run: bool, key: str, token: str) -> ImportAnswer: ...
        def resend_activation(self, signup_id: str, *, claim: str) -> str: ...

    def parcels(self, sendings: Sequence[Sending]) -> Sequence[Sequence[Sending]]:
        return commands_http.parcels(sendings)

    def send(self, sendings: Sequence[Sending], *, token: str) -> Mapping[str, Any]:
        first = sendings[0].command
        if isinstance(first, AnswerReview):
            told = self.answer_review(first.firm_id, first.review_id, _chosen(sendings), token=token)
            return {one.key: _result(one) for one in told}
        if is_one_of_many(first):
            return self.decide([call_of(one) for one in sendings], token=token)
        return {sendings[0].key: self._send_one(sendings[0], token=token)}

    def preview_import(self, table: str, *, key: str, token: str) -> ImportAnswer:
        return self.import_grants(table, dry_run=True, key=key, token=token)

    def _send_one(self, sending: Sending, *, token: str) -> Any:
        command = sending.command
        if isinstance(command, Import):
            return self.import_grants(command.table, dry_run=False, key=sending.key, token=token)
        if isinstance(command, ResendActivation):
            return {"status": self.resend_activation(command.signup_id, claim=command.claim)}
        if isinstance(command, FIRM_CHANGES):
            return self.change_firm(call_of(sending), token=token)
        return self.submit(call_of(sending), token=token)


def _chosen(sendings: Sequence[Sending]) -> list[Chosen]:
    commands = [(one.key, one.command) for one in sendings]
    return [
        Chosen(command.delegation_id, command.version, command.answer, key)
        for key, command in commands
        if isinstance(command, AnswerReview)
    ]


def _result(told: ReviewResult) -> Any:
    if not told.code:
        return {"id": told.key, "status": "done"}
    data = {} if told.current is None else {"current": codec.write(told.current)}
    return Stale(data=data) if told.code == "DEL_STALE" else Refused(told.code, data=data)
