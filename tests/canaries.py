"""Texts that mean something to an interpreter, and every field in which somebody may write one.

A canary is written into each text field and followed to each output: it arrives as itself, or it is refused by rule.
The fields come from the OpenAPI document and from the columns of the registry's import, so that a new one is covered by
itself. Both halves of the project use these: neither imports anything here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "api" / "openapi.json"

CANARIES: dict[str, str] = {
    "template sum": "{{ 41|add:1 }}",
    "template comment": "{% comment %}",
    "template include": '{% include "mail/reset.txt" with link="https://hameconnage.example/x" %}',
    "template half": "{% x",
    "format": "%(name)s {0} {name!r} %n ${HOME} $(id)",
    "formula": '=HYPERLINK("https://hameconnage.example";"ici")',
    "formula plus": "+33 6 12 34 56 78",
    "formula minus": "-2+3+cmd|' /C calc'!A1",
    "formula at": "@SUM(1+1)*cmd",
    "formula full width": "\uff1dSUM(1)",
    "workbook xml": "<r><t>a</t></r></si><si><r><t>b</t></r>",
    "workbook escape": "_x000D_ _x0041_",
    "workbook end": "<r></r></si></sst>",
    "html": '<b>gras</b><script>alert(1)</script><img src="x" onerror="alert(1)">',
    "html entity": "&lt;i&gt; &amp; &#x202e;",
    "html attribute": "\"' onmouseover='alert(1)",
    "link": "https://hameconnage.example/compte",
    "link markup": "[ici](https://hameconnage.example) <a href='https://hameconnage.example'>ici</a>",
    "csv": '";"suite,fin\t',
    "sql": "'; DROP TABLE accounts_account; --",
    "json": '{"a": [1, null]}\\u0041',
    "calendar": "Fin;END:VEVENT,BEGIN:VALARM\\nX",
    "mnemonic": "&Fichier && _Suite",
    "pdf": "(texte) \\( /JS (app.alert(1)) >> endobj",
    "accents": "L’été d’Œdipe, n° 4 — « à l’Île »",
    "far": "日本語 العربية עברית Ελληνικά Кириллица",
    "emoji": "👩\u200d💻 👍🏽",
}
"""On one line, without anything invisible: no rule refuses them in a sentence."""

LINES: dict[str, str] = {
    "mail header": "Bonjour\r\nBcc: victime@hameconnage.example",
    "link alone": "Bonjour\n\nhttps://hameconnage.example/compte\n\nMerci",
    "mail end": "Bonjour\n.\nMAIL FROM:<a@hameconnage.example>",
    "calendar lines": "Fin\nEND:VEVENT\nBEGIN:VEVENT",
    "separators": "un\u2028https://hameconnage.example/compte\u2029deux",
}
"""On several lines: taken where several lines are, and never able to pass for lines of ours."""

INVISIBLE: dict[str, str] = {
    "turned": "moc.elpmaxe\u202e.suite",
    "isolate": "un\u2067deux\u2069trois",
    "mark": "un\u200fdeux",
    "tag": "un\U000e0041deux",
    "private": "un\ue000deux",
    "escape": "un\x1b[2Jdeux",
    "control sequence": "un\x9b31mdeux",
    "nul": "un\x00deux",
    "bell": "un\x07deux",
    "backspace": "un\x08deux",
    "surrogate": "un\ud800deux",
}
"""What no reader sees, and what turns or erases the text around it: refused everywhere."""

BLANKS: dict[str, str] = {
    "hangul filler": "un\u3164deux",
    "hangul filler, half": "un\uffa0deux",
    "hangul choseong filler": "un\u115fdeux",
    "braille blank": "un\u2800deux",
    "line separator": "un\u2028deux",
    "paragraph separator": "un\u2029deux",
    "stacked marks": "un" + "\u0301" * 40 + "deux",
    "zero width": "un\u200bdeux",
    "soft hyphen": "un\u00addeux",
    "variation": "un\ufe0fdeux",
    "grapheme joiner": "un\u034fdeux",
}
"""What looks like nothing, or piles up: refused in a name."""


@dataclass(frozen=True)
class Field:
    """One place of a request in which a text may stand."""

    operation: str
    path: tuple[str, ...]
    limit: int | None
    pattern: str
    is_listed: bool
    """Whether it takes a few codes only, or has a form of its own: a UUID, a date."""

    @property
    def name(self) -> str:
        """Return what a table calls the field."""
        return f"{self.operation} {'.'.join(self.path)}"


def document() -> dict[str, Any]:
    """Read the OpenAPI document."""
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return found


def text_fields(openapi: dict[str, Any]) -> list[Field]:
    """List every string of every request body and query, in the order of the document."""
    return [
        field
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
        for field in _of_operation(openapi, f"{method.upper()} {path}", operation)
    ]


def put(body: Any, path: tuple[str, ...], text: str) -> Any:
    """Return a copy of a body with a text at a path; `*` stands for the first of a list."""
    if not path:
        return text
    first, *rest = path
    if first == "*":
        items = list(body or [None])
        return [put(items[0], tuple(rest), text), *items[1:]]
    members = dict(body or {})
    return members | {first: put(members.get(first), tuple(rest), text)}


def _of_operation(openapi: dict[str, Any], name: str, operation: dict[str, Any]) -> Iterator[Field]:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            yield from _strings(openapi, name, ("?", parameter["name"]), parameter["schema"])
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if "json" in kind:
            yield from _strings(openapi, name, (), content["schema"])
        else:
            yield Field(operation=name, path=(kind,), limit=None, pattern="", is_listed=False)


def _strings(openapi: dict[str, Any], name: str, path: tuple[str, ...], schema: dict[str, Any]) -> Iterator[Field]:
    if "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _strings(openapi, name, path, choice)
    for member, inner in schema.get("properties", {}).items():
        yield from _strings(openapi, name, (*path, member), inner)
    if "items" in schema:
        yield from _strings(openapi, name, (*path, "*"), schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _strings(openapi, name, (*path, "{}"), schema["additionalProperties"])
    if schema.get("type") == "string":
        yield Field(
            operation=name,
            path=path,
            limit=schema.get("maxLength"),
            pattern=schema.get("pattern", ""),
            is_listed="enum" in schema or "const" in schema or schema.get("format") in {"uuid", "date", "date-time"},
        )
