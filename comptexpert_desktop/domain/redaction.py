"""Take out of a text whatever could name somebody or open something: a net below those who write no such thing."""

from __future__ import annotations

import re

_PATTERNS = (
    (re.compile(r"(?i)\b(pass(?:word|wd)|mot de passe|secret|token)(\s*[=:]\s*)[^\s&,;]+"), r"\1\2<secret>"),
    (re.compile(r"(?i)(?<=[/\\])(home|users|utilisateurs)([/\\])[^\s/\\:]+"), r"\1\2<person>"),
    (re.compile(r"(?<![\w.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b(?!\.\d)"), "<address>"),
    (re.compile(r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}(?![\w:])"), "<address>"),
    (re.compile(r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])"), "<address>"),
    (re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+@"), "<secret>@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<mail>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d\d[/.-]\d\d[/.-](?:19|20)\d\d\b"), "<date>"),
    (re.compile(r"(?i)\b(?:bearer|basic)\s+\S+"), "<secret>"),
    (re.compile(r"\beyJ[\w-]+(?:\.[\w-]+)*"), "<secret>"),
    (re.compile(r"(?:\+|\b)\d(?:[\s\u00a0\u202f.-]?\d){7,}\b"), "<number>"),
    (re.compile(r"(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w/.-])"), "<secret>"),
)


def redact(text: str) -> str:
    """Return a text without addresses, dates, numbers of people, identifiers, tokens or passwords in addresses."""
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def one_line(text: str) -> str:
    """Put a text on one line that no terminal obeys."""
    return "".join(one if one.isprintable() else " " for one in text)
