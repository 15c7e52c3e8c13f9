"""Keep named views of the review table, sealed in the file of the account: they may name people."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.saved_view import MAX_NAME, MAX_VIEWS, Look, SavedView
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem, SealBroken, VaultError
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Role
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

PREFIX = "views/"
"""Of the names under which they are sealed."""
_UNREADABLE = (VaultError, SealBroken, KeyError, TypeError, ValueError)
_CHANGED = frozenset({Topic.DELEGATIONS})


def every(stores: Stores, *, role: Role) -> tuple[SavedView, ...]:
    """List the views of one side, in the order of their names; none while the vault is out of reach."""
    if stores.account is None:
        return ()
    found: dict[str, SavedView] = {}
    for name in _names(stores.account, role=role):
        with suppress(*_UNREADABLE):
            found |= {view.name.casefold(): view for view in _read(stores.account, name)}
    return tuple(found[name] for name in sorted(found))


def keep(stores: Stores, *, role: Role, view: SavedView) -> Topics:
    """Keep a view in place of the one of the same name; raises InvalidInput."""
    name = " ".join(view.name.split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput([Problem("name", "FIELD_REQUIRED" if not name else "TOO_LONG")])
    file = _signed_in(stores)
    with file.database.transaction():  # another program may save one too
        others = [one for one in every(stores, role=role) if one.name.casefold() != name.casefold()]
        if len(others) >= MAX_VIEWS:
            raise NotAllowed("TOO_MANY_VIEWS")
        _write(file, role=role, views=[*others, SavedView(name, view.look)])
    return _CHANGED


def delete(stores: Stores, *, role: Role, name: str) -> Topics:
    """Forget a view; one that is not there is nothing."""
    file = _signed_in(stores)
    with file.database.transaction():
        _write(file, role=role, views=[one for one in every(stores, role=role) if one.name != name])
    return _CHANGED


def _signed_in(stores: Stores) -> PrivateFile:
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    stores.account.cipher()
    return stores.account


def _names(file: PrivateFile, *, role: Role) -> list[str]:
    """List under which names views of one side are sealed: one, unless they were sealed by other keys meanwhile."""
    first = f"{PREFIX}{role.value}"
    return [name for name in file.secret_names(first) if name == first or name.startswith(f"{first}/")]


def _read(file: PrivateFile, name: str) -> tuple[SavedView, ...]:
    kept = file.secret(name)
    documents: list[dict[str, Any]] = json.loads(kept) if kept else []
    return tuple(SavedView(str(one["name"]), Look(**one["look"])) for one in documents)


def _write(file: PrivateFile, *, role: Role, views: list[SavedView]) -> None:
    """Write all that can be read in one place, and leave what another key sealed where it is: the key may come back."""
    views.sort(key=lambda view: view.name.casefold())
    documents = [{"name": view.name, "look": asdict(view.look)} for view in views]
    first = f"{PREFIX}{role.value}"
    sealed = [name for name in _names(file, role=role) if not _is_readable(file, name)]
    for name in _names(file, role=role):
        if name not in sealed:
            file.delete_secret(name)
    others = (f"{first}/{number}" for number in count(2))
    free = next(name for name in chain([first], others) if name not in sealed)
    file.set_secret(free, json.dumps(documents, ensure_ascii=False))


def _is_readable(file: PrivateFile, name: str) -> bool:
    try:
        _read(file, name)
    except _UNREADABLE:
        return False
    return True
