"""A person's way through the wizard, keyboard only, and what happens when something is wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import StoreError, Unreachable
from comptexpert_desktop.presentation.profile_words import PROFILES
from comptexpert_desktop.presentation.signup.steps import StepId
from comptexpert_desktop.ui.destinations import NewSignup
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.ui.walks import rich_labels, unnamed, words_of
from tests.fakes import an_entry

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit


@pytest.fixture
def wizard(window_kit: WindowKit, qtbot) -> Any:
    window_kit.fill()
    window_kit.show()
    window_kit.window.open(NewSignup())
    qtbot.waitUntil(lambda: window_kit.is_shown("profileList"))
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    return window_kit.window.stack.screen_of("signups").wizard


def press(*keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


def write(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def focus() -> str:
    return QApplication.focusWidget().objectName()


def choose_profile(profile: Profile) -> None:
    press(*[Qt.Key.Key_Down] * (list(PROFILES).index(profile) + 1), Qt.Key.Key_Return)


def choose_name(window_kit: WindowKit, qtbot, text: str, *, downs: int = 0) -> None:
    write(text)
    qtbot.waitUntil(lambda: window_kit.is_shown("nameSuggestions"))
    press(*[Qt.Key.Key_Down] * downs, Qt.Key.Key_Return)


def rows(window_kit: WindowKit) -> list[str]:
    model = window_kit.find(QWidget, "nameSuggestions").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_an_expert_signs_up_with_the_keyboard_alone(window_kit: WindowKit, wizard, qtbot):
    assert focus() == "profileList"
    choose_profile(Profile.EXPERT_COMPTABLE)
    assert focus() == "nameEdit"
    choose_name(window_kit, qtbot, "aub", downs=2)
    assert focus() == "birthDateEdit"
    write("12031980")
    press(Qt.Key.Key_Return)
    assert focus() == "loginIdEdit"
    write("Claire.Aubier")
    press(Qt.Key.Key_Tab)
    assert focus() == "loginIdAgainEdit"
    write("claire.aubier")
    press(Qt.Key.Key_Return)
    assert focus() == "submitButton"
    draft = wizard.keeper.draft
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window_kit.is_shown("signupState"))
    assert draft.entry.surname == "Aubier"
    assert draft.date_of_birth == date(1980, 3, 12)
    [progress] = window_kit.read(signup.progress, qtbot)
    assert progress.login_id == "claire.aubier"
    assert window_kit.read(signup.drafts, qtbot) == ()


def test_enter_on_nothing_says_what_to_do(window_kit: WindowKit, wizard):
    press(Qt.Key.Key_Return)
    assert wizard.current is StepId.PROFILE
    assert wizard.steps[StepId.PROFILE].fields["profile"].error() == "Choisissez votre profil dans la liste."
    assert focus() == "profileList"


def test_a_typed_name_is_not_a_chosen_one(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    write("aubier")
    qtbot.waitUntil(lambda: window_kit.is_shown("nameSuggestions"))
    press(Qt.Key.Key_Escape)
    window_kit.find(QPushButton, "nextButton").click()
    fields = wizard.steps[StepId.IDENTITY].fields
    assert "choisir dans la liste" in fields["entry"].error()
    assert fields["date_of_birth"].error() == "Saisissez votre date de naissance."
    assert focus() == "nameEdit"


def test_changing_the_name_forgets_the_choice(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    choose_name(window_kit, qtbot, "aub")
    assert wizard.keeper.draft.entry is not None
    window_kit.type("nameEdit", "x")
    assert wizard.keeper.draft.entry is None


def test_homonyms_are_told_apart_by_town_and_never_by_birth(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    write("aubier")
    qtbot.waitUntil(lambda: window_kit.is_shown("nameSuggestions"))
    assert rows(window_kit) == ["AUBIER Claire", "AUBIER Paul"]
    model = window_kit.find(QWidget, "nameSuggestions").model()
    details = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert details[0] == "AUBIER Claire, Rennes · Bretagne · Expert-comptable"
    assert "Brest" in details[1]
    assert "Annuaire du 20/11/2026" in words_of(window_kit.window)


def test_a_name_of_markup_stays_text(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    write("<b>gras")
    qtbot.waitUntil(lambda: window_kit.is_shown("nameSuggestions"))
    assert rows(window_kit) == ["<B>GRAS</B> Lou"]
    press(Qt.Key.Key_Return)
    assert window_kit.find(QLineEdit, "nameEdit").text() == "<B>GRAS</B> Lou"
    assert rich_labels(window_kit.window) == []


def test_nobody_found_reveals_the_number(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    write("zzzzzz")
    qtbot.waitUntil(lambda: window_kit.is_shown("registrationNumberEdit"))
    assert "Aucun nom ne correspond" in words_of(window_kit.window)


def test_the_number_is_the_other_way(window_kit: WindowKit, wizard, qtbot):
    window_kit.server.people.append(an_entry("Aubier", number="140000000001"))
    choose_profile(Profile.EXPERT_COMPTABLE)
    window_kit.find(QPushButton, "notFoundButton").click()
    assert focus() == "registrationNumberEdit"
    write("14 0000 000001")
    press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: "Trouvé\u00a0: AUBIER Claire" in words_of(window_kit.window))
    write("12/03/1980")
    press(Qt.Key.Key_Return)
    assert wizard.current is StepId.LOGIN


def test_an_unknown_number_is_said_at_once(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.EXPERT_COMPTABLE)
    window_kit.find(QPushButton, "notFoundButton").click()
    write("42")
    assert "forme habituelle" in words_of(window_kit.window)
    press(Qt.Key.Key_Tab)
    row = wizard.steps[StepId.IDENTITY].fields["registration_number"]
    qtbot.waitUntil(lambda: "ne figure pas" in row.error())


def test_a_number_offline_will_be_checked_later(window_kit: WindowKit, wizard, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_OFFLINE")])
    choose_profile(Profile.EXPERT_COMPTABLE)
    window_kit.find(QPushButton, "notFoundButton").click()
    write("140000000001")
    press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: "vérifié à l’envoi" in words_of(window_kit.window))


def test_a_list_that_is_not_public_is_searched_online(window_kit: WindowKit, wizard, qtbot):
    window_kit.server.people.append(an_entry("Stagey")._replace(list="trainee"))
    choose_profile(Profile.TRAINEE)
    write("stag")
    qtbot.waitUntil(lambda: window_kit.is_shown("nameSuggestions"))
    assert rows(window_kit) == ["STAGEY Claire"]
    assert "Réponse du serveur" in words_of(window_kit.window)


def test_offline_such_a_list_gives_way_to_the_number(window_kit: WindowKit, wizard, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_OFFLINE")] * 3)
    choose_profile(Profile.TRAINEE)
    write("stag")
    qtbot.waitUntil(lambda: window_kit.is_shown("registrationNumberEdit"))
    assert "La recherche n’a pas abouti" in words_of(window_kit.window)


@pytest.mark.parametrize("typed", ["31021980", "12/03", "12/03/2090", "abc"])
def test_a_date_that_is_none_is_said_beside_the_field(window_kit: WindowKit, wizard, qtbot, typed):
    choose_profile(Profile.EXPERT_COMPTABLE)
    choose_name(window_kit, qtbot, "aub")
    write(typed)
    press(Qt.Key.Key_Return)
    assert wizard.current is StepId.IDENTITY
    assert "31/12/1980" in wizard.steps[StepId.IDENTITY].fields["date_of_birth"].error()
    assert focus() == "birthDateEdit"


@pytest.mark.parametrize("typed", ["12/0", "31021980", "mars 1980"])
def test_a_date_half_typed_is_there_again_on_another_day(window_kit: WindowKit, wizard, qtbot, typed):
    choose_profile(Profile.EXPERT_COMPTABLE)
    choose_name(window_kit, qtbot, "aub")
    write(typed)
    shown = window_kit.find(QLineEdit, "birthDateEdit").text()
    wizard.keeper.flush()
    [kept] = window_kit.read(signup.drafts, qtbot)
    assert (kept.date_of_birth, kept.typed_birth) == (None, shown)
    wizard.open(SignupDraft(id=DraftId("other")))
    assert window_kit.find(QWidget, "profileList").isVisible()
    wizard.open(kept)
    wizard.go_to(StepId.IDENTITY)
    assert window_kit.find(QLineEdit, "birthDateEdit").text() == shown


def to_login(window_kit: WindowKit, qtbot) -> None:
    choose_profile(Profile.EXPERT_COMPTABLE)
    choose_name(window_kit, qtbot, "aub", downs=1)
    write("12031980")
    press(Qt.Key.Key_Return)


def test_an_identifiant_is_offered_from_the_name(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    window_kit.find(QPushButton, "loginSuggestionButton").click()
    assert window_kit.find(QLineEdit, "loginIdEdit").text() == "claire.aubier"
    assert focus() == "loginIdAgainEdit"


def test_the_warning_that_it_is_final_is_on_screen(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    assert "Votre identifiant devient définitif à l’activation" in words_of(window_kit.window)


def test_two_different_identifiants_are_refused(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    write("claire.aubier")
    press(Qt.Key.Key_Tab)
    write("claire.aubie")
    press(Qt.Key.Key_Return)
    assert "n’est pas le même" in wizard.steps[StepId.LOGIN].fields["login_id_again"].error()
    assert focus() == "loginIdAgainEdit"


@pytest.mark.parametrize("typed", ["court", "1commence.par", "avec espace", "a@b.example"])
def test_an_identifiant_of_the_wrong_form_is_said_when_it_is_left(window_kit: WindowKit, wizard, qtbot, typed):
    to_login(window_kit, qtbot)
    write(typed)
    press(Qt.Key.Key_Tab)
    assert "minuscules sans accent" in wizard.steps[StepId.LOGIN].fields["login_id"].error()


def test_alternates_are_folded_away_until_they_are_wanted(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    assert not window_kit.is_shown("alternateEdit1")
    window_kit.find(QPushButton, "alternatesButton").click()
    assert focus() == "alternateEdit1"
    write("c.aubier")
    assert wizard.keeper.draft.alternates == ("c.aubier",)


def to_person(window_kit: WindowKit) -> None:
    choose_profile(Profile.OTHER)
    assert focus() == "emailEdit"
    write("karim.leroux@cabinet.example")
    window_kit.type("loginIdEdit", "karim.leroux")
    window_kit.type("loginIdAgainEdit", "karim.leroux")
    press(Qt.Key.Key_Return)
    assert focus() == "kindBox"


def choose_kind(window_kit: WindowKit, kind: OtherKind) -> None:
    box = window_kit.find(QComboBox, "kindBox")
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


def test_a_collaborateur_prepares_a_first_request_in_the_same_form(window_kit: WindowKit, wizard, qtbot):
    to_person(window_kit)
    choose_kind(window_kit, OtherKind.FIRM_STAFF)
    window_kit.type("givenNameEdit", "Karim")
    window_kit.type("surnameEdit", "Leroux")
    press(Qt.Key.Key_Return)
    assert focus() == "firmEdit"
    write("Cabinet Aubier")
    window_kit.type("grantorEdit", "aubier")
    qtbot.waitUntil(lambda: window_kit.is_shown("grantorSuggestions"))
    press(Qt.Key.Key_Return)
    window_kit.find(QCheckBox, "firstRequestBox").click()
    services = window_kit.find(QComboBox, "serviceBox")
    qtbot.waitUntil(lambda: services.count() > 0)
    services.setCurrentIndex(services.findData("jesignexpert"))
    window_kit.find(QCheckBox, "ask-prepare").setChecked(True)
    window_kit.find(QPushButton, "nextButton").click()
    assert "10\u00a0caractères" in wizard.steps[StepId.FIRM].fields["reason"].error()
    window_kit.find(QPlainTextEdit, "reasonEdit").setPlainText("Je prépare les missions de paie.")
    window_kit.find(QPushButton, "nextButton").click()
    assert wizard.current is StepId.SUMMARY
    draft = wizard.keeper.draft
    assert draft.grantor.surname == "Aubier"
    assert draft.first_requests[0].service == "jesignexpert"
    assert draft.first_requests[0].rights == ("prepare",)
    assert "Je prépare les missions de paie." in words_of(window_kit.window)


def test_a_student_is_not_asked_for_a_cabinet(window_kit: WindowKit, wizard, qtbot):
    to_person(window_kit)
    choose_kind(window_kit, OtherKind.STUDENT)
    window_kit.type("givenNameEdit", "Zoe")
    window_kit.type("surnameEdit", "Leroux")
    press(Qt.Key.Key_Return)
    assert wizard.current is StepId.SUMMARY


def test_the_head_of_an_agc_answers_one_question_first(window_kit: WindowKit, wizard, qtbot):
    choose_profile(Profile.AGC_HEAD)
    assert wizard.current is StepId.MANDATE
    press(Qt.Key.Key_Return)
    assert wizard.steps[StepId.MANDATE].fields["also_expert"].error() == "Choisissez une réponse."
    press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert wizard.current is StepId.IDENTITY


def test_going_back_and_forth_keeps_everything(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    window_kit.find(QPushButton, "backButton").click()
    assert window_kit.find(QLineEdit, "birthDateEdit").text() == "12/03/1980"
    assert window_kit.find(QLineEdit, "nameEdit").text() == "AUBIER Paul" or wizard.keeper.draft.entry is not None
    window_kit.find(QPushButton, "backButton").click()
    assert window_kit.find(QWidget, "profileList").selectionModel().hasSelection()


def test_the_summary_leads_back_to_what_is_to_change(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    write("claire.aubier")
    press(Qt.Key.Key_Tab)
    write("claire.aubier")
    press(Qt.Key.Key_Return)
    window_kit.find(QPushButton, "change-identity").click()
    assert wizard.current is StepId.IDENTITY


def test_a_click_too_many_sends_once(window_kit: WindowKit, wizard, qtbot):
    to_login(window_kit, qtbot)
    write("claire.aubier")
    press(Qt.Key.Key_Tab)
    write("claire.aubier")
    press(Qt.Key.Key_Return)
    wizard.send()
    wizard.send()
    qtbot.waitUntil(lambda: window_kit.is_shown("signupState"))
    assert len(window_kit.read(signup.progress, qtbot)) == 1


def test_a_full_disk_is_said_and_the_form_stays(window_kit: WindowKit, wizard, qtbot, monkeypatch):
    to_login(window_kit, qtbot)
    write("claire.aubier")
    press(Qt.Key.Key_Tab)
    write("claire.aubier")
    press(Qt.Key.Key_Return)

    def full(*_args, **_kwargs):
        raise StoreError("STORE_FULL")

    monkeypatch.setattr(signup, "submit", full)
    window_kit.find(QPushButton, "submitButton").click()
    qtbot.waitUntil(lambda: "Disque plein" in wizard.banner.text())
    assert window_kit.find(QPushButton, "submitButton").isEnabled()
    assert wizard.keeper.draft.login_id == "claire.aubier"


@pytest.mark.parametrize("profile", [Profile.EXPERT_COMPTABLE, Profile.AGC_HEAD, Profile.OTHER])
def test_every_screen_of_the_wizard_can_be_heard(window_kit: WindowKit, wizard, profile):
    wizard.keeper.change(profile=profile, also_expert=False if profile is Profile.AGC_HEAD else None)
    for step in StepId:
        wizard.go_to(step)
        assert unnamed(wizard) == []
        assert rich_labels(wizard) == []
