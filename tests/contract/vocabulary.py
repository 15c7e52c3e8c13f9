"""Write the enumerations of the application from the vocabulary of the API's document.

    python -m tests.contract.vocabulary > comptexpert_desktop/domain/vocabulary.py

`dev.py docs` runs it after the export of the document, and `test_vocabulary.py` compares.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HEAD = '''"""What the server calls things: written from `docs/api/openapi.json` by `dev.py docs`, never by hand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final
'''
ENUMERATIONS = (
    ("Status", "Where a delegation stands on the server.", "delegation", "statuses"),
    (
        "Action",
        "What a person may do to a delegation; the value is the last part of the API's path.",
        "delegation",
        "actions",
    ),
    ("AbsenceStatus", "Where an absence stands.", "absence", "statuses"),
)


def read_vocabulary() -> dict[str, Any]:
    """Return the vocabulary of the exported document."""
    document = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text("utf-8"))
    found: dict[str, Any] = document["x-vocabulary"]
    return found


def write_module(words: dict[str, Any]) -> str:
    """Return the module that holds the words of a vocabulary."""
    parts = [HEAD]
    for name, sentence, subject, member in ENUMERATIONS:
        members = "\n".join(f'    {value.upper()} = "{value}"' for value in words[subject][member])
        parts.append(f'\nclass {name}(StrEnum):\n    """{sentence}"""\n\n{members}\n')
    parts.append(f"\n{_starts_from(words)}\n")
    codes = "\n".join(f'        "{code}",' for code in words["codes"])
    parts.append(
        f"CODES: Final = frozenset(\n    [\n{codes}\n    ]\n)\n"
        '"""With what the server refuses; what only this application says is not among them."""\n'
    )
    return "\n".join(parts)


def _starts_from(words: dict[str, Any]) -> str:
    delegation = words["delegation"]
    lines = []
    for action in delegation["actions"]:
        reached = {found["status"] for found in delegation["transitions"] if found["action"] == action}
        statuses = ", ".join(f"Status.{status}" for status in delegation["statuses"] if status in reached)
        lines.append(f"    Action.{action.upper()}: frozenset([{statuses}]),")
    table = "\n".join(lines)
    return (
        f"STARTS_FROM: Final[dict[Action, frozenset[Status]]] = {{\n{table}\n}}\n"
        '"""From where each action may be done, by whom is left to the rules."""'
    )


if __name__ == "__main__":
    sys.stdout.write(write_module(read_vocabulary()))
