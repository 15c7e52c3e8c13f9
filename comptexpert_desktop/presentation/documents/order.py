"""What a person may export, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.delegation import DelegationQuery, Firm
    from comptexpert_desktop.usecases.documents.register import Verdict


class What(StrEnum):
    """What goes into the file."""

    VIEW = "view"
    LIVE = "live"
    DEADLINES = "deadlines"
    REGISTER = "register"


class Form(StrEnum):
    """The format; the value is the suffix of the file."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    JSON = "json"
    ICS = "ics"


FORMS: dict[What, tuple[Form, ...]] = {
    What.VIEW: (Form.XLSX, Form.CSV, Form.PDF, Form.JSON),
    What.LIVE: (Form.XLSX, Form.CSV, Form.PDF, Form.JSON),
    What.DEADLINES: (Form.ICS, Form.XLSX, Form.CSV, Form.PDF),
    What.REGISTER: (Form.JSON, Form.CSV, Form.XLSX, Form.PDF),
}
"""The formats of each, the most useful first."""


@dataclass(frozen=True, slots=True)
class View:
    """What the table shows now, and how it was narrowed, in words."""

    query: DelegationQuery
    about: str
    chosen: frozenset[str] = frozenset()
    """The ids of the selected lines, where several are; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """One export: the delegations of a query, or the register of a firm."""

    what: What
    form: Form
    query: DelegationQuery | None = None
    firm: Firm | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an export."""

    target: Path
    lines: int = 0
    problem: str = ""
    """EMPTY, GIVEN_UP, NOT_WRITTEN, NO_PROOF; nothing when the file is there."""
    verdict: Verdict | None = None
    """What a register is worth."""
