"""The window of the screens and the command line of the commands, for what goes through both."""

from __future__ import annotations

from tests.desktop.app.conftest import terminal

__all__ = ["terminal"]
