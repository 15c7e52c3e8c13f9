"""What the parts of the cabinet's screen show, in one value: two equal views need no new drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import firm_rules

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.firm import Expert, FirmPage
    from comptexpert_desktop.usecases.firm.firm import Rights


@dataclass(frozen=True, slots=True)
class View:
    """The page of a cabinet, who looks at it, and whether anything can be changed now."""

    page: FirmPage
    account_id: str
    catalogue: Catalogue | None
    today: date
    why_not: str
    """Why nothing can be changed now; empty when it can."""
    cancelled: frozenset[str]
    """The invitations whose end was asked for here and has not left this machine."""
    rights: Rights
    """What each collaborateur may do now, by account."""

    @property
    def me(self) -> Expert | None:
        """The person's own line in the cabinet."""
        return firm_rules.myself(self.page, account_id=self.account_id)

    @property
    def my_entry(self) -> str:
        """The person's entry in the registry; empty when the cabinet does not name it."""
        return self.me.entry_id if self.me else ""
