"""What the server says of a write, understood before anybody keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import read_council, read_delegation, required_text, text

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CLAIM = 512

_OF_A_DELEGATION = "grantee"
_TEXTS = ("status", "login_id", "masked_email", "reference", "answer")


def check(document: Any) -> Mapping[str, object]:  # noqa: ANN401  (parsed here)
    """Return the answer to a write; raises one of MALFORMED when it is not one that the API describes."""
    required_text(document["id"])
    if _OF_A_DELEGATION in document:
        read_delegation(document)
    return check_state(document)


def check_state(document: Any) -> Mapping[str, object]:  # noqa: ANN401  (parsed here)
    """Return where something stands, as `check` does, for an answer that need not name itself."""
    for name in _TEXTS:
        text(document.get(name))
    claim = text(document.get("claim"))
    if len(claim) > MAX_CLAIM or not claim.isascii() or (claim and not claim.isprintable()):
        raise ValueError("claim")  # it goes into a header
    if document.get("council"):
        read_council({"code": "", **document["council"]})
    checked: Mapping[str, object] = document
    return checked
