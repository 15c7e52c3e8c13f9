"""The table of what a server answers by what shows it: a text arrives as itself, and nowhere else is it shown.

Windows and terminals are read with one text that means something to each of their interpreters. Files are written once
for each canary, since a formula, an escape or a line of a calendar begins with its first letter.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from comptexpert_desktop.domain.documents import read_entry, read_me
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.ports import Snapshot
from tests.canaries import CANARIES, document
from tests.desktop.canaries.answers import text_members
from tests.desktop.canaries.files import FILES
from tests.desktop.canaries.reading import links_of, texts_of
from tests.desktop.canaries.window import CanaryWindow, World
from tests.desktop.ui.gallery import STOPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MEMBERS = text_members()
IN_A_WINDOW = ("<b>", "</b>&F&&%1{0}&amp;<img src='x'>")
"""Markup, a letter with its key, a place of Qt, a place of Python, an entity."""
IN_A_TERMINAL = ("", "{0}%s\x1b[2J\x9b31m\u202e\u200b")
NO_GLYPH = {"far", "emoji", "formula full width"}
"""The letters of these are in no font of a machine that has one: the page of a document shows their boxes."""
WALKED = (
    "delegations",
    "case",
    "firm",
    "services",
    "outbox",
    "notices",
    "reviews",
    "vault",
    "account",
    "home",
    "signups",
    "profile",
)
COMMANDS = (("sync",), ("delegations",), ("who-can",), ("search", "Q"), ("accounts",), ("account", "show"), ("outbox",))


NOWHERE = frozenset(
    {
        "UnusedOut.service",
        "UnusedOut.rights.*",
        "CatalogueOut.version",
        "DatesOut.zone",
        "ServiceOut.evidence",
        "ServiceOut.id",
        "ServiceOut.url",
        "RightOut.id",
        "ProblemOut.instance",
        "ProblemOut.type",
        "CouncilsOut.version",
        "CouncilOut.code",
        "CouncilOut.departments.*",
        "CouncilOut.former_names.*",
        "DelegationPage.next",
        "DelegationOut.decided_at",
        "DelegationOut.effective_rights.*",
        "DelegationOut.ended_at",
        "DelegationOut.requested_at",
        "DelegationOut.rights.*",
        "DelegationOut.service",
        "DecisionResult.code",
        "EffectOut.right",
        "EffectOut.service",
        "GestureOut.code",
        "ImportLine.code",
        "EscalationOut.claim",
        "EscalationOut.code",
        "ContactOut.code",
        "EscalationStatusOut.code",
        "FirmOut.review_on",
        "InvitationOut.rights.*",
        "InvitationOut.service",
        "PendingSettingOut.setting",
        "PendingSettingOut.value",
        "TemplateOut.code",
        "GrantOut.rights.*",
        "GrantOut.service",
        "TermsOut.service",
        "ItemOut.answered_at",
        "AnswerResult.code",
        "MeOut.missing.*",
        "MeOut.version",
        "AccountOut.kind",
        "AccountOut.profile",
        "MyFirmOut.role",
        "MyFirmOut.siren",
        "MandateOut.status",
        "MyReviewOut.status",
        "ServiceAccessOut.access",
        "ServiceAccessOut.id",
        "ServiceAccessOut.rights.*",
        "ServiceAccessOut.url",
        "AcceptedOut.status",
        "RegisterEnd.firm",
        "RegisterLine.acting_for",
        "RegisterLine.action",
        "RegisterLine.actor",
        "RegisterLine.firm",
        "RegisterLine.object_id",
        "RegisterLine.previous",
        "RegisterText.salt",
        "EntryWithFirmsOut.council",
        "EntryWithFirmsOut.list",
        "EntryOut.list",
        "ManifestOut.content_digest",
        "ManifestOut.generated_at",
        "ManifestOut.sha256",
        "ManifestOut.signature",
        "ManifestOut.url",
        "SessionOut.id",
        "SessionOut.kind",
        "SignupOut.claim",
        "SignupOut.status",
        "SignupStatusOut.status",
        "SyncOut.cursor",
    }
)
"""Codes, digests, ids, addresses that are opened, and days and moments, which are read as such or not at all."""
ELSEWHERE = frozenset(
    {
        "SuccessionOut.service",
        "SuccessionOut.holder",
        "IdentityOut.given_name",
        "IdentityOut.surname",
        "IdentityOut.since",
        "VacancyOut.council_email",
        "VacancyOut.council_name",
        "ProblemOut.detail",
        "ProblemOut.title",
        "FieldProblem.field",
        "FieldProblem.code",
        "CouncilOut.email",
        "CouncilOut.name",
        "CouncilOut.phone",
        "CouncilOut.site",
        "EffectOut.by",
        "EffectOut.holder",
        "EffectOut.missing.*",
        "EscalationOut.answer",
        "EscalationOut.reference",
        "ContactOut.email",
        "ContactOut.name",
        "ContactOut.phone",
        "ContactOut.site",
        "EscalationStatusOut.answer",
        "EscalationStatusOut.reference",
        "ReviewRowOut.opened_by_name",
        "ItemOut.answered_by_name",
        "MyAbsenceOut.cover_name",
        "MandateOut.reason",
        "MyDataOut.login_id",
        "MyTableOut.name",
        "MyTableOut.rows.*.{}",
        "AddressChangeOut.masked_email",
        "RegisterEnd.head",
        "RegisterEnd.signature",
        "AttestationOut.qr.*",
        "AttestationOut.sealed",
        "EntryWithFirmsOut.surname",
        "EntryWithFirmsOut.given_name",
        "EntryWithFirmsOut.town",
        "FirmRefOut.name",
        "FirmRefOut.siren",
        "SignupOut.login_id",
        "SignupOut.masked_email",
        "SignupStatusOut.login_id",
        "SignupStatusOut.masked_email",
    }
)
"""Shown by a step of a form, by the answer to a gesture or in a file of one's own data: this walk does not come there."""
FILES_OF_RIGHTS = {"CSV", "XLSX", "PDF", "JSON"}
REGISTER = {"register CSV", "register XLSX"}
NAME = FILES_OF_RIGHTS | {"window", "terminal", "ICS"}
LABEL = {"window", "CSV", "XLSX", "PDF", "ICS"} | REGISTER
WINDOW = {"window"}
SAID = {"window", "terminal", "JSON"}
SHOWN: dict[str, set[str]] = {
    "Party.given_name": NAME,
    "Party.surname": NAME,
    "Party.login_id": NAME - {"ICS"},
    "Party.email": {"terminal", "JSON"},
    "FirmRef.name": NAME,
    "FirmRef.siren": NAME - {"ICS"},
    "DelegationOut.reason": SAID,
    "DelegationOut.decision_note": SAID,
    "DelegationOut.missing.*": SAID,
    "DelegationOut.origin": {"terminal", "JSON"},
    "DelegationOut.end_cause": {"terminal", "JSON"},
    "ServiceOut.name": LABEL,
    "RightOut.name": LABEL,
    "RegisterText.text": REGISTER,
    "RegisterLine.digest": REGISTER,
    "AccountOut.given_name": {"window", "terminal"},
    "AccountOut.surname": {"window", "terminal"},
    "AccountOut.login_id": {"window", "terminal"},
    "AccountOut.masked_email": {"window", "terminal"},
    "EntryOut.surname": {"terminal"},
    "EntryOut.given_name": {"terminal"},
    "EntryOut.town": {"terminal"},
    "EntryOut.council": {"terminal"},
    "AbsenceOut.reason": WINDOW,
    "CoverOut.absent_name": WINDOW,
    "ExpertOut.given_name": WINDOW,
    "ExpertOut.surname": WINDOW,
    "FirmOut.name": WINDOW,
    "FirmOut.siren": WINDOW,
    "InvitationOut.email": WINDOW,
    "MandateOut.agc_name": WINDOW,
    "MemberOut.given_name": WINDOW,
    "MemberOut.login_id": WINDOW,
    "MemberOut.surname": WINDOW,
    "MyFirmOut.name": WINDOW,
    "PersonOut.given_name": WINDOW,
    "PersonOut.surname": WINDOW,
    "ReviewOut.opened_by_name": WINDOW,
    "ServiceAccessOut.name": WINDOW,
    "ServiceAccessOut.why": WINDOW,
    "SessionOut.client": WINDOW,
    "SessionOut.device": WINDOW,
    "TemplateOut.description": WINDOW,
    "TemplateOut.name": WINDOW,
    "UnusedOut.person_name": WINDOW,
    "VacancyOut.stand_in_name": WINDOW,
    "TermsOut.accepted_by_name": WINDOW,
    "PendingSettingOut.asked_by_name": WINDOW,
    "ProfileStoryOut.profile": WINDOW,
    "ProfileStepOut.before": WINDOW,
    "ProfileStepOut.after": WINDOW,
    "OtherProfileOut.profile": WINDOW,
    "OtherProfileOut.opens.*": WINDOW,
    "OtherProfileOut.closes.*": WINDOW,
    "OtherProfileOut.by_delegation.*": WINDOW,
    "IdentityOut.profile": WINDOW,
    "IdentityOut.masked_email": WINDOW,
    "IdentityOut.login_id": WINDOW,
    "AlikeOut.name": WINDOW,
    "AlikeOut.login_id": WINDOW,
} | {member: set() for member in NOWHERE | ELSEWHERE}
"""Where each text is shown; it is nowhere in any other output."""


def marked(before: str, after: str) -> dict[str, str]:
    """Return a text for each member, with the member's number between two parts."""
    return {member: f"{before}Q{number:03d}Q{after}" for number, member in enumerate(MEMBERS)}


def flat(text: str) -> str:
    """Return a text without the spaces and capitals that an output may give it."""
    return "".join(text.split()).casefold()


def found(texts: Iterable[str], *, whole: dict[str, str]) -> set[str]:
    """Return the members that some texts show; one that is shown otherwise than whole fails."""
    shown = set()
    for text in {flat(one) for one in texts}:
        for number in re.findall(r"q(\d{3})q", text):
            member = MEMBERS[int(number)]
            assert flat(whole[member]) in text, (member, text)
            shown.add(member)
    return shown


def expected(output: str) -> set[str]:
    return {member for member, outputs in SHOWN.items() if output in outputs}


def test_every_text_of_an_answer_has_a_row() -> None:
    assert set(MEMBERS) == set(SHOWN)


def test_a_new_text_without_a_row_would_be_seen() -> None:
    openapi = document()
    openapi["components"]["schemas"]["FirmOut"]["properties"]["motto"] = {"type": "string"}
    assert set(text_members(openapi)) - set(SHOWN) == {"FirmOut.motto"}


def _profile(made: CanaryWindow, qtbot: Any) -> QWidget:
    made.window.open(Destination("account"))
    made.settle(qtbot)
    made.window.stack.current().profile_button.click()
    return made.window


OWN_STOPS = {"profile": _profile}


def _walk(made: CanaryWindow, qtbot: Any) -> Iterator[str]:
    for stop in WALKED:
        shown = (STOPS | OWN_STOPS)[stop](made, qtbot)
        made.settle(qtbot)
        made.settle(qtbot)
        QApplication.processEvents()
        assert links_of(made.window) == [], stop
        yield from texts_of(shown)
        for dialog in made.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()


def test_each_text_is_shown_as_itself_in_the_window(tmp_path: Path, qapp: object, qtbot: Any) -> None:
    whole = marked(*IN_A_WINDOW)
    made = CanaryWindow(tmp_path)
    try:
        made.hang(World(whole.__getitem__))
        shown = found(_walk(made, qtbot), whole=whole)
    finally:
        made.close()
    assert shown == expected("window")


@pytest.mark.parametrize("output", FILES)
def test_each_text_is_written_as_itself_in_each_file(output: str, qapp: object) -> None:
    for name, canary in CANARIES.items():
        if output == "PDF" and name in NO_GLYPH:
            continue
        whole = marked(canary[:3], canary[3:])
        assert found(FILES[output](World(whole.__getitem__)), whole=whole) == expected(output), name


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def test_each_text_is_said_as_itself_on_a_terminal_and_none_is_obeyed(terminal: Any) -> None:
    whole = marked(*IN_A_TERMINAL)
    world = World(whole.__getitem__)
    terminal.browser.account = read_me(world.document("MeOut")).account
    entry = read_entry(world.document("EntryOut") | {"registration_number": "140000000001"})
    terminal.server.snapshots.append(Snapshot(1, None, "2026-11-21T08:00:00Z", (entry._asdict(),)))
    right = world.delegation(1, DelegationOut__status="ACTIVE")
    terminal.server.delegations[right.id] = right
    assert terminal.run("sign-in") == 0
    terminal.run("registry", "update")
    shown, said = set(), ""
    for command in COMMANDS:
        assert terminal.run(*command, "--json") == 0, command
        shown |= found(_texts(json.loads(terminal.out)), whole=whole)
        said += terminal.out
        assert terminal.run(*command) == 0, command
        said += terminal.out + terminal.errors
    assert all(letter.isprintable() for line in said.split("\n") for letter in line)
    assert shown == expected("terminal")
