"""What support needs to help, and nothing of anybody: versions, settings, states, counts, and letters for people.

The document is gathered first and shown whole; what is written afterwards is, to the byte, what was shown.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from comptexpert_desktop import __version__
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.network_check import Step
from comptexpert_desktop.domain.pseudonyms import Pseudonyms
from comptexpert_desktop.domain.redaction import one_line, redact
from comptexpert_desktop.errors import StoreError, VaultError
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.settings.sources import DEFAULTS_FILE, POLICY_FILE
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts
from comptexpert_desktop.usecases.support import network, status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.domain.delegation import Delegation, Party
    from comptexpert_desktop.domain.network_check import Finding
    from comptexpert_desktop.settings import Resolved
    from comptexpert_desktop.usecases.ports import Gateways, Stores

MAX_DELEGATIONS = 200
MAX_LINES = 2_000
"""Of each log: its newest lines."""
LOGS = "logs"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}|[A-Z][A-Z0-9_]{0,39}")
_SHORT_KINDS = frozenset({"bool", "choice", "number"})
_STEP_DATA = ("status", "reason", "issuer", "starts", "ends", "seconds", "version")


def gather(stores: Stores, *, resolved: Mapping[str, Resolved], now: datetime) -> dict[str, Any]:
    """Describe this installation without a name, an address, an identifiant, a token or a path of the person."""
    people = Pseudonyms()
    document: dict[str, Any] = {
        "version": __version__,
        "made_at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "is_packaged": bool(getattr(sys, "frozen", False)),
        "server_url": stores.server_url,
        "settings": _settings(resolved),
    }
    try:
        document |= _state(stores, people=people, now=now)
    except (StoreError, VaultError) as error:
        document |= {"state": {"store": error.code}}
    document["files"] = _files(stores.folder)
    document["logs"] = {path.name: _log(path, people=people) for path in sorted((stores.folder / LOGS).glob("*.log"))}
    return document


def look(gateways: Gateways) -> list[dict[str, str]]:
    """Look at each step between this machine and the server, until one fails."""
    found: list[dict[str, str]] = []
    for step in Step:
        finding = network.check(gateways, step=step)
        found.append(of_finding(finding))
        if not finding.is_ok:
            break
    return found


def of_finding(finding: Finding) -> dict[str, str]:
    """Describe what a step came to."""
    more = {name: str(finding.data[name]) for name in _STEP_DATA if finding.data.get(name)}
    return {"step": finding.step.value, "code": finding.code or "ok"} | more


def text(document: Mapping[str, Any]) -> str:
    """Write the description, a line a fact."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def write(path: Path, content: str) -> None:
    """Write what was shown to a file that only the person can read, whole or not at all; raises OSError."""
    is_plain = not path.exists() or path.is_file()
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft") if is_plain else path
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        if is_plain:
            draft.replace(path)
    finally:
        if is_plain:
            draft.unlink(missing_ok=True)


def _settings(resolved: Mapping[str, Resolved]) -> dict[str, object]:
    """Tell where each setting comes from; its value only when it is one of a few words, or a number."""
    found: dict[str, object] = {}
    for name, one in resolved.items():
        line: dict[str, object] = {"source": one.source, "locked": one.is_locked, "problem": one.problem}
        if name in BY_NAME and BY_NAME[name].kind in _SHORT_KINDS:
            line["value"] = one.value
        found[_shown_name(name)] = line
    return found


def _shown_name(name: str) -> str:
    """Name a setting of ours, or a file of the machine that was refused; what somebody invented is not repeated."""
    is_ours = name in BY_NAME or name == "data_dir" or name in {str(POLICY_FILE), str(DEFAULTS_FILE)}
    return name if is_ours else "another"


def _state(stores: Stores, *, people: Pseudonyms, now: datetime) -> dict[str, object]:
    summary, entries = status.summary(stores), outbox.entries(stores)
    known = [
        {
            "who": people.of([account.account_id, account.login_id]),
            "at_the_desk": account.is_current,
            "held": account.held.value,
            "unsent": account.unsent,
            "used": _age(account.used_at, now=now),
        }
        for account in accounts.saved(stores)
    ]
    if summary.account is not None:
        one = summary.account
        people.of([one.account_id, one.login_id, *_names(one.given_name, one.surname)])
    counted = Counter((people.of([one.account]), one.kind.value, one.status.value, one.code) for one in entries)
    return {
        "state": {
            "signed_in": summary.is_signed_in,
            "session": summary.session_code,
            "vault": summary.vault,
            "in_memory": summary.in_memory,
            "network": summary.network,
            "copies_expired": summary.copies_expired,
            "last_sync": _age(summary.last_sync, now=now),
            "registry": {"people": stores.directory.count(), "made": _age(summary.snapshot_date, now=now)},
            "outbox": [
                {"who": who, "kind": kind, "status": state, "code": _code(code), "count": count}
                for (who, kind, state, code), count in sorted(counted.items())
            ],
        },
        "accounts": known,
        "delegations": _delegations(stores, people=people),
    }


def _delegations(stores: Stores, *, people: Pseudonyms) -> list[dict[str, object]]:
    rows = [
        row
        for role in Role
        for row in delegations.page(stores, query=DelegationQuery(role=role), limit=MAX_DELEGATIONS, offset=0).rows
    ]
    return [_delegation(row.delegation, people=people) for row in rows[:MAX_DELEGATIONS]]


def _delegation(one: Delegation, *, people: Pseudonyms) -> dict[str, object]:
    return {
        "grantor": _letter(one.grantor, people=people),
        "grantee": _letter(one.grantee, people=people),
        "service": _code(one.service),
        "status": one.status.value,
        "effective": one.effective,
        "missing": [_code(one_code) for one_code in one.missing],
        "version": one.version,
    }


def _code(text: str) -> str:
    """Return a code of the server; a text that is none is not repeated, for it may name somebody."""
    return text if not text or _CODE.fullmatch(text) else "another"


def _letter(party: Party, *, people: Pseudonyms) -> str:
    known = (party.account_id, party.login_id, party.entry_id)
    return people.of([*known, *_names(party.given_name, party.surname)])


def _names(given_name: str, surname: str) -> Sequence[str]:
    whole = f"{given_name} {surname}".strip()
    return [whole] if given_name and surname else []


def _age(moment: datetime | None, *, now: datetime) -> str:
    """Say how long ago something was, not when: a date may be somebody's."""
    if moment is None:
        return "never"
    hours = (now - moment).total_seconds() / 3600
    return f"{hours / 24:.0f} days ago" if abs(hours) >= 48 else f"{hours:.1f} hours ago"  # noqa: PLR2004  (two days)


def _files(folder: Path) -> dict[str, dict[str, int]]:
    """Count the files by their kind, and what they take; the name of an account's file is made of who it is."""
    found: dict[str, dict[str, int]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            kind = f"{path.parent.name}/*{path.suffix}" if path.parent != folder else path.name
            kept = found.setdefault(kind, {"count": 0, "bytes": 0})
            kept["count"] += 1
            kept["bytes"] += path.stat().st_size
    return found


def _log(path: Path, *, people: Pseudonyms) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-MAX_LINES:]
    except OSError:
        return []
    return [f"{line[:20]}{redact(people.hide(one_line(line[20:])))}" for line in lines]
