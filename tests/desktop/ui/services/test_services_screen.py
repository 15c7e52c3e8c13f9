"""« Mes services »: each access says why, and only allowed addresses are opened."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.presentation.services import words
from comptexpert_desktop.ui.destinations import NewRequest
from comptexpert_desktop.ui.look import resources
from comptexpert_desktop.ui.services.screen import ServicesScreen
from comptexpert_desktop.ui.widgets.links import Links
from tests.desktop.ui import kit, walks
from tests.desktop.ui.robot import Robot

CODES = (
    "DIRECT",
    "OPEN",
    "DELEGATED",
    "DEL_REQUIRED",
    "DEL_PENDING",
    "DEL_SCHEDULED",
    "DEL_SUSPENDED",
    "DEL_TERMS",
    "DEL_CERT_REQUIRED",
    "PROFILE_EXCLUDED",
    "SERVICE_CLOSED",
    "REG_STRUCK_OFF",
)


def open_services(app_kit, qtbot, *, opened=None, hosts=("portal.example", "jesignexpert.example"), **who) -> Robot:
    app_kit.fill(**who)
    taken: list[str] = [] if opened is None else opened
    links = Links(server_url=kit.SERVER, hosts=hosts, opener=lambda url: taken.append(url.toString()) or True)
    return Robot(ServicesScreen(app_kit.context(links=links)), app_kit, qtbot)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("is_open", [True, False])
def test_every_reason_of_the_server_has_words(code: str, is_open: bool) -> None:
    service = kit.access("x", "X", why=code, is_open=is_open)
    assert words.why(service).endswith(".")
    assert "_" not in words.why(service)
    assert resources.path("icons", f"{words.access(service).icon}.svg").exists()


def test_open_services_come_first_and_each_says_why(app_kit, qtbot) -> None:
    robot = open_services(app_kit, qtbot, grants=False)
    shown = walks.words_of(robot.screen)
    assert shown.index("Jesignexpert") < shown.index("Bibliordre")
    assert "Vous pouvez\u00a0: préparer un document à signer." in shown
    assert "Votre demande attend la réponse" in shown
    assert "Votre profil n’a pas accès" in shown


def test_a_service_is_opened_in_the_browser(app_kit, qtbot) -> None:
    opened: list[str] = []
    robot = open_services(app_kit, qtbot, opened=opened, grants=False)
    robot.find("open-portal").click()
    assert opened == ["https://portal.example/"]


def test_an_address_outside_the_list_is_never_opened(app_kit, qtbot) -> None:
    opened: list[str] = []
    robot = open_services(app_kit, qtbot, opened=opened, hosts=(), grants=False)
    button = robot.find("open-portal")
    assert isinstance(button, QPushButton)
    assert not button.isEnabled()
    assert "pas de celles que cette application ouvre" in button.accessibleDescription()
    assert "Pourquoi\u00a0?" in walks.words_of(robot.screen)
    assert opened == []


def test_what_a_delegation_would_open_can_be_asked_for(app_kit, qtbot) -> None:
    robot = open_services(app_kit, qtbot, grants=False)
    with qtbot.waitSignal(robot.kit.navigator.opened) as asked:
        robot.find("ask-bibliordre").click()
    assert asked.args == [NewRequest(service="bibliordre")]


def test_an_expert_is_not_sent_to_ask_for_a_delegation(app_kit, qtbot) -> None:
    robot = open_services(app_kit, qtbot, grants=True)
    names = [button.objectName() for button in robot.screen.findChildren(QPushButton)]
    assert not any(name.startswith("ask-") for name in names)


def test_signed_out_nothing_is_shown_but_the_way_in(app_kit, qtbot) -> None:
    robot = open_services(app_kit, qtbot, signed_in=False)
    assert "Connectez-vous" in walks.words_of(robot.screen)
    with qtbot.waitSignal(robot.kit.navigator.signing_in):
        robot.screen._signed_out.button.click()


def test_every_button_says_of_which_service_it_is(app_kit, qtbot) -> None:
    robot = open_services(app_kit, qtbot, grants=False)
    assert robot.find("open-jesignexpert").accessibleName() == "Ouvrir Jesignexpert dans le navigateur"
    assert walks.unnamed(robot.screen) == []
    assert walks.rich_labels(robot.screen) == []


def test_no_part_of_the_screen_is_ever_a_window(app_kit, qtbot, qapp) -> None:
    watch = walks.WindowWatch(qapp)
    open_services(app_kit, qtbot, hosts=(), grants=False)
    qapp.removeEventFilter(watch)
    assert watch.shown == ["ServicesScreen servicesScreen"]
