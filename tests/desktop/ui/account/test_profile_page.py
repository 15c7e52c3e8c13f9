"""« Je change de statut »: the page says what another profile would change, or why it cannot say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.profile_story import OtherProfile, ProfileStep, ProfileStory, Succession
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.presentation.account import profile_story_words as words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.account.profile_page import ProfilePage
from tests.desktop.ui import kit, walks

HONORARY = OtherProfile("honorary", closes=("Jesignexpert", "Jefacture"), by_delegation=(), ends_held=1)
STORY = ProfileStory(
    "expert_comptable",
    may_grant=True,
    steps=(ProfileStep(kit.NOW, "memorialiste", "expert_comptable"),),
    others=(OtherProfile("in_company", may_grant=True), HONORARY),
    granted=(
        Succession("del-1", kit.HAWTHORN, "rfc", "Lou Marchetti", peers=2),
        Succession("del-2", kit.QUAY, "jesignexpert", "neuve@alba.example"),
    ),
)


@pytest.fixture
def page(app_kit, qtbot, monkeypatch):
    def build(answer):
        def tell(*, token):
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(app_kit.gateways, "profile_story", tell, raising=False)
        app_kit.fill()
        shown = ProfilePage(app_kit.tasks)
        qtbot.addWidget(shown)
        shown.show()
        shown.open("acc-expert")
        qtbot.waitUntil(lambda: shown.today.text() != words.WAITING)
        app_kit.read(lambda _stores: True, qtbot)
        return shown

    return build


def test_the_page_says_what_another_profile_ends_and_who_takes_over(page) -> None:
    shown = page(STORY)
    assert shown.text() == words.NOTHING_ELSE, "nothing changes in a company for somebody who keeps granting"
    assert shown.choice.select("honorary")
    for part in (
        "Se ferment\u00a0: Jesignexpert, Jefacture.",
        "Vous ne pourrez plus accorder",
        "1\u00a0délégation que vous avez prendra fin",
        "2\u00a0délégations que vous accordez prendront fin",
        "2\u00a0confrères peuvent les prendre",
        "personne d’autre n’accorde",
        "Lou Marchetti, Revue française de comptabilité",
    ):
        assert part in shown.text()
    assert "de Mémorialiste à Expert-comptable" in walks.words_of(shown)


def test_without_the_server_the_page_says_so(page) -> None:
    shown = page(Unreachable())
    assert shown.banner.text()
    assert shown.text() == ""


def test_what_is_granted_beyond_twenty_is_counted() -> None:
    many = replace(STORY, granted=STORY.granted[:1] * 23)
    said = words.changes(many, HONORARY, labels=Labels())
    assert said[-1] == "Et 3\u00a0autres délégations."


def test_nothing_changed_yet_is_said() -> None:
    assert words.steps(replace(STORY, steps=())) == (words.NO_STEPS,)
