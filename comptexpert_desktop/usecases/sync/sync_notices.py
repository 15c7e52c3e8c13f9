"""What a turn of synchronisation has to tell the person, from the places where it learns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.escalation import FileStatus
from comptexpert_desktop.domain.notice import Kind
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.firm import reviews
from comptexpert_desktop.usecases.outbox import notices
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.usecases.ports import Stores, SyncPage

_NEWS = frozenset({Topic.NOTICES})


def of_turn(
    stores: Stores, file: PrivateFile, *, me: Me | None, page: SyncPage | None, is_first: bool, now: datetime
) -> Topics:
    """Tell what the server's answers bring, before they are laid over what is known."""
    before = session.current(stores)
    who = me or before
    if who is None:
        return NOTHING
    noted = False
    if me is not None:
        seen = reviews.known_ids(file)
        noted = notices.note_me(file, before=None if is_first else before, me=me, now=now, known_reviews=seen)
    if page is not None:
        noted = notices.note_page(file, page=page, me=who, is_first=is_first, now=now) or noted
    return _NEWS if noted else NOTHING


def of_time(stores: Stores, file: PrivateFile, *, is_first: bool, now: datetime) -> Topics:
    """Tell which rights end soon, once a day; not by the clock of this machine, which may be years off."""
    me, server_time = session.current(stores), stores.heard.server_time(now)
    if me is None or server_time is None:
        return NOTHING
    noted = notices.note_ends(file, me=me, today=day_in_france(server_time), now=server_time, is_first=is_first)
    return _NEWS if noted else NOTHING


def of_signup(file: PrivateFile, *, outbox_id: str, progress: str, now: datetime) -> Topics:
    """Tell that an account was activated."""
    if progress != SignupStatus.ACTIVATED:
        return NOTHING
    noted = notices.note_signup(
        file, outbox_id=outbox_id, kind=Kind.SIGNUP_ACTIVATED, person=_login_id(file, outbox_id), now=now
    )
    return _NEWS if noted else NOTHING


def of_file(file: PrivateFile, *, outbox_id: str, now: datetime) -> Topics:
    """Tell that a Conseil régional answered."""
    about = escalation_store.find(file, outbox_id=outbox_id)
    if about is None or about.status not in {FileStatus.CORRECTED, FileStatus.CLOSED}:
        return NOTHING
    person = about.council.name if about.council is not None else ""
    noted = notices.note_signup(file, outbox_id=outbox_id, kind=Kind.FILE_ANSWERED, person=person, now=now)
    return _NEWS if noted else NOTHING


def _login_id(file: PrivateFile, outbox_id: str) -> str:
    entry = outbox_store.find(file, outbox_id=outbox_id)
    return "" if entry is None else str(entry.answer.get("login_id") or "")
