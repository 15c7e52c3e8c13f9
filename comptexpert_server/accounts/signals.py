"""What other rooms may want to hear of accounts."""

from __future__ import annotations

from django.dispatch import Signal

account_activated = Signal()
"""Sent inside the transaction of the activation, with `account` and `now`."""
