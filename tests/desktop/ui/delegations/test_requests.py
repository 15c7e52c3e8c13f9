"""« Mes demandes » and the form that asks: what is asked is kept first, and said not to be sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.firm import Member, TemplateGrant
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.registry import EntryId, FirmGrantor, RegistryEntry
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store.firm_pages import KnownPage
from comptexpert_desktop.ui.delegations.grant_summary import GrantSummary
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.firm.firm import Cabinets
from comptexpert_desktop.usecases.ports import Snapshot
from tests.desktop.ui import kit, walks
from tests.desktop.ui.robot import Robot
from tests.fakes_firm import a_firm_page
from tests.fakes_wire import call_of

REASON = "Je prépare les liasses du portefeuille Nord."
PEOPLE = Snapshot(
    version=1,
    base_version=None,
    generated_at="2026-11-20T08:00:00Z",
    rows=(
        {
            "entry_id": "entry-1",
            "registration_number": "140000000001",
            "surname": "Delorme",
            "given_name": "Hélène",
            "list": "expert_comptable",
            "council": "bretagne",
            "town": "Rennes",
            "postal_code": "35000",
        },
    ),
)


class StaffRobot(Robot):
    """A collaborateur at « Mes demandes »."""

    def __init__(self, app_kit, qtbot, *delegations, entries=()) -> None:
        app_kit.fill(*delegations, grants=False)
        if entries:
            app_kit.queue(*entries)
        screen = DelegationsScreen(app_kit.context())
        super().__init__(screen, app_kit, qtbot)

    @property
    def form(self):
        return self.screen.form

    def know_people(self) -> None:
        done: list[bool] = []
        work = lambda stores: registry.keep_snapshot(stores, snapshot=PEOPLE)  # noqa: E731
        self.kit.tasks.write(self.screen, work, lambda: done.append(True))
        self.qtbot.waitUntil(lambda: bool(done))

    def open_form(self, service: str = "") -> None:
        self.screen.open_request(service)
        self.settle()

    def choose_expert(self) -> None:
        edit = self.form.grantor.edit
        self.qtbot.keyClicks(edit.edit, "delor")
        self.qtbot.waitUntil(edit.list.isVisible)
        self.qtbot.keyClick(edit.edit, Qt.Key.Key_Return)
        self.settle()

    def fill(self) -> None:
        self.find("ask-prepare").click()
        self.choose_expert()
        self.form.reason.setPlainText(REASON)

    def send(self) -> None:
        self.form.submit.click()
        self.settle()


def test_the_collaborateur_sees_own_requests_under_their_name(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1), kit.active(2))
    assert robot.screen.title == "Mes demandes"
    assert robot.screen.desk().model.rowCount() == 1
    assert robot.screen.desk().pane.bar.button(Action.WITHDRAW).isEnabled()
    assert not robot.screen.desk().pane.bar.button(Action.RELINQUISH).isEnabled()


def test_a_request_is_withdrawn_after_a_question(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1))
    robot.screen.desk().pane.bar.button(Action.WITHDRAW).click()
    assert "Hélène DELORME" in walks.words_of(robot.dialog())
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.WITHDRAW
    assert robot.screen.desk().model.index(0, 3).data() == "Retrait non transmis"


def test_a_request_is_kept_then_said_not_to_be_sent(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    robot.fill()
    robot.send()
    (entry,) = robot.entries()
    assert (entry.kind, entry.status) == (Kind.REQUEST, OutboxStatus.QUEUED)
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body["grantor"] == "entry-1"
    assert write.body["rights"] == ["prepare"]
    assert write.body["reason"] == REASON
    assert write.body["valid_until"] == "2027-11-24"
    shown = robot.find("unsentRequest")
    assert isinstance(shown, Banner)
    assert "Demande non transmise\u00a0: Jesignexpert · Hélène DELORME" in shown.text()


def test_those_who_were_asked_before_are_offered_before_a_letter_is_typed(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.active(2), kit.delegation(1))
    robot.open_form("jesignexpert")
    edit = robot.form.grantor.edit
    qtbot.keyClick(edit.edit, Qt.Key.Key_Down)
    assert edit.list.isVisible()
    assert [edit._model.row(row).title for row in range(edit._model.rowCount())] == ["DELORME Hélène"]
    qtbot.keyClick(edit.edit, Qt.Key.Key_Return)
    robot.settle()
    assert robot.form.request().grantor_entry_id == kit.active(2).grantor.entry_id
    assert "Vous avez déjà, de cette personne\u00a0: Jesignexpert" in robot.form.grantor.held.text()
    qtbot.keyClicks(edit.edit, "x")
    assert robot.form.grantor.held.isHidden()


def test_those_who_grant_in_the_cabinet_are_offered_though_they_were_never_asked(app_kit, qtbot) -> None:
    peer = RegistryEntry(EntryId("entry-9"), "Aubier", "Chloé", list="expert_comptable")
    asked = kit.active(2).grantor
    same = RegistryEntry(EntryId(asked.entry_id), asked.surname, asked.given_name, list="expert_comptable")
    app_kit.gateways.cabinet_grantors = (FirmGrantor(peer, "Cabinet Alba"), FirmGrantor(same, "Cabinet Alba"))
    robot = StaffRobot(app_kit, qtbot, kit.active(2))
    robot.open_form("jesignexpert")
    edit = robot.form.grantor.edit
    qtbot.keyClick(edit.edit, Qt.Key.Key_Down)
    rows = [edit._model.row(row) for row in range(edit._model.rowCount())]
    assert [(row.title, row.detail) for row in rows] == [
        ("AUBIER Chloé", "Cabinet Alba"),
        ("DELORME Hélène", "Cabinet Alba (demande déjà faite)"),
    ]
    qtbot.keyClick(edit.edit, Qt.Key.Key_Return)
    robot.settle()
    assert robot.form.request().grantor_entry_id == "entry-9"
    assert "ne vous a accordé aucun droit" in robot.form.grantor.held.text()


def test_who_was_asked_and_granted_nothing_is_said_to_have_granted_nothing(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1))
    robot.open_form("jesignexpert")
    qtbot.keyClick(robot.form.grantor.edit.edit, Qt.Key.Key_Down)
    qtbot.keyClick(robot.form.grantor.edit.edit, Qt.Key.Key_Return)
    assert "aucun droit en vigueur" in robot.form.grantor.held.text()


def test_an_unsent_request_is_taken_back(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, entries=[kit.entry(1)])
    robot.find("unsentRequest").action_button.click()
    robot.settle()
    assert robot.entries() == ()
    assert robot.screen.unsent.isHidden()


def test_several_unsent_requests_lead_to_the_outbox(app_kit, qtbot) -> None:
    entries = [kit.entry(1), kit.entry(2, status=OutboxStatus.NEEDS_YOU, code="DEL_WRONG_FIRM")]
    robot = StaffRobot(app_kit, qtbot, entries=entries)
    banner = robot.find("unsentRequest")
    assert "2\u00a0demandes ne sont pas encore transmises" in banner.text()
    assert "Dont 1\u00a0demande à revoir." in banner.text()
    with qtbot.waitSignal(robot.kit.navigator.opened):
        banner.action_button.click()


def test_an_empty_form_says_beside_each_field_what_is_missing(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form("jesignexpert")
    robot.send()
    assert robot.entries() == ()
    assert robot.form.grantor.field.error()
    assert robot.form._reason_field.error()
    assert "nécessaire" in robot.form.choice._error.text()
    assert robot.form.submit.isEnabled()


def test_what_was_filled_in_survives_a_refusal_and_a_change_elsewhere(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    robot.fill()
    robot.form.reason.setPlainText("court")
    robot.send()
    robot.kit.changes.announce(frozenset(Topic))
    robot.settle()
    request = robot.form.request()
    assert request.rights == ("prepare",)
    assert request.grantor_entry_id == "entry-1"
    assert request.reason == "court"
    assert robot.form.isVisible()


def test_the_counter_counts_what_will_be_sent(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form()
    robot.form.reason.setPlainText("  abc  ")
    assert "3\u00a0caractères sur 10 au moins." in walks.words_of(robot.form)
    robot.form.reason.setPlainText("x" * 501)
    robot.send()
    assert "500 caractères au plus" in robot.form._reason_field.error()


def test_a_right_that_cannot_be_delegated_says_why(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form("jesignexpert")
    box = robot.find("ask-technical_signature")
    assert not box.isEnabled()
    assert "ne peut pas être délégué" in box.accessibleDescription()
    assert "Pourquoi\u00a0? Ce droit est personnel." in walks.words_of(robot.form)


@pytest.mark.parametrize("service", ["portal"])
def test_a_service_that_is_open_already_cannot_be_asked_for(app_kit, qtbot, service) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form(service)
    assert "ouvert à tous les comptes" in walks.words_of(robot.form)
    boxes = robot.form.choice.findChildren(QCheckBox)
    assert boxes
    assert not any(box.isEnabled() for box in boxes if box.isVisible())


def test_a_typed_name_that_was_not_chosen_does_not_count(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    robot.fill()
    qtbot.keyClicks(robot.form.grantor.edit.edit, "x")
    robot.send()
    assert robot.entries() == ()
    assert robot.form.grantor.field.error()


def test_an_expert_of_several_firms_asks_which_one(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    assert not robot.form.firm.isVisible()
    robot.fill()
    qtbot.waitUntil(robot.form.firm.isVisible)
    robot.form.firm.setCurrentIndex(1)
    robot.send()
    (entry,) = robot.entries()
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body["firm"] == kit.QUAY.id


def test_high_risk_rights_shorten_the_dates_that_are_offered(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form("jesignexpert")
    robot.find("ask-prepare").click()
    long = robot.form.end.chosen()
    robot.find("ask-sign").click()
    assert robot.form.end.chosen() < long


def test_everything_in_the_form_has_a_name(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.open_form("jesignexpert")
    assert walks.unnamed(robot.screen) == []
    assert walks.rich_labels(robot.screen) == []


def test_no_part_of_the_requests_is_ever_a_window(app_kit, qtbot, qapp) -> None:
    watch = walks.WindowWatch(qapp)
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1), entries=[kit.entry(1)])
    robot.open_form("jesignexpert")
    robot.send()
    qapp.removeEventFilter(watch)
    assert watch.shown == ["DelegationsScreen delegationsScreen"]


def test_cancel_goes_back_to_the_requests(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1))
    robot.open_form()
    robot.find("cancelRequestButton").click()
    robot.settle()
    assert robot.screen.desk() is robot.screen.mine


class GrantRobot(StaffRobot):
    """An expert-comptable at « Accorder une délégation »."""

    def __init__(self, app_kit, qtbot, *delegations, firms=(kit.HAWTHORN,)) -> None:
        app_kit.fill(*delegations, firms=firms)
        screen = DelegationsScreen(app_kit.context())
        Robot.__init__(self, screen, app_kit, qtbot)
        self.screen.grant_button.click()
        self.settle()

    @property
    def form(self):
        return self.screen.grant_form


def test_an_expert_grants_without_a_request_and_it_is_said_not_to_be_sent(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    robot.form.choice.choose("jesignexpert")
    robot.form.choice.findChild(QCheckBox, "ask-prepare").click()
    qtbot.keyClicks(robot.form.grantee, "l.marchetti")
    robot.send()
    (entry,) = robot.entries()
    assert (entry.kind, entry.status) == (Kind.GRANT, OutboxStatus.QUEUED)
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body["grantee"] == "l.marchetti"
    assert write.body["rights"] == ["prepare"]
    assert write.body["firm"] == kit.HAWTHORN.id
    assert "grantor" not in write.body
    assert "Délégation non transmise" in robot.find("unsentRequest").text()


def test_the_people_of_the_cabinet_are_offered_with_what_they_hold(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    member = Member(account_id="acc-9", login_id="karim.leroux", given_name="Karim", surname="Leroux", since=kit.NOW)
    page = replace(a_firm_page(), id=kit.HAWTHORN.id, members=(member,))
    right = {"acc-9": (TemplateGrant("rfc", ("access",)),)}
    robot.form._grantee_field._take(Cabinets(None, (), None, KnownPage(page, kit.NOW), "", rights=right))
    field = robot.form._grantee_field
    qtbot.keyClicks(robot.form.grantee, "lero")
    (offered,) = field._names.stringList()
    assert offered == "Karim LEROUX (karim.leroux)"
    robot.form.grantee.setText(offered)
    assert field.held.text().startswith("A déjà")
    assert robot.form.request().grantee == "karim.leroux"
    robot.form.grantee.setText("autre@ailleurs.example")
    assert field.held.isHidden()
    assert robot.form.request().grantee == "autre@ailleurs.example"


def ask_last(robot) -> GrantSummary:
    robot.send()
    robot.qtbot.waitUntil(lambda: robot.screen.findChild(GrantSummary) is not None)
    return robot.screen.findChild(GrantSummary)


@pytest.mark.parametrize(
    ("who", "said"),
    [("L.Marchetti", own_words("l.marchetti")), ("lou@hawthorn.example", "faites-lui épeler son adresse")],
)
def test_a_first_right_of_high_risk_that_nobody_asked_for_is_checked_by_voice(app_kit, qtbot, who, said) -> None:
    robot = GrantRobot(app_kit, qtbot)
    robot.form.choice.choose("jesignexpert")
    robot.form.choice.findChild(QCheckBox, "ask-sign").click()
    qtbot.keyClicks(robot.form.grantee, who)
    dialog = ask_last(robot)
    assert said in walks.words_of(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (dialog.isVisible(), robot.entries()) == (True, ())
    dialog.check.click()
    dialog.confirm_button.click()
    robot.settle()
    assert [entry.kind for entry in robot.entries()] == [Kind.GRANT]


def test_who_holds_such_a_right_is_not_checked_again(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    member = Member(account_id="acc-9", login_id="karim.leroux", given_name="Karim", surname="Leroux", since=kit.NOW)
    page = replace(a_firm_page(), id=kit.HAWTHORN.id, members=(member,))
    held = {"acc-9": (TemplateGrant("jesignexpert", ("seal",)),)}
    robot.form._grantee_field._take(Cabinets(None, (), None, KnownPage(page, kit.NOW), "", rights=held))
    robot.form.choice.choose("jesignexpert")
    robot.form.choice.findChild(QCheckBox, "ask-sign").click()
    qtbot.keyClicks(robot.form.grantee, "karim.leroux")
    robot.send()
    assert len(robot.entries()) == 1


def test_a_grant_says_what_it_changes_once_it_is_whole(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    robot.form.choice.choose("jesignexpert")
    qtbot.keyClicks(robot.form.grantee, "l.marchetti")
    assert robot.form._pane.isHidden(), "no right is chosen yet"
    robot.form.choice.findChild(QCheckBox, "ask-prepare").click()
    assert not robot.form._pane.isHidden()
    robot.form.grantee.clear()
    robot.form._pane.look()
    assert robot.form._pane.isHidden()


def test_a_grant_needs_somebody_and_some_right(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    robot.form.choice.choose("jesignexpert")
    robot.send()
    assert robot.form._grantee_field.error()
    qtbot.keyClicks(robot.form.grantee, "l.marchetti")
    assert not robot.form._grantee_field.error()
    robot.send()
    assert robot.form.choice._error.text()
    assert robot.entries() == ()


def test_an_expert_of_two_cabinets_says_for_which_one(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot, firms=(kit.HAWTHORN, kit.QUAY))
    assert robot.form.firm.isVisible()
    robot.form.firm.setCurrentIndex(1)
    robot.kit.changes.announce(frozenset(Topic))
    robot.settle()
    assert robot.form.request().firm_id == kit.QUAY.id


def test_what_is_open_to_all_is_not_granted(app_kit, qtbot) -> None:
    robot = GrantRobot(app_kit, qtbot)
    robot.form.choice.choose("portal")
    assert "Il n’y a rien à accorder." in walks.words_of(robot.form)
    assert walks.unnamed(robot.form) == []


def test_the_form_opens_at_once_when_another_screen_asks_for_it(app_kit, qtbot) -> None:
    app_kit.fill(grants=False)
    screen = DelegationsScreen(app_kit.context())
    qtbot.addWidget(screen)
    screen.activate()
    screen.open_request("bibliordre")
    qtbot.waitUntil(lambda: screen.form.choice.service() == "bibliordre")
    assert screen.form.isVisibleTo(screen)


def test_nothing_of_one_account_is_left_for_the_next(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot, kit.delegation(1))
    robot.open_form("jesignexpert")
    robot.form.reason.setPlainText(REASON)
    robot.kit.sign_in(grants=True)
    robot.settle()
    assert robot.form.reason.toPlainText() == ""
    assert robot.screen.desk() is robot.screen.review
    assert robot.screen.mine.model.rowCount() == 0
    assert "Lou MARCHETTI" not in walks.words_of(robot.screen)
