"""Handing mails over: to an SMTP relay, or to a folder with one file a mail."""

from __future__ import annotations

import contextlib
import os
import secrets
import smtplib
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from comptexpert_server.base.durable_folder import make_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage

TIMEOUT = 20
"""Seconds for each exchange with the relay."""
ANSWERED = 250
PERMANENT = range(500, 600)


class Cause(Enum):
    """Whose fault it is that a mail did not leave."""

    AWAY = "away"
    """Nobody answers, or nobody lets us in: it costs no mail a try."""
    BROKEN = "broken"
    """The exchange broke off: perhaps by this mail, perhaps not."""
    LATER = "later"
    """The relay asks to try this mail again later."""
    REFUSED = "refused"
    """The relay refuses this mail for good."""


class NotHandedOverError(Exception):
    """A mail that the relay did not take; `fault` names why without quoting anybody."""

    def __init__(self, cause: Cause, *, fault: str) -> None:
        super().__init__(fault)
        self.cause = cause
        self.fault = fault


class RelayBackend(BaseEmailBackend):
    """Deliver by the address in COMPTEXPERT_EMAIL_URL."""

    def __init__(self, *, fail_silently: bool = False, **options: object) -> None:
        super().__init__(fail_silently=fail_silently)
        del options
        parts = urlsplit(settings.EMAIL_URL)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._smtp: SmtpBackend | None = None
        if parts.scheme in {"smtp", "smtps"}:
            self._smtp = SmtpBackend(
                host=parts.hostname or "localhost",
                port=parts.port or 25,
                username=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                use_ssl=parts.scheme == "smtps",
                timeout=TIMEOUT,
            )
        if self._folder is None and self._smtp is None:
            raise ValueError("COMPTEXPERT_EMAIL_URL must be smtp://, smtps:// or file:///")

    def open(self) -> bool | None:
        """Connect, where there is something to connect to."""
        return self._smtp.open() if self._smtp else None

    def close(self) -> None:
        """Hang up."""
        if self._smtp:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Deliver; raise when one cannot be, so that it is tried again."""
        if self._smtp:
            return self._smtp.send_messages(email_messages) or 0
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def hand_over(self, message: EmailMessage) -> None:
        """Deliver one mail; raise NotHandedOverError when the relay does not take it.

        What is wrong with the mail itself comes out as it is: no relay is blamed for it.
        """
        message.message()
        self._connect()
        try:
            self.send_messages([message])
        except smtplib.SMTPRecipientsRefused as refusal:
            replies = [code for code, _words in refusal.recipients.values()]
            raise _refused(replies[0] if replies else 0) from None
        except smtplib.SMTPDataError as refusal:
            raise _refused(refusal.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise  # an address that this relay cannot even be told
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise NotHandedOverError(Cause.BROKEN, fault=_name(fault)) from None

    def _connect(self) -> None:
        """Have a connection that answers: relays hang up after some mails, or some time."""
        smtp = self._smtp
        if smtp is None:
            return
        try:
            if smtp.connection is not None and not _answers(smtp.connection):
                self._drop()
            self.open()
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise NotHandedOverError(Cause.AWAY, fault=_name(fault)) from None

    def _drop(self) -> None:
        """Leave a connection that failed; how it ends no longer matters."""
        smtp = self._smtp
        if smtp is not None and smtp.connection is not None:
            connection, smtp.connection = smtp.connection, None
            connection.close()

    def _write(self, message: EmailMessage) -> None:
        """Write one file, whole and on the disk or not at all, readable by its owner alone."""
        assert self._folder is not None
        make_folder(self._folder)
        name = secrets.token_hex(12)
        draft = self._folder / f".{name}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.message().as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / f"{name}.eml")
        sync_folder(self._folder)


def _refused(code: int) -> NotHandedOverError:
    cause = Cause.REFUSED if code in PERMANENT else Cause.LATER
    return NotHandedOverError(cause, fault=f"SMTP {code}")


def _answers(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == ANSWERED
    except (smtplib.SMTPException, OSError):
        return False


def _name(fault: Exception) -> str:
    """Name a fault with the code of the relay, never with its words: they quote addresses."""
    return f"{type(fault).__name__} {getattr(fault, 'smtp_code', '')}".strip()
