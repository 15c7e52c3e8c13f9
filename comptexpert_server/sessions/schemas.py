"""Where an account is signed in, as the API says it."""

from datetime import datetime

from ninja import Schema


class SessionOut(Schema):
    """One place where the account is signed in."""

    id: str
    kind: str
    client: str
    device: str
    signed_in_at: datetime
    used_at: datetime
    expires_at: datetime | None
    current: bool


class SessionsOut(Schema):
    """All places where the account is signed in."""

    items: list[SessionOut]
