"""The guide for people, cut into one part a screen: plain text, read without a network."""

from __future__ import annotations

import re
from dataclasses import dataclass

EXPERT, STAFF = "expert-comptable", "collaborateur"
"""The files of the two guides that the window shows."""
_MARK = re.compile(r"<!-- écran: ([a-z-]+) -->")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SET_APART = re.compile(r"[`*]")
_BREAKABLE = re.compile(r" (?=[:;?!»])|(?<=«) |(?<=\d) (?=jours|heures|caractères)")


@dataclass(frozen=True, slots=True)
class Part:
    """What the guide says of one screen."""

    screen: str
    """The key of the screen; empty for a part about none."""
    title: str
    paragraphs: tuple[str, ...]
    """Those that begin with « • » are items of a list."""


def parts(text: str) -> tuple[Part, ...]:
    """Read the parts of a guide; pictures are left out."""
    _head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    return tuple(_part(section) for section in sections)


def part_of(found: tuple[Part, ...], screen: str) -> Part:
    """Return the part about a screen; the first one where none is."""
    return next((part for part in found if part.screen == screen), found[0])


def _part(section: str) -> Part:
    title, _line, body = section.partition("\n")
    mark = _MARK.search(body)
    blocks = re.split(r"\n\s*\n", _MARK.sub("", body).strip())
    paragraphs = [line for block in blocks if not block.startswith("![") for line in _lines(block)]
    return Part(mark.group(1) if mark else "", title.strip(), tuple(paragraphs))


def _lines(block: str) -> list[str]:
    """Return a paragraph, or the items of a list, each on one line."""
    items = re.split(r"^- ", block, flags=re.MULTILINE)
    plain = [_SET_APART.sub("", _LINK.sub(r"\1", " ".join(item.split()))) for item in items]
    first, *others = [_BREAKABLE.sub("\u00a0", item) for item in plain]
    return [*([first] if first else []), *(f"• {item}" for item in others)]
