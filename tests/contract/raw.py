"""The real server, asked by method and path: what the suites say of single calls, beside what commands make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.adapters import write_answers
from comptexpert_desktop.adapters.api.commands import read_many
from comptexpert_desktop.adapters.api_client import read
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.domain.commands import Decide, ResendActivation
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.domain.review_documents import read_results
from comptexpert_desktop.domain.review_documents import write_answers as written
from comptexpert_desktop.domain.wire_types import Sending
from tests.fakes import new_uuid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes_wire import Call


class RawServer(HttpServer):
    """Sends calls as a test writes them, and reads the answers as the application does."""

    def _written(self, call: Call, *, token: str) -> Any:
        headers = {"Idempotency-Key": call.key}
        if call.if_match is not None:
            headers["If-Match"] = f'"{call.if_match}"'
        return self._call(call.method, call.path, token=token, document=dict(call.body), headers=headers)

    def submit(self, call: Call, *, token: str) -> Any:
        found = self._written(call, token=token)
        return read(lambda: write_answers.check(found))

    def decide(self, calls: Sequence[Call], *, token: str) -> Any:
        items, sendings = [], []
        for call in calls:
            _, _, delegation_id, action = call.path.split("/")
            named = {"id": delegation_id, "action": action, "version": call.if_match, "key": call.key}
            items.append(dict(call.body) | named)
            sendings.append(Sending(call.key, Decide(delegation_id, Action(action), call.if_match or 0, gesture="g")))
        found = self._call("POST", "/delegations/decisions", token=token, document={"items": items})
        return read_many(found, sendings=sendings)

    def change_firm(self, call: Call, *, token: str) -> Any:
        found = self._written(call, token=token)
        return read(lambda: read_firm_page(found))

    def answer_review(self, firm_id: str, review_id: str, answers: Any, *, token: str) -> Any:
        path = f"/firms/{firm_id}/reviews/{review_id}/answers"
        found = self._call("POST", path, token=token, document=written(answers))
        return read(lambda: read_results(found))

    def import_grants(self, table: str, *, dry_run: bool, key: str, token: str) -> Any:
        if dry_run:
            return self.preview_import(table, key=key, token=token)
        return self._import_table("/delegations/imports", table=table, key=key, token=token)

    def resend_activation(self, signup_id: str, *, claim: str) -> Any:
        key = new_uuid()
        return self.send([Sending(key, ResendActivation("", signup_id, claim))], token="")[key]
