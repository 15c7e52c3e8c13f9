"""The worker that the campaign kills: the real queue, in a process of its own, until nothing is due."""

from __future__ import annotations

import os

import django


def main() -> None:
    """Send what is due."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptexpert_server.config.settings")
    django.setup()
    from comptexpert_server.mail.queue import send_round  # after the set-up of Django

    send_round()


if __name__ == "__main__":
    main()
