"""The part of the fake server that says what changed since a cursor, as the real one does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.usecases.ports import SyncPage

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.session import Me


@dataclass
class SyncFake:
    """Each page remembers what it left its account with: the next one holds only what is different from that.

    A cursor of another account, or of the time before a restore, gives everything again.
    """

    _pages: dict[str, dict[str, Delegation]] = field(default_factory=dict)
    """By cursor: what its account has seen."""

    if TYPE_CHECKING:
        delegations: dict[str, Delegation]
        server_epoch: str

        def _signed_in(self, token: str) -> Me: ...

    def sync(self, *, token: str, cursor: str) -> SyncPage | None:
        account_id = self._signed_in(token).account.account_id
        prefix = f"{self.server_epoch}/{account_id}/"
        known = self._pages.get(cursor) if cursor.startswith(prefix) else None
        visible = {
            one.id: one
            for one in self.delegations.values()
            if account_id in (one.grantor.account_id, one.grantee.account_id)
        }
        if known == visible:
            return None
        seen = known or {}
        page = SyncPage(
            cursor=f"{prefix}{len(self._pages)}",
            delegations=tuple(one for one in visible.values() if seen.get(one.id) != one),
            removed=tuple(sorted(seen.keys() - visible.keys())),
            is_full=known is None,
        )
        self._pages[page.cursor] = dict(visible)
        return page
