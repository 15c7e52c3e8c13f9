"""What the board of rights reads in one go on the store worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.rights_board import Board, board
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.rights import words
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.sync import cache_expiry

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.rights_board import BoardRight
    from comptexpert_desktop.usecases.ports import Stores

_ALL = 1_000_000
_EMPTY = Board((), (), {})


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of one cabinet, and the cabinets whose board can be shown."""

    is_signed_in: bool
    firms: tuple[Firm, ...]
    firm_id: str
    board: Board
    rights: tuple[BoardRight, ...]
    labels: Labels
    as_of: datetime | None


def read(stores: Stores, *, firm_id: str, today: date) -> BoardView:
    """Read the board of a cabinet for which the person grants; of their first one when none of theirs is named."""
    me = session.current(stores)
    labels = Labels(catalogue.current(stores))
    firms = tuple(firm for firm in (me.firms if me else ()) if firm.role == "grantor")
    if not firms:
        return BoardView(me is not None, (), "", _EMPTY, (), labels, None)
    chosen = next((firm for firm in firms if firm.id == firm_id), firms[0])
    query = DelegationQuery(role=Role.GRANTOR)
    rows = delegations.stretch(stores, query=query, limit=_ALL, offset=0)
    found = board(rows, firm_id=chosen.id, day=today)
    ordered = words.ordered(found, labels=labels)
    return BoardView(True, firms, chosen.id, found, ordered, labels, cache_expiry.last_contact(stores))
