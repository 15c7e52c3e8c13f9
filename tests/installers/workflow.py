"""Read the part of YAML that our workflows are written in, and refuse the rest; no library of it is among ours."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?: +(?P<value>.*))?")


class Line(NamedTuple):
    number: int
    indent: int
    text: str


class Reader:
    """Reads lines one after the other."""

    def __init__(self, text: str) -> None:
        self._raw = text.split("\n")
        self._place = 0

    def document(self) -> Any:
        found = self._block(0)
        assert self._peek() is None, f"line {self._place + 1} stands too far left"
        return found

    def _peek(self) -> Line | None:
        while self._place < len(self._raw):
            raw = self._raw[self._place]
            text = raw.strip()
            assert "\t" not in raw, f"line {self._place + 1} has a tab"
            if text and not text.startswith("#"):
                return Line(self._place, len(raw) - len(raw.lstrip(" ")), text)
            self._place += 1
        return None

    def _block(self, indent: int) -> Any:
        line = self._peek()
        assert line is not None
        assert line.indent == indent, f"line {line.number + 1} is indented by {line.indent}, not {indent}"
        return self._list(indent) if line.text.startswith("- ") else self._mapping(indent)

    def _list(self, indent: int) -> list[Any]:
        found = []
        while (line := self._peek()) is not None and line.indent == indent and line.text.startswith("- "):
            self._raw[line.number] = " " * (indent + 2) + line.text[2:]
            found.append(self._mapping(indent + 2))
        return found

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self._peek()) is not None and line.indent == indent and not line.text.startswith("- "):
            match = _KEY.fullmatch(line.text)
            assert match is not None, f"line {line.number + 1}: {line.text}"
            assert match["key"] not in found, f"line {line.number + 1}: {match['key']} twice"
            self._place += 1
            found[match["key"]] = self._value(match["value"] or "", indent)
        return found

    def _value(self, text: str, indent: int) -> Any:
        if text == "|":
            return self._words(indent)
        if text:
            return _scalar(text)
        line = self._peek()
        return self._block(line.indent) if line is not None and line.indent > indent else None

    def _words(self, indent: int) -> str:
        lines = []
        while self._place < len(self._raw):
            raw = self._raw[self._place]
            if raw.strip() and len(raw) - len(raw.lstrip(" ")) <= indent:
                break
            lines.append(raw[indent + 2 :])
            self._place += 1
        return "\n".join(lines).strip("\n") + "\n"


def _scalar(text: str) -> Any:
    bare = text.split(" #", 1)[0].strip()
    if bare[:1] in {'"', "["}:
        return json.loads(bare)
    assert bare[:1] not in {"'", "&", "*", "{", ">", "%", "@", "`"}, text
    assert ": " not in bare, text
    return {"true": True, "false": False}.get(bare, int(bare) if bare.isdecimal() else bare)
