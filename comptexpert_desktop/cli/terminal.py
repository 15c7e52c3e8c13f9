"""The one way out to the terminal: whatever a text holds, no terminal obeys it and no line is forged with it."""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

PROGRAM = "comptexpert-desktop"

_UNPRINTABLE = re.compile(r"[^ -~]")
_SPACES = "Zs"
_FIRST_PLANE, _LATIN = 0xFFFF, 0xFF


def plain(text: str) -> str:
    """Write controls, direction marks, invisible letters and halves of letters as escapes, line breaks included."""
    return text if text.isprintable() else _UNPRINTABLE.sub(_escaped, text)


def document(value: object) -> str:
    """Write one JSON document on one line, as valid as before and without a letter that a terminal obeys."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else _UNPRINTABLE.sub(_escaped_in_json, text)


def speak_utf8() -> None:
    """Write UTF-8 whatever the code page of the console or of the pipe."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def show(line: str) -> None:
    """Write one line to stdout."""
    _write(sys.stdout, plain(line))


def show_document(value: object) -> None:
    """Write one JSON document to stdout."""
    _write(sys.stdout, document(value))


def complain(text: str) -> None:
    """Write one line to stderr, with the program's name before it."""
    _write(sys.stderr, f"{PROGRAM}: {plain(text)}")


def _write(stream: TextIO | None, line: str) -> None:
    if stream is not None:  # a program without a console has none
        stream.write(f"{line}\n")
        stream.flush()


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == _SPACES


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if _is_shown(letter):
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code <= _LATIN else f"\\u{code:04x}" if code <= _FIRST_PLANE else f"\\U{code:08x}"


def _escaped_in_json(found: re.Match[str]) -> str:
    letter = found[0]
    if _is_shown(letter):
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
