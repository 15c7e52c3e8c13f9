"""The mails that the embedded server sent, read from the folder where it leaves them."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; `links` are the addresses that stand alone on their line."""

    to: str
    subject: str
    text: str
    links: tuple[str, ...]


class Mailbox:
    """A folder of `.eml` files, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails(self, *, to: str = "") -> tuple[Mail, ...]:
        """Read every mail, or those of one address."""
        files = sorted(self.folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        read = (_read(path) for path in files)
        return tuple(mail for mail in read if not to or to.lower() in mail.to.lower())

    def last_link(self, *, to: str, containing: str = "") -> str | None:
        """Return the link of the newest mail to this address, if it came."""
        links = [link for mail in self.mails(to=to) for link in mail.links if containing in link]
        return links[-1] if links else None


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    lines = (line.strip() for line in text.splitlines())
    links = tuple(line for line in lines if line.startswith(("http://", "https://")) and " " not in line)
    return Mail(str(message["To"] or ""), str(message["Subject"] or ""), text, links)
