"""What text of outside becomes in a mail: itself, on one line or quoted, and never a header or a line of ours."""

from __future__ import annotations

import html
import re
import unicodedata

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the text around them."""
_LINE_ENDS = frozenset({"Zl", "Zp"})
_UNSENDABLE = frozenset({"Cc", "Cs"})


def one_line(text: str) -> str:
    """Return a text as one line: ends of lines and controls become spaces, marks that turn text are left out."""
    kept = (" " if _breaks(letter) else letter for letter in text if letter not in BIDI)
    return " ".join(part for part in "".join(kept).split(" ") if part)


def quoted(text: str) -> list[str]:
    """Return what a person wrote as lines that nobody takes for ours: each begins with `> `."""
    return [f"> {line}".rstrip() for line in _lines(text)]


def said(label: str, text: str) -> list[str]:
    """Return a label and what a person wrote: between « » when it is one line, else quoted line by line."""
    lines = _lines(text)
    if len(lines) == 1:
        return [f"{label}\u00a0: «\u00a0{lines[0]}\u00a0»"]
    return [f"{label}\u00a0:", *quoted(text)]


def _lines(text: str) -> list[str]:
    for end in ("\r\n", "\r", "\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\x1d", "\x1e"):
        text = text.replace(end, "\n")
    return [one_line(line) for line in text.strip("\n").split("\n")]


def _breaks(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category in _LINE_ENDS or category in _UNSENDABLE


def as_html(text: str, *, link: str = "") -> str:
    """Return the HTML part of a mail: its text, escaped line by line, and its link if any; nothing else is a link."""
    parts: list[str] = []
    for block in re.split("\n{2,}", text.strip("\n")):
        if link and block == link:
            parts.append(
                f'<p style="margin:24px 0"><a href="{html.escape(link)}" style="background:#1f4e8c;color:#ffffff;'
                'padding:10px 18px;border-radius:6px;text-decoration:none">Ouvrir</a></p>'
                f'<p style="color:#5a6472;font-size:13px">{html.escape(link)}</p>'
            )
            continue
        parts.append(f"<p>{'<br>'.join(html.escape(line) for line in block.split(chr(10)))}</p>")
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Comptexpert</title></head>'
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#14181f;max-width:38em;margin:24px">'
        f"{''.join(parts)}</body></html>"
    )
