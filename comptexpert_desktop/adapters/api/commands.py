"""The one way in which a command leaves: written by `commands_http`, answered here in the domain's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.adapters import commands_http, http, write_answers
from comptexpert_desktop.adapters.api.imports import ImportCalls
from comptexpert_desktop.adapters.api_client import read
from comptexpert_desktop.adapters.http import Reply
from comptexpert_desktop.adapters.http_library import httpx
from comptexpert_desktop.domain.commands import (
    FIRM_CHANGES,
    AnswerReview,
    ChangeEmail,
    ChooseMails,
    CorrectName,
    ResendActivation,
    is_one_of_many,
)
from comptexpert_desktop.domain.documents import MALFORMED, items, read_me, required_text
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.domain.timestamps import from_text
from comptexpert_desktop.errors import ServerError, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.wire_types import Answer, Sending

_OK = range(200, 300)


class CommandCalls(ImportCalls):
    """Sends commands, alone or together."""

    def parcels(self, sendings: Sequence[Sending]) -> Sequence[Sequence[Sending]]:
        """Split commands into what travels together, in their order."""
        return commands_http.parcels(sendings)

    def send(self, sendings: Sequence[Sending], *, token: str) -> Mapping[str, Answer | ServerError]:
        """Send one parcel; gives what each key came to. An empty token for what needs no account."""
        first = sendings[0]
        if is_one_of_many(first.command):
            request = commands_http.request_of_many(sendings)
            found = self._call(request.method, request.path, token=token, document=request.body)
            return read_many(found, sendings=sendings)
        return {first.key: self._send_one(first, token=token)}

    def _send_one(self, sending: Sending, *, token: str) -> Answer:
        request = commands_http.request_of(sending.command)
        if request.table is not None:
            return self._import_table(request.path, table=request.table, key=sending.key, token=token)
        headers = request.headers(sending.key)
        found = self._call(request.method, request.path, token=token, document=request.body, headers=headers)
        return read(lambda: read_one(found, command=sending.command))


def read_one(found: Any, *, command: Command) -> Answer:  # noqa: ANN401  (parsed here)
    """Read what the server says of a command; raises one of MALFORMED."""
    if isinstance(command, FIRM_CHANGES):
        return read_firm_page(found)
    if isinstance(command, ResendActivation):
        return {"status": required_text(found["status"])}
    if isinstance(command, ChangeEmail):
        passes_at = required_text(found["passes_at"])
        from_text(passes_at)
        return {"masked_email": required_text(found["masked_email"]), "passes_at": passes_at}
    if isinstance(command, CorrectName):
        account = read_me(found).account
        return {"given_name": account.given_name, "surname": account.surname}
    if isinstance(command, ChooseMails):
        return {"weekly_mails": read_me(found).account.weekly_mails}
    return write_answers.check(found)


def read_many(found: Any, *, sendings: Sequence[Sending]) -> dict[str, Answer | ServerError]:  # noqa: ANN401  (parsed here)
    """Give what each key came to: the answer, or the error, that it would have had alone."""
    results = found.get("results") if isinstance(found, dict) else None
    if not isinstance(results, list):
        raise UnexpectedReply
    by_key = {str(one.get("key")): one for one in items(results) if isinstance(one, dict)}
    return {one.key: _result(by_key.get(one.key), command=one.command) for one in sendings}


def _result(one: Mapping[str, Any] | None, *, command: Command) -> Answer | ServerError:
    if one is None:
        return UnexpectedReply()
    status, problem = one.get("status"), one.get("problem")
    if status in _OK:
        return _understood(one, command=command)
    if isinstance(status, int) and isinstance(problem, dict):
        headers = httpx.Headers({"content-type": "application/problem+json"})
        return http.refusal(Reply(status, headers, json.dumps(problem).encode()))
    return UnexpectedReply()


def _understood(one: Mapping[str, Any], *, command: Command) -> Answer | ServerError:
    if isinstance(command, AnswerReview):
        return {"id": command.delegation_id, "status": command.answer.value}
    try:
        return write_answers.check(one["delegation"])
    except MALFORMED:
        return UnexpectedReply()
