"""The terms of a service can be read before they are accepted, where the address may be opened."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.presentation.firm.view import View
from comptexpert_desktop.ui.firm.rules_tab import RulesTab
from comptexpert_desktop.ui.widgets.links import Links
from tests.fakes import TODAY, a_catalogue
from tests.fakes_firm import a_firm_page


def shown(qtbot, *, hosts, why_not=""):
    opened = []
    links = Links(
        server_url="http://127.0.0.1:8000",
        hosts=hosts,
        opener=lambda url: opened.append(url.toString()) is None,
    )
    tab = RulesTab(links=links)
    qtbot.addWidget(tab)
    view = View(
        page=a_firm_page(),
        account_id="",
        catalogue=a_catalogue(),
        today=TODAY,
        why_not=why_not,
        cancelled=frozenset(),
        rights={},
    )
    tab.show_view(view)
    return tab, opened


def test_the_terms_are_read_in_the_browser_where_the_address_is_known(qtbot):
    tab, opened = shown(qtbot, hosts=("sign.example",))
    tab.findChild(QPushButton, "read-jesignexpert").click()
    assert opened == ["https://sign.example/"]


def test_an_address_that_may_not_be_opened_has_no_button(qtbot):
    tab, _opened = shown(qtbot, hosts=())
    assert tab.findChild(QPushButton, "read-jesignexpert") is None
    assert tab.findChild(QPushButton, "accept-jesignexpert").isEnabled()


def test_a_service_without_terms_is_not_listed(qtbot):
    tab, _opened = shown(qtbot, hosts=())
    assert tab.findChild(QPushButton, "accept-portal") is None


def test_without_a_network_the_terms_can_still_be_read_and_not_accepted(qtbot):
    tab, _opened = shown(qtbot, hosts=("sign.example",), why_not="Pas de connexion.")
    assert tab.findChild(QPushButton, "read-jesignexpert").isEnabled()
    accept = tab.findChild(QPushButton, "accept-jesignexpert")
    assert not accept.isEnabled()
    assert accept.accessibleDescription() == "Pourquoi\u00a0? Pas de connexion."
