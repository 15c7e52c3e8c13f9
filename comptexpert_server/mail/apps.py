"""Mail: the one place where mails are written, their queue, and what a person may receive in a day."""

from __future__ import annotations

from django.apps import AppConfig


class MailApp(AppConfig):
    """Mail: writing, queue and limits."""

    name = "comptexpert_server.mail"
    label = "mail"
    verbose_name = "Courriers"
