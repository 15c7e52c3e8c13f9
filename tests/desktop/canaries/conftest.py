"""The window of the screens and the command line of the commands, for what goes through both."""

from __future__ import annotations

from tests.desktop.app.conftest import terminal
from tests.desktop.ui.conftest import app_kit

__all__ = ["app_kit", "terminal"]
