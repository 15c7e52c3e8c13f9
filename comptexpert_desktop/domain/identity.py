"""Whom one decides about: the other party of a delegation, as the server knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from comptexpert_desktop.domain.codec import document


@document
@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody of the firm who may be taken for the person."""

    name: str
    login_id: str = ""
    likeness: str = "close"
    """`same` for a homonym, `close` for a like-looking name."""


@document
@dataclass(frozen=True, slots=True)
class Identity:
    """The other party of a delegation; what is not known is empty."""

    login_id: str = ""
    given_name: str = ""
    surname: str = ""
    profile: str = ""
    masked_email: str = ""
    role: Literal["grantor", "staff", "none"] = "none"
    """What they are in the firm."""
    since: datetime | None = None
    """Since when they are staff of the firm."""
    earlier: int = 0
    """How many other requests and rights there were between the grantee and the firm."""
    is_first_high_risk: bool = False
    """Whether the firm never gave the grantee a right of high risk before."""
    alike: tuple[Alike, ...] = ()
