"""Read text as Windows and Linux write it: UTF-8, with or without its mark, or UTF-16 with one; never by guessing.

A file in the code page of one machine reads differently on the next: it is refused, with a code that says so.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

ENCODING = "FILE_ENCODING"
_MARKS = (
    (codecs.BOM_UTF32_LE, ""),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_MARK = 4


def decode(content: bytes) -> str:
    """Return the text without its mark; raises UnicodeError when it is in none of the encodings above."""
    return content.decode(_encoding_of(content[:_MAX_MARK]))


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """Yield the lines of a pipe as they come, without their ends; raises UnicodeError as `decode` does."""
    if not isinstance(stream, io.BufferedReader):  # what every program is given
        raise TypeError("stream")
    reader = io.TextIOWrapper(stream, encoding=_encoding_of(stream.peek(_MAX_MARK)[:_MAX_MARK]))
    try:
        for line in reader:
            yield line.rstrip("\r\n")
    finally:
        reader.detach()


def _encoding_of(start: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    if not encoding:
        raise UnicodeError("UTF-32")
    return encoding
