"""A form in two windows, on a full disk, without a keyring; copied, exported, opened again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QPushButton

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import StoreError, VaultUnavailable
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.ui.walks import unnamed, words_of
from tests.fakes import an_entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desktop.ui.window_kit import WindowKit

DRAFT = SignupDraft(
    id=DraftId("d1"), profile=Profile.EXPERT_COMPTABLE, entry=an_entry(), date_of_birth=date(1980, 3, 12)
)


@pytest.fixture
def screen(window_kit: WindowKit) -> Any:
    window_kit.fill()
    stores = window_kit.stores()
    signup.save_draft(stores, draft=DRAFT, now=window_kit.now)
    stores.close()
    window_kit.show()
    return window_kit.window.open(Destination("signups"))


def click(kit: WindowKit, name: str, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: kit.is_shown(name))
    kit.find(QPushButton, name).click()


def says(kit: WindowKit, words: str, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: words in words_of(kit.window))


def export(kit: WindowKit, target: Path, qtbot: Any) -> None:
    """Confirm the warning, then name the file."""
    [dialog] = [each for each in kit.window.findChildren(QDialog) if each.isVisible()]
    assert "en clair" in words_of(dialog)
    dialog.findChild(QPushButton, "confirmButton").click()
    chooser = kit.window.findChild(QFileDialog, "draftFileDialog")
    chooser.fileSelected.emit(str(target))
    chooser.reject()
    qtbot.waitUntil(target.exists)


def test_a_form_is_duplicated(window_kit: WindowKit, screen, qtbot):
    click(window_kit, "duplicate-d1", qtbot)
    qtbot.waitUntil(lambda: len(window_kit.read(signup.drafts, qtbot)) == 2)
    assert unnamed(window_kit.window) == []


def test_a_form_is_exported_and_opened_again(window_kit: WindowKit, screen, qtbot, tmp_path):
    click(window_kit, "export-d1", qtbot)
    target = tmp_path / "draft.json"
    export(window_kit, target, qtbot)
    says(window_kit, "draft.json", qtbot)
    click(window_kit, "openDraftButton", qtbot)
    chooser = window_kit.window.findChild(QFileDialog, "openDraftDialog")
    chooser.fileSelected.emit(str(target))
    chooser.reject()
    qtbot.waitUntil(lambda: window_kit.is_shown("loginIdEdit"))
    assert len(window_kit.read(signup.drafts, qtbot)) == 2


def test_a_file_that_is_no_form_is_told(window_kit: WindowKit, screen, qtbot, tmp_path):
    (tmp_path / "x.json").write_bytes(b"\x00")
    click(window_kit, "openDraftButton", qtbot)
    chooser = window_kit.window.findChild(QFileDialog, "openDraftDialog")
    chooser.fileSelected.emit(str(tmp_path / "x.json"))
    chooser.reject()
    qtbot.waitUntil(lambda: bool(screen.list.banner.text()))
    assert len(window_kit.read(signup.drafts, qtbot)) == 1


def test_a_second_window_is_told_and_both_entries_stay(window_kit: WindowKit, screen, qtbot):
    click(window_kit, "resume-d1", qtbot)
    stores = window_kit.stores()
    [stored] = signup.drafts(stores)
    elsewhere = SignupDraft(id=stored.id, profile=stored.profile, firm_hint="elsewhere")
    signup.save_draft(stores, draft=elsewhere, now=window_kit.now.replace(hour=11))
    stores.close()
    qtbot.waitUntil(lambda: window_kit.is_shown("loginIdEdit"))
    edit = window_kit.find(QLineEdit, "loginIdEdit")
    qtbot.keyClicks(edit, "claire.here")
    says(window_kit, "ouvert deux fois", qtbot)
    qtbot.keyClicks(edit, "2")
    says(window_kit, "Brouillon enregistré", qtbot)
    found = window_kit.read(signup.drafts, qtbot)
    assert sorted((draft.firm_hint, draft.login_id) for draft in found) == [
        ("", "claire.here2"),
        ("elsewhere", ""),
    ]


def test_without_a_keyring_a_form_says_that_it_is_in_memory_and_can_be_saved(window_kit: WindowKit, qtbot, tmp_path):
    window_kit.vault.failure = VaultUnavailable()
    window_kit.fill()
    window_kit.show()
    screen: Any = window_kit.window.open(Destination("signups"))
    screen.resume(DRAFT)
    qtbot.keyClicks(window_kit.find(QLineEdit, "loginIdEdit"), "claire.memory")
    says(window_kit, "en mémoire seulement", qtbot)
    click(window_kit, "saveDraftButton", qtbot)
    export(window_kit, tmp_path / "mine.json", qtbot)
    assert "claire.memory" in (tmp_path / "mine.json").read_text()
    says(window_kit, "mine.json", qtbot)


def test_a_full_disk_is_told_and_the_entry_is_kept_once_there_is_room(
    window_kit: WindowKit, screen, qtbot, monkeypatch
):
    from comptexpert_desktop.ui.signup import draft_keeper  # as the module, to shorten its delay

    monkeypatch.setattr(draft_keeper, "AGAIN_MS", 20)
    real = signup.save_draft
    disk = {"full": True}

    def save(*arguments: Any, **named: Any) -> Any:
        if disk["full"]:
            raise StoreError("STORE_FULL")
        return real(*arguments, **named)

    monkeypatch.setattr(signup, "save_draft", save)
    click(window_kit, "resume-d1", qtbot)
    qtbot.waitUntil(lambda: window_kit.is_shown("loginIdEdit"))
    qtbot.keyClicks(window_kit.find(QLineEdit, "loginIdEdit"), "claire.full")
    says(window_kit, "Disque plein", qtbot)
    assert window_kit.is_shown("saveDraftButton")
    disk["full"] = False
    says(window_kit, "Brouillon enregistré", qtbot)
    assert [draft.login_id for draft in window_kit.read(signup.drafts, qtbot)] == ["claire.full"]
