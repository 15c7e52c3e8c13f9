"""A form is never lost: kept after a pause, before anything closes, and not twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.ui.signup import draft_keeper
from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper
from comptexpert_desktop.usecases.signup import signup

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit


@pytest.fixture
def owner(qapp):
    return QObject()


@pytest.fixture
def keeper(window_kit: WindowKit, owner):
    made = DraftKeeper(window_kit.tasks, clock=lambda: window_kit.now, new_id=window_kit.new_id, parent=owner)
    made.open(SignupDraft(id=DraftId("d1")))
    window_kit.tasks.start()
    return made


def test_a_change_is_kept_after_a_pause(keeper, window_kit, qtbot):
    with qtbot.waitSignal(keeper.kept):
        keeper.change(surname="Aubier")
    assert [draft.surname for draft in window_kit.read(signup.drafts, qtbot)] == ["Aubier"]


def test_several_changes_in_a_row_are_kept_once(keeper, qtbot):
    kept: list[int] = []
    keeper.kept.connect(lambda: kept.append(1))
    for text in ("A", "Au", "Aub"):
        keeper.change(surname=text)
    qtbot.waitUntil(lambda: kept == [1])
    assert not keeper.is_dirty
    assert keeper.draft.surname == "Aub"


def test_nothing_is_kept_when_nothing_changed(keeper, window_kit, qtbot):
    keeper.change(surname="")
    keeper.flush()
    assert not keeper.is_dirty
    assert window_kit.read(signup.drafts, qtbot) == ()


def test_flushing_does_not_wait_for_the_pause(keeper, window_kit, qtbot, monkeypatch):
    monkeypatch.setattr(draft_keeper, "PAUSE_MS", 60_000)
    keeper.change(surname="Aubier")
    keeper.flush()
    assert len(window_kit.read(signup.drafts, qtbot)) == 1


def test_opening_another_draft_keeps_the_first(keeper, window_kit, qtbot):
    keeper.change(surname="Aubier")
    keeper.open(SignupDraft(id=DraftId("d2")))
    assert [draft.id for draft in window_kit.read(signup.drafts, qtbot)] == ["d1"]
    assert keeper.draft.id == "d2"


def test_a_released_draft_is_not_kept_again(keeper, window_kit, qtbot):
    keeper.change(surname="Aubier")
    keeper.release()
    keeper.flush()
    assert window_kit.read(signup.drafts, qtbot) == ()
    with pytest.raises(RuntimeError):
        _ = keeper.draft


def test_a_failure_is_told_and_the_entry_stays(keeper, window_kit, qtbot, monkeypatch):
    def full(*_args, **_kwargs):
        from comptexpert_desktop.errors import StoreError

        raise StoreError("STORE_FULL")

    monkeypatch.setattr(signup, "save_draft", full)
    with qtbot.waitSignal(keeper.failed) as told:
        keeper.change(surname="Aubier")
    assert told.args[0].code == "STORE_FULL"
    assert keeper.draft.surname == "Aubier"
