"""Each change of the cabinet: asked first, sent once, said when it is done, asked again when the cabinet moved."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QPlainTextEdit, QPushButton

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.firm import AbsenceStatus, PendingSetting, Unused
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.errors import Refused, SessionExpired, Unreachable
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.outbox import outbox
from tests.desktop.ui import walks
from tests.desktop.ui.firm.conftest import DAY, soon
from tests.fakes import a_delegation, a_party, an_account
from tests.fakes_firm import FIRM_ID, an_absence, an_invitation
from tests.fakes_wire import call_of

LOST = Unreachable(data={"host": "127.0.0.1", "sent": True})


def fill_absence(desk, qtbot, *, until="20122026", reason="Conge annuel"):
    dialog = desk.dialog(qtbot)
    edit = dialog.findChild(QLineEdit, "absenceEndEdit")
    QTest.keyClicks(edit, until)
    dialog.findChild(QPlainTextEdit, "absenceReasonEdit").setPlainText(reason)
    return dialog


def test_ones_own_absence_names_who_decides(desk, qtbot):
    desk.open(qtbot, tab=1)
    desk.press("declareAbsenceButton")
    dialog = fill_absence(desk, qtbot)
    assert dialog.findChild(QLineEdit, "absenceEndEdit").text() == "20/12/2026"
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.reads(qtbot, "Hugo GARNIER décide à votre place jusqu’au 20\u00a0décembre 2026 inclus.")
    desk.reads(qtbot, "Hugo GARNIER décide en l’absence de Claire AUBIER")
    desk.reads(qtbot, "Pourquoi\u00a0? Votre absence est déjà déclarée.")
    assert [(one.status, one.ends_on) for one in desk.page.absences] == [(AbsenceStatus.ACTIVE, DAY)]


def test_ones_own_absence_is_planned_and_called_off(desk, qtbot):
    desk.open(qtbot, tab=1)
    desk.press("declareAbsenceButton")
    dialog = fill_absence(desk, qtbot)
    start = dialog.findChild(QLineEdit, "absenceStartEdit")
    start.selectAll()
    QTest.keyClicks(start, "15122026")
    dialog.confirm_button.click()
    desk.reads(qtbot, "Hugo GARNIER décidera à votre place du 15\u00a0décembre 2026 jusqu’au 20\u00a0décembre 2026")
    assert desk.server.firm_calls[-1].body["starts_on"] == "2026-12-15"
    (planned,) = desk.page.absences
    assert (planned.status, planned.is_named) == (AbsenceStatus.WAITING, True)
    desk.reads(qtbot, "Prévu\u00a0: commence")
    assert desk.screen.findChild(QPushButton, f"object-{planned.id}") is None, "one's own wish is ended"
    desk.confirm(qtbot, f"end-{planned.id}")
    desk.reads(qtbot, "La suppléance a pris fin.")


def test_an_absence_that_starts_too_late_says_between_which_days(desk, qtbot):
    desk.open(qtbot, tab=1)
    desk.press("declareAbsenceButton")
    dialog = fill_absence(desk, qtbot)
    start = dialog.findChild(QLineEdit, "absenceStartEdit")
    start.selectAll()
    QTest.keyClicks(start, "15122030")
    dialog.confirm_button.click()
    assert dialog.fields["starts_on"].error().startswith("Du ")
    dialog.reject()
    assert desk.server.firm_calls == []


def test_a_planned_departure_is_cancelled(desk, qtbot):
    member = replace(desk.page.members[0], leaves_on=DAY)
    desk.put(members=(member,))
    desk.open(qtbot)
    desk.press(f"stay-{member.login_id}")
    dialog = desk.dialog(qtbot)
    assert "devait quitter Cabinet Aubier le 20\u00a0décembre 2026 au soir" in walks.words_of(dialog)
    dialog.confirm_button.click()
    desk.reads(qtbot, "Karim LEROUX reste au cabinet.")
    assert desk.server.firm_calls[-1].path.endswith(f"/members/{member.account_id}/departure")
    assert desk.page.members[0].leaves_on is None
    qtbot.waitUntil(lambda: desk.screen.findChild(QPushButton, f"stay-{member.login_id}") is None)


def unused(**changes):
    made = Unused(
        delegation_id="d0000000-0000-4000-8000-000000000009",
        version=2,
        person_name="Karim LEROUX",
        service="rfc",
        rights=("access",),
        last_used_on=None,
        days=200,
        proposed=True,
    )
    return replace(made, **changes)


def test_an_unused_right_is_listed_and_kept(desk, qtbot):
    desk.put(unused=(unused(),))
    desk.open(qtbot)
    for said in ("Droits inutilisés", "Fin proposée", "Jamais utilisé · 200\u00a0jours sans utilisation"):
        assert said in desk.words()
    desk.press(f"keep-unused-{unused().delegation_id}")
    desk.reads(qtbot, "Le droit de Karim LEROUX est gardé.")
    qtbot.waitUntil(lambda: "Droits inutilisés" not in desk.words())
    assert desk.server.firm_calls[-1].path.endswith(f"/unused/{unused().delegation_id}/keep")


def test_an_unused_right_ends_by_a_revocation(desk, qtbot):
    karim = an_account("karim.leroux", may_grant=False)
    made = a_delegation(grantor=desk.browser.account, grantee=karim, status=Status.ACTIVE)
    desk.server.delegations[made.id] = made
    desk.put(unused=(unused(delegation_id=made.id, version=made.version),))
    desk.open(qtbot)
    desk.press(f"end-unused-{made.id}")
    dialog = desk.dialog(qtbot)
    assert "Retirer ce droit à Karim LEROUX" in walks.words_of(dialog)
    dialog.reject()
    assert desk.server.firm_calls == []


def test_a_colleague_is_covered_after_48_hours_unless_he_objects(desk, qtbot):
    desk.open(qtbot, tab=1)
    assert "48\u00a0heures" in desk.words()
    desk.press("askCoverButton")
    fill_absence(desk, qtbot).confirm_button.click()
    desk.reads(qtbot, "Claire AUBIER décide en l’absence d’Hugo GARNIER")
    desk.reads(qtbot, "sauf opposition.")
    assert "Pas encore commencé" in desk.words()
    assert desk.page.absences[0].status is AbsenceStatus.WAITING
    assert not desk.find(QPushButton, "askCoverButton").isEnabled()


def test_an_absence_says_what_is_missing_and_sends_nothing(desk, qtbot):
    desk.open(qtbot, tab=1)
    desk.press("declareAbsenceButton")
    dialog = fill_absence(desk, qtbot, until="31112026", reason="Court")
    dialog.confirm_button.click()
    assert dialog.isVisible()
    assert dialog.fields["ends_on"].error()
    assert "10\u00a0caractères" in dialog.fields["reason"].error()
    dialog.reject()
    assert desk.server.firm_calls == []


def test_a_cover_that_was_asked_is_refused_by_the_absent(desk, qtbot):
    desk.put(absences=(an_absence(desk.page, absent=0, cover=1, status=AbsenceStatus.WAITING, starts_at=soon(20)),))
    desk.open(qtbot, tab=1)
    desk.confirm(qtbot, f"object-{desk.page.absences[0].id}")
    desk.reads(qtbot, "Votre opposition est enregistrée.")
    desk.reads(qtbot, "Refusé avant le début.")


def test_a_cover_ends_before_its_day(desk, qtbot):
    desk.put(absences=(an_absence(desk.page, ends_on=DAY),))
    desk.open(qtbot, tab=1)
    desk.confirm(qtbot, f"end-{desk.page.absences[0].id}")
    desk.reads(qtbot, "La suppléance a pris fin.")
    assert desk.page.absences[0].status is AbsenceStatus.ENDED


def test_alone_nobody_can_be_named_and_two_approvals_cannot_be_asked(desk, qtbot):
    desk.put(experts=desk.page.experts[:1])
    desk.open(qtbot, tab=1)
    assert not desk.find(QPushButton, "declareAbsenceButton").isEnabled()
    assert "Pourquoi\u00a0? Aucun confrère du cabinet n’a de Comptexpert." in desk.words()
    desk.screen.tabs.setCurrentIndex(2)
    button = desk.find(QPushButton, "twoApproversButton")
    assert not button.isEnabled()
    assert "Il en faut deux" in desk.words()
    assert "Il en faut deux" in button.accessibleDescription()


def test_two_approvals_are_asked_and_no_longer_asked(desk, qtbot):
    desk.open(qtbot, tab=2)
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "Deux accords sont désormais demandés.")
    qtbot.waitUntil(lambda: desk.find(QPushButton, "twoApproversButton").text() == "Revenir à un seul accord…")
    assert desk.page.two_approvers
    assert not desk.screen.rules.keep_two_button.isVisible()
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "Ce qui allège un contrôle attend 72\u00a0heures, ou l’accord d’un confrère.")
    desk.reads(qtbot, "Vous demandez à revenir à un seul accord. Sans opposition, ce sera fait le")
    assert desk.page.two_approvers
    desk.confirm(qtbot, "keepTwoApproversButton")
    desk.reads(qtbot, "La demande est close\u00a0: deux accords restent demandés.")
    assert desk.page.pending_settings == ()


def test_a_second_person_who_asks_for_one_approval_has_it_at_once(desk, qtbot):
    colleague = PendingSetting(
        setting="two_approvers",
        value=False,
        asked_by="acc-other",
        asked_by_name="Marion THÉVENET",
        takes_effect_at=soon(72),
    )
    desk.put(two_approvers=True, pending_settings=(colleague,))
    desk.open(qtbot, tab=2)
    desk.reads(qtbot, "Marion THÉVENET demande à revenir à un seul accord.")
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "Un seul accord suffit désormais.")
    assert (desk.page.two_approvers, desk.page.pending_settings) == (False, ())


def test_a_day_of_review_that_a_colleague_moves_can_be_kept(desk, qtbot):
    colleague = PendingSetting(
        setting="review_on", value="", asked_by="acc-other", asked_by_name="Marion THÉVENET", takes_effect_at=soon(72)
    )
    desk.put(review_on="03-31", pending_settings=(colleague,))
    desk.open(qtbot, tab=2)
    desk.reads(qtbot, "Marion THÉVENET demande à supprimer la date de la revue annuelle.")
    desk.press("keepReviewDayButton")
    qtbot.waitUntil(lambda: bool(desk.server.firm_calls))
    assert desk.server.firm_calls[-1].body == {"review_on": "03-31"}


def test_terms_are_accepted_once_their_consequence_was_said(desk, qtbot):
    desk.open(qtbot, tab=2)
    desk.press("accept-jesignexpert")
    dialog = desk.dialog(qtbot)
    assert "inscrits au registre" in dialog.findChildren(type(desk.screen.heading))[1].text()
    dialog.reject()
    assert desk.server.firm_calls == []
    desk.confirm(qtbot, "accept-jesignexpert")
    desk.reads(qtbot, "Acceptées par Claire AUBIER le 24\u00a0novembre 2026")
    assert not desk.is_shown("accept-jesignexpert")


def test_the_day_of_the_review_is_one_that_every_year_has(desk, qtbot):
    desk.open(qtbot, tab=2)
    assert "Aucune date n’est choisie." in desk.words()
    desk.press("reviewDayButton")
    dialog = desk.dialog(qtbot)
    day, month = dialog.findChild(QComboBox, "reviewDayBox"), dialog.findChild(QComboBox, "reviewMonthBox")
    assert not day.isEnabled()
    month.setCurrentIndex(2)
    day.setCurrentIndex(28)
    assert not dialog.confirm_button.isEnabled()
    month.setCurrentIndex(3)
    day.setCurrentIndex(30)
    dialog.confirm_button.click()
    desk.reads(qtbot, "chaque année le 31\u00a0mars.")
    assert desk.page.review_on == "03-31"


def test_a_template_is_changed_within_what_its_rights_allow(desk, qtbot):
    desk.open(qtbot, tab=3)
    desk.press("edit-assistant")
    dialog = desk.dialog(qtbot)
    days = dialog.findChild(QLineEdit, "templateDaysEdit")
    assert "Au plus 1\u00a0an (365\u00a0jours)" in days.accessibleDescription()
    days.setText("400")
    dialog.confirm_button.click()
    assert dialog.days_field.error()
    box = dialog.findChild(QCheckBox, "grant-jesignexpert-prepare")
    assert dialog.findChild(QCheckBox, "grant-jesignexpert-technical_signature") is None
    box.setChecked(False)
    dialog.confirm_button.click()
    assert dialog.isVisible()
    box.setChecked(True)
    days.setText("90")
    dialog.confirm_button.click()
    desk.reads(qtbot, "Pour 3\u00a0mois (90\u00a0jours)")
    assert [one.days for one in desk.page.templates] == [90, 365]


def test_the_cabinet_writes_a_template_of_its_own(desk, qtbot):
    desk.open(qtbot, tab=3)
    desk.press("addTemplateButton")
    dialog = desk.dialog(qtbot)
    assert dialog.windowTitle() == "Ajouter un modèle"
    dialog.findChild(QCheckBox, "grant-jesignexpert-prepare").setChecked(True)
    dialog.confirm_button.click()
    assert dialog.name_field.error()
    dialog.findChild(QLineEdit, "templateNameEdit").setText("  Paie   du lundi ")
    dialog.confirm_button.click()
    desk.reads(qtbot, "Le modèle «\u00a0Paie du lundi\u00a0» est enregistré.")
    assert [one.name for one in desk.page.templates] == ["Assistant", "Réviseur", "Paie du lundi"]
    assert re.fullmatch("[a-z0-9_]{1,32}", desk.page.templates[-1].code), "a code that the server takes"


def test_the_usual_templates_come_back(desk, qtbot):
    desk.open(qtbot, tab=3)
    desk.confirm(qtbot, "restoreTemplatesButton")
    desk.reads(qtbot, "Les modèles d’origine sont rétablis.")
    assert desk.server.firm_calls[-1].body == {"templates": []}


def test_a_change_of_an_old_page_is_shown_and_asked_again_and_nothing_is_lost(desk, qtbot):
    desk.open(qtbot, tab=3)
    desk.press("edit-assistant")
    dialog = desk.dialog(qtbot)
    dialog.findChild(QLineEdit, "templateDaysEdit").setText("90")
    desk.put(two_approvers=True, templates=(desk.page.templates[0], replace(desk.page.templates[1], days=30)))
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: any("a changé" in one.windowTitle() for one in desk.window.findChildren(QDialog)))
    desk.reads(qtbot, "Pour 1\u00a0mois (30\u00a0jours)")
    assert desk.page.templates[0].days == 365
    again = next(one for one in desk.window.findChildren(QDialog) if "a changé" in one.windowTitle())
    again.confirm_button.click()
    desk.reads(qtbot, "Pour 3\u00a0mois (90\u00a0jours)")
    assert [one.days for one in desk.page.templates] == [90, 30]
    assert desk.page.two_approvers
    assert len({call.key for call in desk.server.firm_calls}) == 2


def test_a_lost_answer_is_asked_for_again_under_the_same_key(desk, qtbot):
    desk.open(qtbot, tab=2)
    desk.server.lost_answers = 1
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "La réponse du serveur n’est pas arrivée.")
    desk.screen.banner.action_button.click()
    desk.reads(qtbot, "Deux accords sont désormais demandés.")
    assert len({call.key for call in desk.server.firm_calls}) == 1
    assert len(desk.server.firm_calls) == 2
    assert desk.page.two_approvers


def test_a_change_that_asks_for_a_sign_in_is_offered_again_after_it(desk, qtbot):
    desk.open(qtbot, tab=2)
    real = desk.server.change_firm
    desk.server.change_firm = lambda *_args, **_options: (_ for _ in ()).throw(Refused("AUTH_STEP_UP"))
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "Votre modification repartira ensuite.")
    desk.server.change_firm = real
    requested = []
    desk.window.sign_in = lambda: requested.append(True)
    desk.screen.banner.action_button.click()
    assert requested == [True]
    desk.sync.ask()
    desk.reads(qtbot, "Deux accords sont désormais demandés.")


def test_a_change_outlives_the_window_that_made_it(desk, qtbot):
    desk.open(qtbot, tab=2)
    real = desk.server.change_firm
    desk.server.change_firm = lambda *_args, **_options: (_ for _ in ()).throw(LOST)
    desk.confirm(qtbot, "twoApproversButton")
    desk.reads(qtbot, "La réponse du serveur n’est pas arrivée.")
    desk.screen.sending.clear()
    desk.screen.banner.clear()
    desk.screen.activate()
    desk.reads(qtbot, "La réponse du serveur n’est pas arrivée.")
    desk.server.change_firm = real
    desk.sync.ask()
    desk.reads(qtbot, "Le serveur a enregistré cette modification.")
    assert desk.page.two_approvers


def test_a_colleague_who_cannot_be_told_is_named_as_such(desk, qtbot):
    desk.open(qtbot, tab=1)
    refused = Refused("INVALID_INPUT", data={"errors": [{"field": "absent", "code": "NO_ADDRESS"}]})
    desk.server.change_firm = lambda *_args, **_options: (_ for _ in ()).throw(refused)
    desk.press("askCoverButton")
    fill_absence(desk, qtbot).confirm_button.click()
    desk.reads(qtbot, "Cette personne ne peut pas être prévenue")


@pytest.mark.parametrize("error", [Refused("NOT_FOUND"), SessionExpired()])
def test_a_refusal_is_said_and_the_page_stays(desk, qtbot, error):
    desk.open(qtbot, tab=2)
    desk.server.change_firm = lambda *_args, **_options: (_ for _ in ()).throw(error)
    desk.confirm(qtbot, "twoApproversButton")
    qtbot.waitUntil(lambda: bool(desk.screen.banner.text()))
    assert "Un accord suffit" in desk.words()


@pytest.fixture
def invited(desk, qtbot):
    """An address that was invited, known here, and a machine that sends nothing."""
    guest = replace(a_party(an_account("lea.petit", may_grant=False)), account_id="", email="lea.petit@aubier.example")
    made = a_delegation(grantor=desk.browser.account, status=Status.SCHEDULED)
    made = replace(made, grantee=guest)
    desk.put(invitations=(an_invitation(delegation_id=made.id),))
    desk.sync.stop()
    desk.open(qtbot)
    desk.tasks.write(desk.changes, lambda stores: _know(stores, made))
    return made


def test_an_invitation_is_cancelled_as_a_revocation_that_leaves_first(desk, qtbot, invited):
    desk.confirm(qtbot, f"cancel-{invited.id}")
    desk.reads(qtbot, "Décision non transmise")
    assert not desk.is_shown(f"cancel-{invited.id}")
    entries = desk.read(outbox.entries, qtbot)
    assert [(one.kind, one.delegation_id) for one in entries] == [(Kind.REVOKE, invited.id)]


def test_an_invitation_is_sent_again_as_an_end_and_a_new_promise(desk, qtbot, invited):
    desk.confirm(qtbot, f"again-{invited.id}")
    desk.reads(qtbot, "Décision non transmise")
    entries = {one.kind: one for one in desk.read(outbox.entries, qtbot)}
    assert set(entries) == {Kind.REVOKE, Kind.GRANT}
    grant = entries[Kind.GRANT].id
    write = desk.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=grant)), qtbot)
    assert write.body["grantee"] == "lea.petit@aubier.example"
    assert write.body["rights"] == ["prepare"]
    assert write.body["valid_until"] == "2027-03-01"


def test_the_departure_of_somebody_with_rights_names_what_ends(desk, qtbot):
    karim = an_account("karim.leroux", may_grant=False)
    made = a_delegation(grantor=desk.browser.account, grantee=karim, status=Status.ACTIVE)
    desk.server.delegations[made.id] = made
    desk.open(qtbot)
    desk.tasks.write(desk.changes, lambda stores: _know(stores, made))
    desk.press("departure-karim.leroux")
    dialog = desk.dialog(qtbot)
    assert dialog.objectName() == "departureDialog"
    assert "Karim LEROUX" in dialog.windowTitle()
    dialog.confirm_button.click()
    desk.reads(qtbot, "appliquées.")
    assert desk.server.delegations[made.id].status is Status.REVOKED
    desk.reads(qtbot, "Aucun collaborateur pour l’instant.")


def test_the_departure_of_somebody_without_rights_ends_his_place(desk, qtbot):
    desk.open(qtbot)
    desk.press("departure-karim.leroux")
    desk.dialog(qtbot).confirm_button.click()
    desk.reads(qtbot, "Karim LEROUX ne fait plus partie du cabinet.")
    desk.reads(qtbot, "Aucun collaborateur pour l’instant.")
    assert desk.server.firm_calls[-1].path == f"/firms/{FIRM_ID}/members/{an_account('karim.leroux').account_id}"


def _know(stores, made):
    from comptexpert_desktop.domain.topics import Topic
    from comptexpert_desktop.store import delegations as delegation_store

    with stores.account.database.transaction():
        delegation_store.keep(stores.account, delegations=[made])
    return frozenset({Topic.DELEGATIONS})
