"""What each kind of setting takes, in its one form; anything else raises InvalidInput."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.settings.addresses import proxy_address, server_address

if TYPE_CHECKING:
    from collections.abc import Callable

Value = str | bool | int | tuple[str, ...]

MAX_TEXT = 200
USER_PLACE = "${user}"
"""Stands for the name of the person's account in a folder."""

_KEY_BYTES = 32
_SCRIPT = re.compile(r"file:///[^\s?#]+|https?://[^\s/@?#]+(?:/[^\s@#]*)?")
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}", re.ASCII)


def refused() -> InvalidInput:
    """Make the error of a value that means nothing; whoever knows the setting names it."""
    return InvalidInput([Problem("", "INVALID_INPUT")])


def choice(*choices: str) -> Callable[[object], Value]:
    """Take one of a few words."""

    def parse(value: object) -> Value:
        if isinstance(value, str) and value in choices:
            return value
        raise refused()

    return parse


def yes_or_no(value: object) -> Value:
    """Take yes or no; the registry of Windows has no other truth than 1 and 0."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise refused()


def number(minimum: int, maximum: int) -> Callable[[object], Value]:
    """Take a whole number between two others."""

    def parse(value: object) -> Value:
        if isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum:
            return value
        raise refused()

    return parse


def address(value: object) -> str:
    """Take the address of a server."""
    return server_address(value if isinstance(value, str) else "")


def optional_address(value: object) -> Value:
    """Take the address of a server, or nothing."""
    return "" if value == "" else address(value)


def proxy(value: object) -> Value:
    """Take the address of a proxy, or nothing."""
    return proxy_address(value) if isinstance(value, str) and value else ""


def script_address(value: object) -> Value:
    """Take the address of a proxy script, in http, in https or as a file, or nothing."""
    if value == "":
        return ""
    if isinstance(value, str) and value.isprintable() and len(value) <= MAX_TEXT and _SCRIPT.fullmatch(value.strip()):
        return value.strip()
    raise refused()


def plain_text(value: object) -> Value:
    """Take a short text of one line."""
    if isinstance(value, str) and value.isprintable() and len(value) <= MAX_TEXT:
        return value.strip()
    raise refused()


def filled_text(value: object) -> str:
    """Take a short text of one line that is not empty."""
    text = plain_text(value)
    if not isinstance(text, str) or not text:
        raise refused()
    return text


def file(value: object) -> Value:
    """Take the whole path of a file, or nothing."""
    if isinstance(value, str) and value.isprintable() and (not value or Path(value).is_absolute()):
        return value
    raise refused()


def folder(value: object) -> Value:
    """Take the whole path of a folder, or one below a home, or nothing; `${user}` is the account's name."""
    if isinstance(value, str) and value.isprintable():
        is_whole = value.startswith("~/") or Path(value).is_absolute()
        if not value or (is_whole and "$" not in value.replace(USER_PLACE, "")):
            return value
    raise refused()


def signing_key(value: object) -> Value:
    """Take an Ed25519 public key in base64, or nothing."""
    if value == "":
        return ""
    try:
        key = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise refused()
    return base64.b64encode(key).decode("ascii")


def version(value: object) -> Value:
    """Take a version, or nothing."""
    if isinstance(value, str) and (not value or _VERSION.fullmatch(value)):
        return value
    raise refused()


def is_older(installed: str, *, than: str) -> bool:
    """Tell whether a version comes before another: 1.2 and 1.2.0 are the same."""
    return _numbers(installed) < _numbers(than)


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
