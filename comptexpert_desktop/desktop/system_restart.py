"""Let an installer of Windows close this window and start it again (Restart Manager); elsewhere nobody does.

The installer asks the window to end as a session that ends does: what was entered is kept, by `logout_handler`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from comptexpert_desktop.desktop import autostart

if sys.platform == "win32":
    import ctypes

if TYPE_CHECKING:
    from comptexpert_desktop.settings import Settings

AFTER_AN_INSTALLATION = 1 | 2 | 8
"""RESTART_NO_CRASH, RESTART_NO_HANG and RESTART_NO_REBOOT: what is left is RESTART_NO_PATCH, an installer's work."""
MAX_LENGTH = 1024
"""RESTART_MAX_CMD_LINE, in characters."""


def register(settings: Settings) -> bool:
    """Say with which options this window is started again; tell whether the system will."""
    words = subprocess.list2cmdline(autostart.kept_options(settings))
    if len(words) >= MAX_LENGTH:
        return False
    return _registered(words)


if sys.platform == "win32":

    def _registered(words: str) -> bool:
        """Tell Windows; it names the program itself."""
        result: int = ctypes.windll.kernel32.RegisterApplicationRestart(ctypes.c_wchar_p(words), AFTER_AN_INSTALLATION)
        return result == 0

else:

    def _registered(_words: str) -> bool:
        """Tell nobody: a window here goes on with its own version, and says that another one is installed."""
        return False
