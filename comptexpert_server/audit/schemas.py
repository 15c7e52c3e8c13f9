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


class RegisterEnd(Schema):
    """The signed end of the chain."""

    firm: str
    count: int
    head: str
    signature: str


class RegisterOut(Schema):
    """A firm's whole chain."""

    events: list[RegisterLine]
    end: RegisterEnd
