"""Mails that Django or a library sends by itself: queued as text, like ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail.backends.base import BaseEmailBackend

from comptexpert_server.mail.outgoing import Kind, Mail, queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class QueueingBackend(BaseEmailBackend):
    """Queue each message, one mail a recipient; the worker sends it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue messages; return their number."""
        for message in email_messages:
            for recipient in message.recipients():
                queue(Mail(kind=Kind.OTHER, to=recipient, subject=str(message.subject), text=str(message.body)))
        return len(email_messages)
