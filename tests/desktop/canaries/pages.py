"""Parts of the window that no walk reaches: each is built alone from what the server answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from comptexpert_desktop.adapters import problems
from comptexpert_desktop.adapters.api.commands import read_one
from comptexpert_desktop.adapters.api.effects import read_effects
from comptexpert_desktop.domain.commands import ChangeEmail, Decide
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.documents import read_document, read_entry, read_firm, read_me
from comptexpert_desktop.domain.importing import LineAnswer
from comptexpert_desktop.domain.profile_story import ProfileStory
from comptexpert_desktop.domain.registry import FirmGrantor
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.account import words as account_words
from comptexpert_desktop.presentation.importing.words import refusal
from comptexpert_desktop.ui.account.mandate_card import MandateCard
from comptexpert_desktop.ui.account.profile_page import ProfilePage
from comptexpert_desktop.ui.delegations.request_form import RequestForm
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane
from comptexpert_desktop.ui.notices.model import NoticeModel
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.outbox import notices
from tests.desktop.canaries.files import labels_of
from tests.desktop.ui import kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.canaries.window import World
    from tests.desktop.ui.kit import Kit


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    for part in parts:
        column.addWidget(part)
    return made


def effects(world: World, made: Kit, qtbot: Any) -> QWidget:
    made.gateways.foreseen = read_effects(world.document("EffectsOut"))
    pane = EffectsPane(made.tasks, clock=made.clock, labels=labels_of(world))
    pane.ask((Decide("del-000001", Action.APPROVE, 1),), people=())
    qtbot.waitUntil(lambda: len(made.gateways.asked) == 1 and "Calcul" not in pane.text())
    return pane


def succession(world: World, made: Kit, qtbot: Any) -> QWidget:
    story = read_document(ProfileStory, world.document("ProfileStoryOut", OtherProfileOut__may_grant=False))
    page = ProfilePage(made.tasks)
    made.gateways.profile_story = lambda **_names: story
    page.open("")
    qtbot.waitUntil(lambda: story.granted[0].holder in page.text())
    return page


def account(world: World, made: Kit, qtbot: Any) -> QWidget:
    """The cards of « Mon compte »: a mandate that was refused, a cabinet without grantor, another address."""
    me = read_me(world.document("MeOut", MandateOut__status="refused", VacancyOut__ends_on=None))
    mandate, missing, said = MandateCard(links=_links(), server_url=kit.SERVER), PlainLabel(), Banner()
    mandate.show_mandate(me.mandate)
    missing.setText(account_words.vacancies(me.firms))
    answer = read_one(world.document("AddressChangeOut"), command=ChangeEmail("karim@nouveau.example"))
    said.show_message(account_words.done(replace(kit.entry(), answer=dict(answer))), tone="success")
    return _column(mandate, missing, said)


def notifications(world: World, made: Kit, qtbot: Any) -> QWidget:
    me = read_me(world.document("MeOut"))
    before = replace(me, absences=(), covers=(), reviews=())

    def note(stores: Any) -> Any:
        notices.note_me(stores.account, before=before, me=me, now=made.now, known_reviews=frozenset())
        return notices.every(stores)

    model = NoticeModel(clock=made.clock)
    model.show_notices(made.read(note, qtbot), labels=labels_of(world))
    shown = QListView()
    model.setParent(shown)
    shown.setModel(model)
    assert model.rowCount() == 3
    return shown


def request(world: World, made: Kit, qtbot: Any) -> QWidget:
    """The form of a request, once somebody of the registry is chosen who is of two cabinets."""
    one = read_firm(world.document("FirmRefOut"))
    made.gateways.entry_firms = lambda *_, **_names: (one, replace(one, id="another"))
    entry = read_entry(world.document("EntryOut"))
    made.gateways.found = (entry,)
    form = RequestForm(made.tasks, clock=made.clock, new_id=made.new_id)
    form.grantor.edit.queried.emit("Q0")
    qtbot.waitUntil(lambda: form.grantor.edit.list.model().rowCount() > 0)
    form.grantor.choose(entry)
    qtbot.waitUntil(lambda: form.firm.count() == 2)
    return form


def cabinet(world: World, made: Kit, qtbot: Any) -> QWidget:
    """The form of a request, with those who grant in the cabinet below its field."""
    one = world.document("GrantorOut")
    made.gateways.cabinet_grantors = (FirmGrantor(read_entry(one), read_firm(one["firm"]).name),)
    form = RequestForm(made.tasks, clock=made.clock, new_id=made.new_id)
    form.grantor.offer(labels=labels_of(world))

    def is_offered() -> bool:
        form.grantor.edit.queried.emit("")
        return form.grantor.edit.list.model().rowCount() > 0

    qtbot.waitUntil(is_offered)
    return form


def refusals(world: World, made: Kit, qtbot: Any) -> QWidget:
    """What a person reads of refusals: a code that is known, one of a later version, a form that is wrong."""
    parts: list[QWidget] = []
    for code in ("DEL_STALE", "OF_A_LATER_VERSION", "INVALID_INPUT", "LOGIN_ID_TAKEN", "REG_DOB_MISMATCH"):
        data = problems.read(world.document("ProblemOut") | {"code": code})
        assert data is not None
        assert {"detail", "title", "errors"} <= set(data)
        banner = Banner()
        banner.show_error(Refused(code, data=data))
        parts += [banner, PlainLabel(refusal(LineAnswer(0, code, data=data))), PlainLabel(messages.for_field(code))]
    return _column(*parts)


def _links() -> Links:
    return Links(server_url=kit.SERVER, opener=lambda _url: False)


PAGES: dict[str, Callable[[World, Kit, Any], QWidget]] = {
    "effects": effects,
    "succession": succession,
    "account": account,
    "notices": notifications,
    "request": request,
    "cabinet": cabinet,
    "refusals": refusals,
}
