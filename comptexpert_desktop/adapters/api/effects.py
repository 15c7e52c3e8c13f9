"""The calls that ask before a decision: what gestures would change, whom a case is about; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from comptexpert_desktop.adapters import commands_http
from comptexpert_desktop.adapters.api_client import Caller, read
from comptexpert_desktop.domain.documents import items, read_document
from comptexpert_desktop.domain.effects import Effects
from comptexpert_desktop.domain.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.effects import Gesture

PARTS = ("keeps", "loses", "gains")


class EffectCalls(Caller):
    """Asks what the server would do, and to whom."""

    def identity(self, delegation_id: str, *, token: str) -> Identity:
        """Return the other party of a delegation, and who may be taken for them."""
        found = self._call("GET", f"/delegations/{quote(delegation_id, safe='')}/identity", token=token)
        return read(lambda: read_document(Identity, found))

    def show_effects(self, gestures: Sequence[Gesture], *, token: str) -> Effects:
        """Return what gestures would change; raises what one of them alone would be refused with."""
        body = {"gestures": [commands_http.gesture_of(one) for one in gestures]}
        found = self._call("POST", "/delegations/effects", token=token, document=body)
        return read(lambda: read_effects(found))


def read_effects(document: Mapping[str, Any]) -> Effects:
    """Read the answer of the server; raises one of MALFORMED."""
    parts = {name: [{**one, "first": one["from"]} for one in items(document[name])] for name in PARTS}
    return read_document(Effects, {"gestures": document["gestures"], **parts})
