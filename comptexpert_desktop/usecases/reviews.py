"""The yearly review: read it, choose answers on this machine, send them two hundred a call, under keys that stay.

An answer is on disk before it leaves. When the server's word is lost, the same key goes again and gets the first word;
nothing here says that a right is kept or ended until the server has said so.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.clock import from_text, to_text
from comptexpert_desktop.domain.exchange import Call
from comptexpert_desktop.domain.review import MOST_ANSWERS, Answer, Chosen, current_of, why_not
from comptexpert_desktop.domain.review_documents import read_review_page, write_review_page
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, StoreDamaged, VaultError
from comptexpert_desktop.store import reviews as store
from comptexpert_desktop.usecases import catalogue, firm, session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.review import ReviewItem, ReviewPage, Told
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.usecases.ports import Doors, Stores

_PREFIX = "review/"
_IN_FLIGHT = "KEY_IN_FLIGHT"
"""The server is still answering the first call of this key: it is asked again later."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A firm and the review to show of it; None when it never had one."""

    firm: FirmPage
    review: ReviewPage | None


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Who is signed in, the firms for which he grants, and what is known here of the review of one."""

    me: Me | None
    firms: tuple[Firm, ...]
    firm_id: str
    catalogue: Catalogue | None
    page: ReviewPage | None
    read_at: datetime | None
    """When the server last told the page, or that there is none; None when it never did."""
    chosen: Mapping[str, Chosen]
    network: str
    """Why the last turn reached nobody; empty when it did, or before the first."""

    @property
    def account_id(self) -> str:
        """Who is signed in."""
        return self.me.account.account_id if self.me else ""


def desk(stores: Stores, *, firm_id: str) -> ReviewDesk:
    """Read what this machine knows; without `firm_id`, of the first firm with an open review, else of the first."""
    me = session.current(stores)
    grants = me is not None and me.account.may_grant
    firms = tuple(one for one in me.firms if one.role == "grantor") if me is not None and grants else ()
    asked = firm_id if any(one.id == firm_id for one in firms) else ""
    busy = next((one.firm_id for one in me.reviews), "") if me is not None else ""
    wanted = asked or busy or (firms[0].id if firms else "")
    page, read_at = _known(stores.account, firm_id=wanted) if stores.account and wanted else (None, None)
    chosen = store.every(stores.account, review_id=page.summary.id) if stores.account and page else {}
    return ReviewDesk(
        me=me,
        firms=firms,
        firm_id=wanted,
        catalogue=catalogue.current(stores),
        page=page,
        read_at=read_at,
        chosen=chosen,
        network=stores.network_code or "",
    )


def known_ids(file: PrivateFile) -> frozenset[str]:
    """Give the reviews whose page was read on this machine."""
    rows = file.database.rows("SELECT name FROM secret WHERE name GLOB :names", {"names": f"{_PREFIX}*"})
    pages = (_known(file, firm_id=str(row["name"]).removeprefix(_PREFIX))[0] for row in rows)
    return frozenset(page.summary.id for page in pages if page is not None)


def fetch(doors: Doors, *, firm_id: str, account_id: str) -> Fetched:
    """Ask the server for the review of a firm: the open one, else the latest."""
    page = firm.fetch(doors, firm_id=firm_id, account_id=account_id)
    wanted = current_of(page.reviews)
    if wanted is None:
        return Fetched(page, None)
    review = doors.session.call(
        doors, lambda token: doors.server.review(firm_id, wanted.id, token=token), account_id=account_id
    )
    return Fetched(page, review)


def open_review(doors: Doors, *, firm_id: str, closes_on: date, key: str, account_id: str) -> Fetched:
    """Open a review of every right that lives in the firm now; refused while another is open."""
    call = Call("POST", f"/firms/{firm_id}/reviews", {"closes_on": closes_on.isoformat()}, key)
    firm.change(doors, call=call, account_id=account_id)
    return fetch(doors, firm_id=firm_id, account_id=account_id)


def keep(stores: Stores, *, fetched: Fetched, account_id: str, now: datetime) -> Topics:
    """Keep what the server told, sealed; answers that are settled or no longer wanted go."""
    file = stores.account
    if file is None or file.account != account_id:
        return NOTHING
    firm.keep(stores, page=fetched.firm, account_id=account_id, now=now)
    with file.database.transaction():
        _keep(file, firm_id=fetched.firm.id, page=fetched.review, now=now)
        if fetched.review is not None:
            _forget_settled(file, page=fetched.review)
    return frozenset({Topic.REVIEWS, Topic.FIRM})


def choose(
    stores: Stores, *, firm_id: str, delegation_ids: Sequence[str], answer: Answer, new_id: Callable[[], str]
) -> Topics:
    """Choose an answer for rights of the review that is known here; raises NotAllowed for the first that may not."""
    file, page = _page(stores, firm_id=firm_id)
    known = store.every(file, review_id=page.summary.id)
    chosen = []
    for delegation_id in delegation_ids:
        item = page.item(delegation_id)
        if item is None:
            raise NotAllowed("NOT_FOUND")
        code = why_not(item, account_id=file.account, is_closed=page.summary.status == "closed")
        if code:
            raise NotAllowed(code)
        before = known.get(delegation_id)
        if item.answer is answer and before is None:
            continue
        if before is not None and before.answer is answer and not before.code:
            continue
        chosen.append(Chosen(delegation_id, item.delegation.version, answer, new_id()))
    if not chosen:
        return NOTHING
    with file.database.transaction():
        store.choose(file, review_id=page.summary.id, chosen=chosen)
    return frozenset({Topic.REVIEWS})


def forget(stores: Stores, *, firm_id: str, delegation_ids: Sequence[str]) -> Topics:
    """Take answers back that have not left this machine; one that left stays until the server answers."""
    file, page = _page(stores, firm_id=firm_id)
    known = store.every(file, review_id=page.summary.id)
    mine = [one for one in delegation_ids if one in known and not known[one].was_sent]
    with file.database.transaction():
        store.forget(file, review_id=page.summary.id, delegation_ids=mine)
    return frozenset({Topic.REVIEWS}) if mine else NOTHING


def next_answers(stores: Stores, *, firm_id: str, done: frozenset[str]) -> tuple[Chosen, ...]:
    """Give the answers of the next call, on disk as on their way; none when all are told. Revocations go first."""
    file, page = _page(stores, firm_id=firm_id)
    due = [one for one in store.every(file, review_id=page.summary.id).values() if one.key not in done and not one.code]
    due.sort(key=lambda one: (one.answer is not Answer.END, one.delegation_id))
    taken = tuple(due[:MOST_ANSWERS])
    with file.database.transaction():
        store.mark_sent(file, keys=[one.key for one in taken])
    return taken


def send(doors: Doors, *, firm_id: str, review_id: str, answers: Sequence[Chosen], account_id: str) -> tuple[Told, ...]:
    """Send the answers of one call."""
    return doors.session.call(
        doors,
        lambda token: doors.server.answer_review(firm_id, review_id, answers, token=token),
        account_id=account_id,
    )


def settle(stores: Stores, *, firm_id: str, answers: Sequence[Chosen], told: Sequence[Told]) -> Topics:
    """Write what the answers of one call came to: done, or why not."""
    file, page = _page(stores, firm_id=firm_id)
    by_key = {one.key: one for one in told}
    items: dict[str, ReviewItem] = {item.delegation.id: item for item in page.items}
    with file.database.transaction():
        for one in answers:
            said = by_key.get(one.key)
            if said is None or said.code == _IN_FLIGHT:
                continue
            item = items.get(one.delegation_id)
            if not said.code:
                store.forget(file, review_id=page.summary.id, delegation_ids=[one.delegation_id])
                if item is not None:
                    items[one.delegation_id] = replace(item, answer=one.answer)
                continue
            store.refuse(file, key=one.key, code=said.code)
            if item is not None and said.current is not None:
                items[one.delegation_id] = replace(item, delegation=said.current)
        _keep(file, firm_id=firm_id, page=replace(page, items=tuple(items.values())), now=None)
    return frozenset({Topic.REVIEWS})


def _page(stores: Stores, *, firm_id: str) -> tuple[PrivateFile, ReviewPage]:
    file = stores.account
    page = _known(file, firm_id=firm_id)[0] if file is not None else None
    if file is None or page is None:
        raise NotAllowed("REVIEW_CLOSED")
    return file, page


def _known(file: PrivateFile, *, firm_id: str) -> tuple[ReviewPage | None, datetime | None]:
    """Read what was kept; nothing when there is none, or none that can be read now."""
    try:
        kept = file.secret(f"{_PREFIX}{firm_id}")
        if not kept:
            return None, None
        document = json.loads(kept)
        page = read_review_page(document["page"]) if document["page"] else None
        return page, from_text(document["read_at"])
    except (VaultError, StoreDamaged, KeyError, TypeError, ValueError):
        return None, None


def _keep(file: PrivateFile, *, firm_id: str, page: ReviewPage | None, now: datetime | None) -> None:
    """Keep a page; `now` is None for what an answer changed in the page that is known."""
    read_at = _known(file, firm_id=firm_id)[1] if now is None else now
    if read_at is None:
        return
    document = {"read_at": to_text(read_at), "page": None if page is None else write_review_page(page)}
    with suppress(VaultError):
        file.set_secret(f"{_PREFIX}{firm_id}", json.dumps(document, ensure_ascii=False))


def _forget_settled(file: PrivateFile, *, page: ReviewPage) -> None:
    if page.summary.status == "closed":
        store.forget_review(file, review_id=page.summary.id)
        return
    known = store.every(file, review_id=page.summary.id)
    settled = [name for name, one in known.items() if _is_settled(page.item(name), one)]
    store.forget(file, review_id=page.summary.id, delegation_ids=settled)


def _is_settled(item: ReviewItem | None, chosen: Chosen) -> bool:
    """Tell whether the server's page says all that can be said: the answer is in, or the right is over."""
    return item is None or item.answer is chosen.answer or not item.is_live
