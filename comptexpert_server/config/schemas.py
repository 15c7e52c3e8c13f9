"""What every body of the API has in common: no unexpected member, no control character."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints


class Body(Schema):
    """A request body; an unexpected member is refused, so that no field can be slipped in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def printable(text: str) -> str:
    """Refuse control characters but ends of lines and tabs; give the text composed (NFC)."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" for character in text):
        raise ValueError("control characters are not allowed")
    return unicodedata.normalize("NFC", text)


Line = Annotated[str, StringConstraints(max_length=160, pattern=r"^[^\r\n\t]*$"), AfterValidator(printable)]
"""A short text on one line."""
Note = Annotated[str, StringConstraints(max_length=500), AfterValidator(printable)]
"""A few sentences."""
Code = Annotated[str, StringConstraints(max_length=32, pattern=r"^[a-z0-9_]+$")]
"""A code of the catalogue."""
