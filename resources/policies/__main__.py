"""Write the policy templates again, after a change of the declaration of the settings."""

from __future__ import annotations

import sys
from pathlib import Path

from resources.policies.templates import every

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Write each file beside this one."""
    for name, text in every().items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.relative_to(FOLDER)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
