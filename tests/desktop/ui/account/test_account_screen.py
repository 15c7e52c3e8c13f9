"""« Mon compte »: what one may change, what is downloaded, and what closing asks before it happens."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QPushButton, QWidget

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.session import Mandate
from comptexpert_desktop.errors import Refused, Unreachable
from comptexpert_desktop.ui.destinations import ACCOUNT, VAULT, Destination
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts, own_account, session
from tests.desktop.ui import walks
from tests.desktop.ui.window_kit import NOW, SERVER, WindowKit
from tests.fakes import a_me, an_account

NEW = "karim@nouveau.example"


@pytest.fixture
def desk(tmp_path, qtbot):
    """Karim, who is on no list of the Ordre, is at the desk; the server answers."""
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before(may_grant=False)
    made.tasks.write(made.changes, lambda stores: session.restore(stores, session=made.gateways.session))
    made.show()
    made.sync.wake()
    yield made
    made.close()


def open_screen(desk, qtbot):
    screen = desk.window.open(Destination(ACCOUNT))
    qtbot.waitUntil(lambda: "karim.leroux" in walks.words_of(screen))
    return screen


def ask(desk, name, **typed):
    """Press a button, fill the question in, and confirm."""
    desk.find(QPushButton, name).click()
    dialog = desk.window.findChild(QDialog)
    for field, text in typed.items():
        edit = dialog.findChild(QWidget, field)
        edit.setText(text)
    dialog.confirm_button.click()
    return dialog


def wait_for(qtbot, screen, words):
    qtbot.waitUntil(lambda: words in screen.banner.text(), timeout=8000)


def test_what_was_granted_to_ones_address_is_accepted_on_the_page_of_the_account(desk, qtbot):
    opened = []
    screen = open_screen(desk, qtbot)
    screen.invitations._links = Links(server_url=SERVER, opener=lambda url: opened.append(url.toString()) or True)
    desk.find(QPushButton, "openInvitationsButton").click()
    assert opened == [f"{SERVER}/"]
    screen.invitations._links = Links(server_url=SERVER, opener=lambda url: False)
    desk.find(QPushButton, "openInvitationsButton").click()
    assert f"{SERVER}/" in screen.invitations.failure.text()


def test_je_change_de_statut_is_a_page_of_the_account_and_leads_back(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.find(QPushButton, "profileStoryButton").click()
    qtbot.waitUntil(lambda: "Aujourd’hui" in screen.profile.today.text())
    assert screen.stack.currentWidget() is screen.profile
    assert "Vous pourrez accorder des délégations" in screen.profile.text()
    desk.find(QPushButton, "backToAccountButton").click()
    assert screen.stack.currentWidget() is screen.page


def test_the_account_box_leads_to_ones_own_account(desk, qtbot):
    qtbot.waitUntil(lambda: desk.is_shown("ownAccountButton"))
    desk.find(QPushButton, "ownAccountButton").click()
    screen = desk.window.stack.current()
    qtbot.waitUntil(lambda: "karim.leroux" in walks.words_of(screen))
    for word in ("Mon compte", "Karim LEROUX", "Collaborateur de cabinet", "Fermer le compte"):
        assert word in walks.words_of(screen)
    desk.find(QPushButton, "ownSessionsButton").click()
    assert desk.window.stack.key == VAULT


def test_another_address_is_asked_and_both_mails_are_announced(desk, qtbot):
    screen = open_screen(desk, qtbot)
    ask(desk, "changeEmailButton", newEmailEdit=f"  {NEW.upper()} ")
    wait_for(qtbot, screen, "Deux courriels sont partis")
    assert desk.server.addresses == [NEW]
    assert "k•••@nouveau.example" in screen.banner.text()
    assert [one.status for one in desk.read(outbox.entries, qtbot)] == [OutboxStatus.SENT]


def test_an_address_that_no_mail_reaches_is_said_beside_the_field(desk, qtbot):
    open_screen(desk, qtbot)
    dialog = ask(desk, "changeEmailButton", newEmailEdit="karim@")
    assert dialog.isVisible()
    assert dialog.fields["email"].error()
    dialog.cancel_button.click()
    assert desk.server.addresses == []


def test_ones_name_is_corrected_and_shown_at_once(desk, qtbot):
    screen = open_screen(desk, qtbot)
    ask(desk, "correctNameButton", givenNameEdit="Karim", surnameEdit="Le Roux")
    wait_for(qtbot, screen, "Votre nom est corrigé")
    qtbot.waitUntil(lambda: "Karim LE ROUX" in walks.words_of(screen), timeout=8000)


def test_a_name_that_is_none_is_said_beside_its_field(desk, qtbot):
    open_screen(desk, qtbot)
    dialog = ask(desk, "correctNameButton", givenNameEdit="", surnameEdit="https://pirate.example")
    assert dialog.fields["given_name"].error()
    assert dialog.fields["surname"].error()
    dialog.cancel_button.click()


def test_without_network_the_change_waits_and_says_so(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.faults.extend([Unreachable(data={"sent": False})] * 9)
    ask(desk, "changeEmailButton", newEmailEdit=NEW)
    wait_for(qtbot, screen, "gardée dans la boîte d’envoi")
    qtbot.waitUntil(lambda: [one.status for one in desk.read(outbox.entries, qtbot)] == [OutboxStatus.QUEUED])
    desk.server.faults.clear()
    screen.banner.findChild(QPushButton).click()
    wait_for(qtbot, screen, "Deux courriels sont partis")


def test_one_mail_a_week_is_chosen_with_what_still_leaves_at_once_and_given_up_again(desk, qtbot):
    screen = open_screen(desk, qtbot)
    assert "toujours écrits aussitôt" in walks.words_of(screen)
    box = desk.find(QCheckBox, "weeklyMailsBox")
    assert not box.isChecked()
    box.click()
    wait_for(qtbot, screen, "une fois par semaine")
    assert any(one.account.weekly_mails for one in desk.server.accounts.values())
    qtbot.waitUntil(box.isChecked)
    box.click()
    wait_for(qtbot, screen, "de nouveau un courriel pour chaque changement")
    assert not box.isChecked()


def test_without_network_the_choice_of_mails_shows_and_waits(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.faults.extend([Unreachable(data={"sent": False})] * 9)
    box = desk.find(QCheckBox, "weeklyMailsBox")
    box.click()
    wait_for(qtbot, screen, "gardée dans la boîte d’envoi")
    screen.reload()
    qtbot.waitUntil(lambda: desk.read(own_account.has_weekly_mails, qtbot))
    assert box.isChecked()


def test_a_refused_choice_of_mails_is_taken_back(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.refusals["/me/mails"] = Refused("AUTH_POLICY")
    box = desk.find(QCheckBox, "weeklyMailsBox")
    box.click()
    qtbot.waitUntil(lambda: bool(screen.banner.text()), timeout=8000)
    qtbot.waitUntil(lambda: not box.isChecked())


def test_a_refusal_is_worded_and_leaves_nothing_behind(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.refusals["/me/email"] = Refused("ACCOUNT_OF_REGISTRY")
    ask(desk, "changeEmailButton", newEmailEdit=NEW)
    qtbot.waitUntil(lambda: bool(screen.banner.text()), timeout=8000)
    qtbot.waitUntil(lambda: desk.read(outbox.entries, qtbot) == ())


def test_a_member_of_the_registry_reads_who_corrects_what(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before()
    stores = made.stores()
    session.keep_me(stores.account, me=a_me(replace(an_account(), entry_id="entry-1", masked_email="c•••@a.example")))
    stores.close()
    made.show()
    screen = made.window.open(Destination(ACCOUNT))
    qtbot.waitUntil(lambda: "claire.aubier" in walks.words_of(screen))
    assert "Votre Conseil régional les corrige" in walks.words_of(screen)
    assert "c•••@a.example" in walks.words_of(screen)
    assert not made.is_shown("correctNameButton")
    assert not made.is_shown("changeEmailButton")
    assert made.is_shown("closeAccountButton")
    made.close()


def test_nobody_signed_in_is_led_to_the_browser(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.show()
    screen = made.window.open(Destination(ACCOUNT))
    qtbot.waitUntil(lambda: "Connectez-vous pour voir votre compte" in walks.words_of(screen))
    assert not made.is_shown("closeAccountButton")
    made.close()


def test_ones_data_is_written_whole_for_its_person_alone(desk, qtbot, tmp_path):
    screen = open_screen(desk, qtbot)
    desk.find(QPushButton, "downloadDataButton").click()
    dialog = screen.findChild(QFileDialog, "dataFileDialog")
    target = tmp_path / "mes-donnees.json"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    wait_for(qtbot, screen, "Vos données sont enregistrées")
    assert json.loads(target.read_text("utf-8"))["login_id"] == "karim.leroux"
    assert target.stat().st_mode & 0o077 == 0


def test_closing_waits_for_the_identifiant_and_erases_this_machine(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.find(QPushButton, "closeAccountButton").click()
    dialog = desk.window.findChild(QDialog, "closingDialog")
    edit = dialog.findChild(QWidget, "closingLoginEdit")
    assert not dialog.confirm_button.isEnabled()
    edit.setText("claire.aubier")
    assert not dialog.confirm_button.isEnabled()
    edit.setText(" Karim.Leroux ")
    dialog.confirm_button.click()
    wait_for(qtbot, screen, "Votre compte est fermé")
    assert len(desk.server.closed) == 1
    assert desk.read(accounts.saved, qtbot) == ()
    traces = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"karim.leroux" not in traces


def test_closing_with_an_old_sign_in_leads_to_the_browser_and_closes_nothing(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.wants_fresh = True
    ask(desk, "closeAccountButton", closingLoginEdit="karim.leroux")
    wait_for(qtbot, screen, "connexion récente")
    assert desk.server.closed == []
    assert [one.login_id for one in desk.read(accounts.saved, qtbot)] == ["karim.leroux"]


def test_closing_says_when_nobody_knows_whether_it_happened(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.server.after.append(Unreachable("NET_TIMEOUT", data={"sent": True}))
    ask(desk, "closeAccountButton", closingLoginEdit="karim.leroux")
    wait_for(qtbot, screen, "peut-être fermé")


def test_what_waits_is_counted_before_it_is_lost(desk, qtbot):
    desk.sync.stop()
    desk.server.faults.extend([Unreachable(data={"sent": False})] * 9)
    screen = open_screen(desk, qtbot)
    ask(desk, "changeEmailButton", newEmailEdit=NEW)
    qtbot.waitUntil(lambda: screen._shown.unsent == 1)
    desk.find(QPushButton, "closeAccountButton").click()
    dialog = desk.window.findChild(QDialog, "closingDialog")
    assert "1\u00a0envoi qui n’a pas quitté ce poste sera perdu" in walks.words_of(dialog)
    dialog.cancel_button.click()
    assert desk.now == NOW


def test_a_head_whose_mandate_was_refused_reads_why(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before(may_grant=False)
    refused = Mandate("refused", "AGC du Ponant", "Le procès-verbal n’est pas signé.")
    stores = made.stores()
    session.keep_me(stores.account, me=replace(a_me(an_account("karim.leroux", may_grant=False)), mandate=refused))
    stores.close()
    made.show()
    screen = made.window.open(Destination(ACCOUNT))
    qtbot.waitUntil(lambda: "Le procès-verbal n’est pas signé." in walks.words_of(screen))
    assert "Votre mandat pour AGC du Ponant n’a pas été confirmé" in walks.words_of(screen)
    assert made.is_shown("mandateButton")
    made.close()
