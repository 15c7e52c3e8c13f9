"""The door through which queued mails leave: SMTP, or a folder with one file a mail."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpDoor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class MailDoor(BaseEmailBackend):
    """Deliver by the address in COMPTEXPERT_EMAIL_URL."""

    def __init__(self, *, fail_silently: bool = False, **options: object) -> None:
        super().__init__(fail_silently=fail_silently)
        del options
        parts = urlsplit(settings.EMAIL_URL)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._smtp: SmtpDoor | None = None
        if parts.scheme in {"smtp", "smtps"}:
            self._smtp = SmtpDoor(
                host=parts.hostname or "localhost",
                port=parts.port or 25,
                username=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                use_ssl=parts.scheme == "smtps",
                timeout=20,
            )
        if self._folder is None and self._smtp is None:
            raise ValueError("COMPTEXPERT_EMAIL_URL must be smtp://, smtps:// or file:///")

    def open(self) -> bool | None:
        """Connect, where there is something to connect to."""
        return self._smtp.open() if self._smtp else None

    def close(self) -> None:
        """Hang up."""
        if self._smtp:
            self._smtp.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Deliver; raise when one cannot be, so that it is tried again."""
        if self._smtp:
            return self._smtp.send_messages(email_messages) or 0
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        """Write one file, whole or not at all, readable by its owner alone."""
        assert self._folder is not None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(12)
        draft = self._folder / f".{name}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.message().as_bytes())
        draft.replace(self._folder / f"{name}.eml")
