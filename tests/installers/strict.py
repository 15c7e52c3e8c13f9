"""Read what `self-check --json` says on stdin, and end with status 1 when more fails than may: `strict.py server vault`."""

from __future__ import annotations

import json
import sys

NAMES = {"policy", "store", "vault", "qt", "tls", "server", "clock"}


def more_than(may_fail: set[str], text: str) -> list[str]:
    """List what fails and may not, and what was not looked at."""
    checks = {one["check"]: one for one in json.loads(text)}
    failed = [f"{name}: {one['detail']}" for name, one in checks.items() if not one["ok"] and name not in may_fail]
    return failed + [f"{name}: not looked at" for name in sorted(NAMES - set(checks))]


if __name__ == "__main__":
    sys.exit("\n".join(more_than(set(sys.argv[1:]), sys.stdin.read())) or 0)
