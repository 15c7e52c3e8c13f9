"""The file with the Conseil régional on screen: opened, written about, followed, reminded; never a date of birth."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from comptexpert_desktop.domain.escalation import Escalation, FileStatus
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft, SignupProgress, SignupStatus
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.presentation.signup.council_letter import letter
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.ui.widgets.save_file import write
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.sync import sync
from tests.desktop.ui.walks import rich_labels, unnamed, words_of
from tests.fakes import a_council, an_entry

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QUrl

    from tests.desktop.ui.window_kit import WindowKit

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REQUEST = "00000000-0000-4000-8000-00000000000a"
DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1980, 3, 12),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)
FILE = Escalation(
    key="k",
    code="REG_DOB_MISMATCH",
    opened_at=NOW,
    status=FileStatus.OPEN,
    id="i",
    reference="DR-2345-ABCD",
    registration_number="140000000001",
    council=a_council(),
)


def progress(name: str = "Claire AUBIER") -> SignupProgress:
    return SignupProgress(
        outbox_id=REQUEST,
        profile=Profile.EXPERT_COMPTABLE,
        display_name=name,
        login_id="claire.aubier",
        status=SignupStatus.NEEDS_YOU,
        code=FILE.code,
        masked_email="",
        created_at=NOW,
        escalation=FILE,
    )


@pytest.fixture
def refused(window_kit: WindowKit, qtbot: Any) -> WindowKit:
    """Show a request that the registry refused, on the page that follows it."""
    window_kit.fill()
    window_kit.server.refusals["/signups"] = Refused("REG_NO_EMAIL")
    stores = window_kit.stores()
    signup.submit(stores, draft=DRAFT, now=window_kit.now, new_id=REQUEST)
    sync.turn(stores, window_kit.gateways, now=window_kit.now)
    stores.close()
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    click(window_kit, f"details-{REQUEST}", qtbot)
    return window_kit


def click(kit: WindowKit, name: str, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: kit.is_shown(name))
    kit.find(QPushButton, name).click()


def turn(kit: WindowKit, qtbot: Any) -> None:
    """Synchronise, as the loop does."""
    done: list[bool] = []

    def go(stores: Any) -> Any:
        outcome = sync.turn(stores, kit.gateways, now=kit.now)
        done.append(True)
        return outcome.topics

    kit.tasks.write(kit.window, go)
    qtbot.waitUntil(lambda: bool(done))


def opened(kit: WindowKit, qtbot: Any) -> None:
    click(kit, "openFileButton", qtbot)
    qtbot.waitUntil(lambda: kit.is_shown("fileState"))
    turn(kit, qtbot)


def says(kit: WindowKit, words: str, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: words in words_of(kit.window))


def test_a_file_is_opened_and_shows_its_reference(refused, qtbot):
    opened(refused, qtbot)
    says(refused, "DR-2345-ABCD", qtbot)
    assert "croec@bretagne.example" in words_of(refused.window) or "Bretagne" in words_of(refused.window)
    assert not refused.is_shown("openFileButton")
    assert unnamed(refused.window) == []
    assert rich_labels(refused.window) == []


def test_the_message_is_copied_and_says_so(refused, qtbot):
    opened(refused, qtbot)
    says(refused, "DR-2345-ABCD", qtbot)
    click(refused, "copyLetterButton", qtbot)
    assert "DR-2345-ABCD" in QGuiApplication.clipboard().text()
    says(refused, "Le message est copié", qtbot)


def test_the_message_is_saved_for_any_mail_client(refused, qtbot, tmp_path):
    opened(refused, qtbot)
    says(refused, "DR-2345-ABCD", qtbot)
    click(refused, "saveLetterButton", qtbot)
    target = tmp_path / "message.eml"
    dialog = refused.window.findChild(QFileDialog, "letterFileDialog")
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    qtbot.waitUntil(target.exists)
    message = email.message_from_bytes(target.read_bytes(), policy=policy.default)
    assert message["To"] == "croec@bretagne.example"
    assert "DR-2345-ABCD" in str(message["Subject"])


def test_the_request_leaves_again_once_the_registry_is_corrected_and_says_so(refused, qtbot):
    refused.sync.stop()  # each turn is ours: the loop might send before the first sentence was read
    opened(refused, qtbot)
    refused.server.refusals.clear()
    for file in refused.server.escalations.values():
        file["status"] = "corrected"
    turn(refused, qtbot)
    says(refused, "Votre demande est repartie d’elle-même", qtbot)
    turn(refused, qtbot)
    says(refused, "Courriel envoyé", qtbot)


def test_a_council_is_chosen_on_the_list_when_the_entry_does_not_tell(refused, qtbot):
    click(refused, "openFileButton", qtbot)
    qtbot.waitUntil(lambda: refused.is_shown("councilBox"))
    box = refused.find(QComboBox, "councilBox")
    assert not refused.find(QPushButton, "writeCouncilButton").isEnabled()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(lambda: refused.find(QPushButton, "writeCouncilButton").isEnabled())
    assert not refused.is_shown("councilBox")


def test_a_long_silence_offers_a_reminder(refused, qtbot):
    opened(refused, qtbot)
    refused.now += timedelta(days=15)
    refused.window.open(Destination("signups")).reload()
    says(refused, "Sans réponse depuis deux semaines", qtbot)


def test_the_message_tells_who_and_why_and_never_when_one_was_born():
    ready = letter(progress(), file=FILE, now=NOW)
    assert ready.to == "croec@bretagne.example"
    for part in ("Claire AUBIER", "140000000001", "DR-2345-ABCD", "ne concorde pas"):
        assert part in ready.body
    assert "1980" not in ready.body


def test_a_reminder_says_since_when():
    ready = letter(progress(), file=FILE, now=NOW + timedelta(days=20))
    assert ready.subject.startswith("Relance")
    assert "24\u00a0novembre 2026" in ready.body


def test_a_name_with_a_line_break_makes_no_header():
    ready = letter(progress("Claire\r\nBcc: all@pirate.example\r\n"), file=FILE, now=NOW)
    message = email.message_from_bytes(ready.eml(), policy=policy.default)
    assert set(message.keys()) == {
        "To",
        "Subject",
        "X-Unsent",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }


@pytest.mark.parametrize(
    "to", ["", "x", "a@b.example?bcc=c@d.example", "a@b.example%0abcc", "a@b.example, c@d.example"]
)
def test_a_mail_to_no_plain_address_does_not_open(to):
    links = Links(server_url="http://127.0.0.1:8000", opener=lambda _url: True)
    assert not links.write_mail(to, subject="s", body="b")


def test_a_mail_carries_its_text_whole_and_nothing_else():
    found: list[QUrl] = []
    links = Links(server_url="http://127.0.0.1:8000", opener=lambda url: not found.append(url))
    assert links.write_mail("croec@bretagne.example", subject="À l’aide\nBcc: x", body="Un & deux ?\n100 % = sûr")
    [url] = found
    assert (url.scheme(), url.path()) == ("mailto", "croec@bretagne.example")
    encoded = url.toEncoded().data().decode()
    assert encoded.count("&") == 1
    assert "body=Un%20%26%20deux%20%3F%0D%0A100%20%25%20%3D" in encoded
    assert "\n" not in encoded


def test_addresses_of_mail_open_by_no_other_way():
    assert not Links(server_url="http://127.0.0.1:8000", opener=lambda _url: True).open("mailto:a@b.example")


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    assert not write(tmp_path / "absent" / "x.eml", b"x")
    assert write(tmp_path / "x.eml", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["x.eml"]
    assert (tmp_path / "x.eml").stat().st_mode & 0o077 == 0


def test_the_card_has_nothing_to_say_of_other_requests(window_kit: WindowKit, qtbot):
    window_kit.fill()
    stores = window_kit.stores()
    signup.submit(stores, draft=DRAFT, now=window_kit.now, new_id=REQUEST)
    stores.close()
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    click(window_kit, f"details-{REQUEST}", qtbot)
    qtbot.waitUntil(lambda: window_kit.is_shown("signupStateCard"))
    card = window_kit.window.findChild(QWidget, "councilCard")
    assert card.isHidden()
    assert card.findChild(QLabel, "fileReference") is not None
