"""What happens to accounts, for the rooms above that hold something of a person."""

from __future__ import annotations

from django.dispatch import Signal

account_erased = Signal()
"""An account is being closed, in this transaction: `account`, `entry` (None outside the registry) and `mentions` are
given, as they were; whoever keeps a free text about them empties it, and replaces what names them in others."""
