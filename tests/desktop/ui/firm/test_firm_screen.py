"""« Cabinet »: what is shown of it, and to whom; without a network, the last page and its date."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QTabBar

from comptexpert_desktop.domain.delegation import Firm, Status
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.ui.destinations import Destination, ShowFirm
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import walks
from tests.desktop.ui.firm.conftest import DAY, soon
from tests.desktop.ui.window_kit import WindowKit
from tests.fakes import a_delegation, a_me, an_account
from tests.fakes_firm import FIRM_ID, a_firm_page, an_absence, an_invitation

QUAY = Firm(id="f1000000-0000-4000-8000-000000000002", siren="404833048", name="Comptoir du Quai", role="grantor")
OFFLINE = Unreachable(data={"host": "127.0.0.1", "sent": False})


def go_offline(desk):
    desk.server.firm = lambda *_args, **_options: (_ for _ in ()).throw(OFFLINE)
    desk.server.change_firm = desk.server.firm


def come_back(desk):
    del desk.server.firm, desk.server.change_firm


def test_the_people_of_the_cabinet_are_listed_with_what_matters_of_each(desk, qtbot):
    page = desk.page
    leaving = replace(page.members[0], leaves_on=DAY)
    absent = an_absence(page, absent=1, cover=0, ends_on=DAY)
    nobody = replace(page.experts[1], entry_id="e3", account_id="", given_name="Élise", surname="Delmas")
    desk.put(experts=(*page.experts, nobody), members=(leaving,), absences=(absent,), invitations=(an_invitation(),))
    desk.open(qtbot)
    shown = desk.words()
    for words in (
        "Cabinet Aubier",
        "SIREN\u00a0732\u00a0829\u00a0320",
        "Lu sur le serveur aujourd’hui à",
        "Hugo GARNIER",
        "En son absence, Claire AUBIER décide jusqu’au 20\u00a0décembre 2026.",
        "Sans Comptexpert",
        "Vous",
        "karim.leroux · Au cabinet depuis le 1er\u00a0septembre 2025",
        "Départ le 20\u00a0décembre 2026",
        "lea.petit@aubier.example",
        "jesignexpert · préparer",
        "Invitation du 10\u00a0mars 2026, valable jusqu’au 24\u00a0mars 2026",
    ):
        assert words in shown


def test_what_each_collaborateur_may_do_is_told(desk, qtbot):
    karim = an_account("karim.leroux", may_grant=False)
    made = a_delegation(grantor=desk.browser.account, grantee=karim, status=Status.ACTIVE)
    elsewhere = a_delegation(grantor=desk.browser.account, grantee=karim, status=Status.ACTIVE, firm=QUAY)
    desk.open(qtbot)
    assert "Aucun droit en vigueur" in desk.words()
    for one in (made, replace(elsewhere, rights=("technical_signature",))):
        desk.server.delegations[one.id] = one
    desk.sync.wake()
    desk.reads(qtbot, "Peut\u00a0: jesignexpert (préparer)")
    assert "signature technique" not in desk.words()


def test_the_reviews_are_one_button_away(desk, qtbot):
    desk.open(qtbot, tab=2)
    desk.press("openReviewsButton")
    assert desk.window.stack.currentWidget().objectName() == "reviewsScreen"


def test_an_empty_cabinet_says_what_is_missing(desk, qtbot):
    desk.put(members=(), templates=())
    desk.open(qtbot)
    assert "Aucun collaborateur pour l’instant." in desk.words()
    assert "Aucune invitation en cours." in desk.words()
    desk.screen.tabs.setCurrentIndex(1)
    assert "Aucune suppléance en ce moment." in desk.words()
    desk.screen.tabs.setCurrentIndex(3)
    assert "Aucun modèle." in desk.words()


def test_every_part_can_be_heard_and_shows_plain_text(desk, qtbot):
    desk.put(invitations=(an_invitation(email="<b>lea</b>@aubier.example"),), absences=(an_absence(desk.page),))
    desk.open(qtbot)
    for tab in range(desk.screen.tabs.count()):
        desk.screen.tabs.setCurrentIndex(tab)
        assert walks.unnamed(desk.window) == []
        assert walks.rich_labels(desk.window) == []


def test_no_part_of_the_screen_opens_as_a_window(desk, qtbot, qapp):
    watch = walks.WindowWatch(qapp)
    desk.put(invitations=(an_invitation(),), absences=(an_absence(desk.page),))
    desk.open(qtbot)
    desk.put(members=())
    desk.screen.activate()
    desk.reads(qtbot, "Aucun collaborateur")
    assert watch.shown == []


def test_without_a_network_the_last_page_is_shown_with_its_date_and_nothing_can_be_changed(desk, qtbot):
    desk.open(qtbot)
    go_offline(desk)
    desk.screen.activate()
    desk.reads(qtbot, "Pas de réseau")
    desk.now = soon(24)
    desk.screen.activate()
    qtbot.waitUntil(lambda: "Lu sur le serveur hier à" in desk.screen.offline_banner.text())
    button = desk.find(QPushButton, "departure-karim.leroux")
    assert not button.isEnabled()
    assert "Pourquoi" in button.accessibleDescription()
    desk.screen.tabs.setCurrentIndex(1)
    assert "Pourquoi\u00a0? Pas de connexion au serveur" in desk.words()
    come_back(desk)
    desk.screen.offline_banner.action_button.click()
    qtbot.waitUntil(desk.screen.offline_banner.isHidden)
    qtbot.waitUntil(desk.find(QPushButton, "declareAbsenceButton").isEnabled)


def test_the_last_page_is_still_there_at_the_next_start_without_a_network(desk, qtbot, tmp_path):
    desk.open(qtbot)
    desk.read(lambda _stores: True, qtbot)
    other = WindowKit(tmp_path)
    other.vault.kept = desk.vault.kept
    other.browser.failure = OFFLINE
    go_offline(other)
    other.tasks.write(other.changes, lambda stores: session.restore(stores, session=other.gateways.session))
    other.show()
    screen = other.window.open(Destination("firm"))
    qtbot.waitUntil(lambda: "Karim LEROUX" in walks.words_of(screen) and "Pas de réseau" in walks.words_of(screen))
    other.close()


def test_a_cabinet_that_was_never_read_says_so_and_is_asked_again(desk, qtbot):
    go_offline(desk)
    screen = desk.window.open(Destination("firm"))
    desk.reads(qtbot, "n’a encore jamais été lu")
    come_back(desk)
    screen.nothing.button.click()
    desk.reads(qtbot, "Karim LEROUX")


def test_staff_and_strangers_are_told_whose_page_it_is(tmp_path, qapp, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.show()
    screen = made.window.open(Destination("firm"))
    qtbot.waitUntil(lambda: "Connectez-vous" in walks.words_of(screen))
    made.sign_in_before(may_grant=False)
    made.close()
    again = WindowKit(tmp_path)
    again.vault.kept = made.vault.kept
    again.show()
    screen = again.window.open(Destination("firm"))
    qtbot.waitUntil(lambda: "celle des experts-comptables" in walks.words_of(screen))
    assert again.server.firm_calls == []
    assert "firm" not in again.server.calls
    again.close()


def test_several_cabinets_are_chosen_by_name(desk, qtbot):
    two = a_me(desk.browser.account)
    two = replace(two, firms=(*two.firms, QUAY))
    desk.server._signed_in = lambda _token: two
    desk.server.firms[QUAY.id] = a_firm_page(id=QUAY.id, name=QUAY.name, siren=QUAY.siren, members=())
    desk.tasks.write(desk.changes, lambda stores: (session.keep_me(stores.account, me=two), frozenset())[1])
    desk.open(qtbot)
    box = desk.find(QComboBox, "firmBox")
    assert [box.itemText(row) for row in range(box.count())] == ["Cabinet Aubier", "Comptoir du Quai"]
    box.setFocus()
    desk.key(Qt.Key.Key_Down)
    desk.reads(qtbot, "SIREN\u00a0404\u00a0833\u00a0048")
    assert "Karim LEROUX" not in desk.words()
    desk.key(Qt.Key.Key_Up)
    desk.reads(qtbot, "Karim LEROUX")


def test_one_cabinet_needs_no_choice(desk, qtbot):
    desk.open(qtbot)
    assert not desk.is_shown("firmBox")


def test_the_keyboard_lands_on_the_parts_and_goes_through_them(desk, qtbot):
    desk.open(qtbot)
    bar = desk.screen.tabs.tabBar()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is bar)
    assert isinstance(bar, QTabBar)
    desk.key(Qt.Key.Key_Right)
    assert desk.is_shown("declareAbsenceButton")
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Right)
    assert desk.is_shown("restoreTemplatesButton")


def test_a_page_that_arrives_does_not_take_the_keyboard_away(desk, qtbot):
    desk.open(qtbot)
    desk.find(QPushButton, "departure-karim.leroux").setFocus()
    desk.put(invitations=(an_invitation(),))
    desk.screen.activate()
    desk.reads(qtbot, "lea.petit@aubier.example")
    assert QApplication.focusWidget().objectName() == "departure-karim.leroux"


def test_the_invitation_leads_to_the_form_that_grants(desk, qtbot):
    desk.open(qtbot)
    desk.press("inviteButton")
    qtbot.waitUntil(lambda: desk.is_shown("granteeEdit"))


def test_signing_out_leaves_nothing_on_screen(desk, qtbot):
    desk.open(qtbot)
    desk.tasks.write(desk.changes, lambda stores: session.sign_out(stores, session=desk.gateways.session))
    desk.reads(qtbot, "Connectez-vous pour voir votre cabinet")
    assert "Karim LEROUX" not in walks.words_of(desk.screen)
    assert desk.page.id == FIRM_ID


def test_a_link_shows_the_cabinet_that_it_names(desk, qtbot):
    desk.window.open(ShowFirm(firm_id=FIRM_ID))
    desk.reads(qtbot, "Cabinet Aubier")
    assert "n’est pas l’un de ceux" not in desk.words()


def test_a_link_to_a_cabinet_of_others_says_that_another_is_shown(desk, qtbot):
    desk.window.open(ShowFirm(firm_id="0f8fad5b-d9cb-469f-a165-70867728950e"))
    desk.reads(qtbot, "Le cabinet demandé n’est pas l’un de ceux où vous accordez des droits.")
    desk.reads(qtbot, "Cabinet Aubier")
