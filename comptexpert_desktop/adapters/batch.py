"""Many decisions in one call: what goes over the wire, and what each came to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from comptexpert_desktop.adapters import wire
from comptexpert_desktop.adapters.wire import Reply
from comptexpert_desktop.errors import ServerError, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.exchange import Call

_OK = range(200, 300)


def document(calls: Sequence[Call]) -> dict[str, object]:
    """Write the items of a batch; each keeps the key that it would have alone."""
    return {"items": [_item(call) for call in calls]}


def read(found: Any, *, calls: Sequence[Call]) -> dict[str, Mapping[str, Any] | ServerError]:  # noqa: ANN401  (parsed here)
    """Give what each key came to: the delegation, or the error that it would have had alone."""
    results = found.get("results") if isinstance(found, dict) else None
    if not isinstance(results, list):
        raise UnexpectedReply
    told = {str(one.get("key")): _result(one) for one in results if isinstance(one, dict)}
    return {call.key: told.get(call.key, UnexpectedReply()) for call in calls}


def _item(call: Call) -> dict[str, object]:
    _, _, delegation_id, action = call.path.split("/")
    return dict(call.body) | {"id": delegation_id, "action": action, "version": call.if_match, "key": call.key}


def _result(one: Mapping[str, Any]) -> Mapping[str, Any] | ServerError:
    status, delegation, problem = one.get("status"), one.get("delegation"), one.get("problem")
    if status in _OK and isinstance(delegation, dict) and "id" in delegation:
        return delegation
    if isinstance(status, int) and isinstance(problem, dict):
        headers = httpx.Headers({"content-type": "application/problem+json"})
        return wire.refusal(Reply(status, headers, json.dumps(problem).encode()))
    return UnexpectedReply()
