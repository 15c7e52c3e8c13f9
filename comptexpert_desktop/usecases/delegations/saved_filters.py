"""Keep named views of the review table, sealed in the file of the account: they may name people."""

from __future__ import annotations

import json
from dataclasses import asdict
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
_CHANGED = frozenset({Topic.DELEGATIONS})


def every(stores: Stores, *, role: Role) -> tuple[SavedView, ...]:
    """List the views of one side, in the order of their names; none while the vault is out of reach."""
    if stores.account is None:
        return ()
    try:
        return _read(stores.account, role=role)
    except (VaultError, SealBroken, KeyError, TypeError, ValueError):
        return ()


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


def _read(file: PrivateFile, *, role: Role) -> tuple[SavedView, ...]:
    kept = file.secret(f"{PREFIX}{role.value}")
    documents: list[dict[str, Any]] = json.loads(kept) if kept else []
    return tuple(SavedView(str(one["name"]), Look(**one["look"])) for one in documents)


def _write(file: PrivateFile, *, role: Role, views: list[SavedView]) -> None:
    views.sort(key=lambda view: view.name.casefold())
    documents = [{"name": view.name, "look": asdict(view.look)} for view in views]
    file.set_secret(f"{PREFIX}{role.value}", json.dumps(documents, ensure_ascii=False))
