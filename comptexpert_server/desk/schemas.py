"""The bodies of escalation files."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints

from comptexpert_server.desk.models import FileStatus
from comptexpert_server.web.schemas import Body, Line, printable

Message = Annotated[str, BeforeValidator(printable), StringConstraints(max_length=2000)]


class EscalationIn(Body):
    """A refusal that a council alone can lift, and what its author tells; never a date of birth."""

    entry_id: UUID | None = None
    registration_number: Annotated[Line, Field(max_length=64)] | None = None
    code: Literal["REG_NO_EMAIL", "REG_DOB_MISMATCH"]
    message: Message = ""


class ContactOut(Schema):
    """The council that can correct the entry."""

    code: str
    name: str
    email: str
    phone: str
    site: str


class EscalationStatusOut(Schema):
    """Where a file stands."""

    id: UUID
    reference: str
    code: str
    status: FileStatus
    answer: str
    council: ContactOut | None
    opened_at: datetime
    closed_at: datetime | None


class EscalationOut(EscalationStatusOut):
    """A file that was just opened; `claim` is the secret that lets its author follow it."""

    claim: str
