"""The bodies of the registry's operations: never a date of birth or an e-mail."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from comptexpert_server.web.schemas import Body, Code, Line, Query


class SearchIn(Body):
    """What was typed, and the profile whose list is searched."""

    q: Query
    profile: Code
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class LookupIn(Body):
    """A registration number as it was typed."""

    registration_number: Annotated[Line, Field(max_length=64)]
    profile: Code


class EntryOut(Schema):
    """One person, public fields only."""

    entry_id: UUID
    surname: str
    given_name: str
    town: str
    council: str
    list: str


class SearchOut(Schema):
    """The first people found."""

    items: list[EntryOut]


class FirmRefOut(Schema):
    """A cabinet of the entry."""

    id: UUID
    siren: str
    name: str


class EntryWithFirmsOut(EntryOut):
    """One person and the cabinets where delegations can be asked."""

    firms: list[FirmRefOut]


class CouncilOut(Schema):
    """A Conseil régional de l'Ordre and how to reach it."""

    code: str
    name: str
    departments: list[str]
    email: str
    phone: str
    site: str
    former_names: list[str]


class CouncilsOut(Schema):
    """All councils, versioned."""

    version: str
    councils: list[CouncilOut]


class ManifestOut(Schema):
    """What a snapshot file holds, signed."""

    version: int
    base_version: int | None
    generated_at: str
    entries: int
    size: int
    sha256: str
    url: str
    fold_version: int
    content_digest: str
    signature: str
