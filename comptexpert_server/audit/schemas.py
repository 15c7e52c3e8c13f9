"""The register as the API tells it."""

from datetime import datetime
from typing import Any

from ninja import Schema


class RegisterLine(Schema):
    """One line of a firm's chain."""

    number: int
    at: datetime
    firm: str | None
    actor: str | None
    acting_for: str | None
    action: str
    object_id: str
    object_version: int | None
    data: dict[str, Any]
    previous: str
    digest: str


class RegisterText(Schema):
    """A text beside a line, which holds the SHA-256 of the salt and the text in `data.said`."""

    salt: str
    text: str


class RegisterEnd(Schema):
    """The signed end of the chain."""

    firm: str
    count: int
    head: str
    signature: str


class RegisterOut(Schema):
    """A firm's whole chain."""

    events: list[RegisterLine]
    texts: dict[str, dict[str, RegisterText]]
    """By the number of a line, then by the name of the text; one that was erased is absent."""
    end: RegisterEnd
