"""The pages of a sign-up after it was sent: what the server answered, and what the Conseil régional did."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime
from email import policy
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from comptexpert_desktop.adapters.write_answers import check
from comptexpert_desktop.domain.documents import read_council, read_entry
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.outbox_rules import Outcome
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.signup.council_letter import letter
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.notices.model import NoticeModel
from comptexpert_desktop.ui.signup.next_page import NextPage
from comptexpert_desktop.ui.signup.signups_list import SignupsList
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.outbox import notices
from comptexpert_desktop.usecases.signup import escalation, signup
from comptexpert_desktop.usecases.sync import sync_notices

if TYPE_CHECKING:
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.store.stores import Stores
    from tests.desktop.canaries.window import World
    from tests.desktop.ui.kit import Kit

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ASKED, FILE = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


def _submit(stores: Stores, *, world: World) -> None:
    entry = read_entry(world.document("EntryOut") | {"registration_number": "140000000001"})
    draft = SignupDraft(
        id=DraftId("draft"),
        profile=Profile.EXPERT_COMPTABLE,
        entry=entry,
        date_of_birth=date(1980, 3, 12),
        login_id="claire.aubier",
        login_id_again="claire.aubier",
    )
    signup.submit(stores, draft=draft, now=NOW, new_id=ASKED)


def _settle(stores: Stores, *, status: OutboxStatus, code: str, answer: dict[str, Any]) -> None:
    outcome = Outcome(status=status, code=code, attempts=1, next_attempt_at=NOW)
    outbox_store.settle(stores.signups, outbox_id=ASKED, outcome=outcome, answer=answer)


def _sent(stores: Stores, *, world: World) -> SignupProgress:
    """Send a sign-up; the server takes it."""
    _submit(stores, world=world)
    _settle(stores, status=OutboxStatus.SENT, code="", answer=dict(check(world.document("SignupOut"))))
    (found,) = signup.progress(stores)
    return found


def _escalated(stores: Stores, *, world: World, schema: str, status: str, council: bool = True) -> SignupProgress:
    """Send a sign-up that the registry refuses, and open a file with the council."""
    _submit(stores, world=world)
    _settle(stores, status=OutboxStatus.NEEDS_YOU, code="REG_DOB_MISMATCH", answer={})
    escalation.open_file(stores, outbox_id=ASKED, now=NOW, new_id=FILE)
    answer = dict(check(world.document(schema))) | {"status": status} | ({} if council else {"council": None})
    escalation.settle(stores.signups, outbox_id=ASKED, answer=answer, now=NOW)
    (found,) = signup.progress(stores)
    return found


def _shown(progress: SignupProgress, **more: Any) -> QWidget:
    """Show a sign-up where it is listed and where it is followed."""
    listed, followed, made = SignupsList(), NextPage(), QWidget()
    listed.show_all((), (progress,), now=NOW, network_code=None)
    followed.show_progress(progress, network_code=None, now=NOW, **more)
    column = QVBoxLayout(made)
    column.addWidget(listed)
    column.addWidget(followed)
    return made


def activation(world: World, made: Kit, qtbot: Any) -> QWidget:
    return _shown(made.read(lambda stores: _sent(stores, world=world), qtbot))


def file_at_the_council(world: World, made: Kit, qtbot: Any, *, schema: str, status: str) -> QWidget:
    """Show a sign-up whose file with the council is in this state, as an answer of this schema told it."""
    return _shown(made.read(lambda stores: _escalated(stores, world=world, schema=schema, status=status), qtbot))


def council_chosen(world: World, made: Kit, qtbot: Any) -> QWidget:
    """The council is chosen on the list, since the answer does not say which."""
    council = read_council(world.document("CouncilOut"))

    def work(stores: Stores) -> tuple[SignupProgress, SignupProgress]:
        before = _escalated(stores, world=world, schema="EscalationOut", status="open", council=False)
        escalation.choose_council(stores, outbox_id=ASKED, council=council)
        (after,) = signup.progress(stores)
        return before, after

    before, after = made.read(work, qtbot)
    shown = QWidget()
    column = QVBoxLayout(shown)
    column.addWidget(_shown(before, councils=(council,)))
    column.addWidget(_shown(after, councils=(council,)))
    return shown


def news(world: World, made: Kit, qtbot: Any) -> QWidget:
    """Tell that an account is active, and that a council answered."""

    def work(stores: Stores) -> Any:
        _escalated(stores, world=world, schema="EscalationStatusOut", status="closed")
        sync_notices.of_file(stores.signups, outbox_id=ASKED, now=NOW)
        _settle(stores, status=OutboxStatus.SENT, code="", answer=dict(check(world.document("SignupOut"))))
        sync_notices.of_signup(stores.signups, outbox_id=ASKED, progress="activated", now=NOW)
        return notices.every(stores)

    model, shown = NoticeModel(clock=made.clock), QListView()
    model.show_notices(made.read(work, qtbot), labels=Labels(None))
    model.setParent(shown)
    shown.setModel(model)
    assert model.rowCount() == 2
    return shown


def written(world: World, made: Kit, qtbot: Any) -> QWidget:
    """Show the message to the council as a mail client reads it."""
    progress = made.read(lambda stores: _escalated(stores, world=world, schema="EscalationOut", status="open"), qtbot)
    assert progress.escalation is not None
    content = letter(progress, file=progress.escalation, now=NOW).eml()
    read = email.message_from_bytes(content, policy=policy.default)
    body = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert set(read.keys()) == {"Subject", "X-Unsent"} | body, "no address that is none"
    shown = QWidget()
    column = QVBoxLayout(shown)
    for text in (str(read["Subject"]), read.get_content()):
        column.addWidget(PlainLabel(text))
    return shown


PAGES = {
    "activation": activation,
    "file opened": partial(file_at_the_council, schema="EscalationOut", status="open"),
    "file followed": partial(file_at_the_council, schema="EscalationStatusOut", status="open"),
    "file closed": partial(file_at_the_council, schema="EscalationStatusOut", status="closed"),
    "file closed at once": partial(file_at_the_council, schema="EscalationOut", status="closed"),
    "council chosen": council_chosen,
    "news of a sign-up": news,
    "council letter": written,
}
