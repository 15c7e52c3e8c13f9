"""What every body of the API has in common: no unexpected member, no control character."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, get_args

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from comptexpert_server.base.text_rules import composed, composed_note

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Body(Schema):
    """A request body; an unexpected member is refused, so that no field can be slipped in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def take_dates_as_text(cls, value: object, info: ValidationInfo) -> object:
        """Refuse a number where a date is meant: seconds since 1970 are nobody's last day."""
        annotation = cls.model_fields[str(info.field_name)].annotation
        is_date = annotation is date or date in get_args(annotation)
        return written_day(value) if is_date and value is not None else value


def written_day(value: object) -> object:
    """Refuse what is not written as a date: pydantic takes digits alone for seconds since 1970."""
    if not (isinstance(value, str) and _ISO_DATE.fullmatch(value.strip())):
        raise PydanticCustomError("date_from_datetime_parsing", "a date is written 2026-12-31")
    return value


def printable(text: object) -> object:
    """Refuse what no reader sees, but ends of lines and tabs; return the text composed (NFC)."""
    return composed(text).strip() if isinstance(text, str) else text


def printable_line(text: object) -> object:
    """Refuse what no reader sees; return the text composed, on one line."""
    return printable(text.replace("\u2028", " ").replace("\u2029", " ")) if isinstance(text, str) else text


def printable_note(text: object) -> object:
    """Refuse what no reader sees; return the text composed, without what is drawn as nothing."""
    return composed_note(text) if isinstance(text, str) else text


def searchable(text: str) -> str:
    """Refuse control characters; what else nobody sees is left out when names are compared."""
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise ValueError("control characters are not allowed")
    return unicodedata.normalize("NFC", text)


Line = Annotated[str, BeforeValidator(printable_line), StringConstraints(max_length=160, pattern=r"^[^\r\n\t]*$")]
"""A short text on one line."""
Query = Annotated[str, StringConstraints(max_length=160, pattern=r"^[^\r\n\t]*$"), AfterValidator(searchable)]
"""What is looked for: it is folded and never kept."""
Note = Annotated[str, BeforeValidator(printable_note), StringConstraints(max_length=500)]
"""A few sentences."""
Code = Annotated[str, StringConstraints(max_length=32, pattern=r"^[a-z0-9_]+$")]
"""A code of the catalogue."""
Day = Annotated[date, BeforeValidator(written_day)]
"""A day in a query."""
