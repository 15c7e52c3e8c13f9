"""The form of our letters: a greeting, what there is to say, at most one link on a line of its own, a last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from comptexpert_server.mail.outgoing import Mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_server.mail.outgoing import Kind

GREETING = "Bonjour,"
LAST_LINE = "Ce message est envoyé automatiquement."


def letter(*, kind: Kind, to: str, subject: str, lines: Sequence[str], path: str = "") -> Mail:
    """Return a letter; `path` is the page of the server that its link opens, empty for a letter without a link."""
    link = settings.PUBLIC_URL + path if path else ""
    text = "\n".join([GREETING, "", *lines, "", *([link, ""] if link else []), LAST_LINE, ""])
    return Mail(kind=kind, to=to, subject=subject, text=text, link=link)
