"""The table: every text that an answer may hold, by the outputs that show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.desktop.canaries.answers import text_members

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMBERS = text_members()
IN_A_WINDOW = ("<b>", "</b>&F&&%1{0}&amp;<img src='x'>")
"""Markup, a letter with its key, a place of Qt, a place of Python, an entity."""
IN_A_TERMINAL = ("", "{0}%s\x1b[2J\x9b31m\u202e\u200b")
NO_GLYPH = {"far", "emoji", "formula full width"}
"""The letters of these are in no font of a machine that has one: the page of a document shows their boxes."""


def _rows(*lines: str) -> frozenset[str]:
    """Read lines of a schema and its members."""
    named = (line.split() for line in lines)
    return frozenset(f"{schema}.{member}" for schema, *members in named for member in members)


NOWHERE: dict[str, frozenset[str]] = {
    "A code, which this version knows and names.": _rows(
        "AcceptedOut status",
        "AccountOut kind profile",
        "AnswerResult code",
        "ContactOut code",
        "CouncilOut code departments.* former_names.*",
        "DecisionResult code",
        "DelegationOut effective_rights.* rights.* service",
        "EntryWithFirmsOut council list",
        "EscalationOut code",
        "EscalationStatusOut code",
        "GestureOut code",
        "GrantOut rights.* service",
        "GrantorOut council list",
        "ImportLine code",
        "InvitationOut rights.* service",
        "MandateOut status",
        "MeOut missing.*",
        "MyFirmOut role",
        "MyReviewOut status",
        "PendingSettingOut setting",
        "RegisterLine action",
        "RightOut id",
        "ServiceAccessOut access id rights.*",
        "ServiceOut evidence id",
        "SessionOut kind",
        "SignupOut status",
        "SignupStatusOut status",
        "TemplateOut code",
        "TermsOut service",
        "UnusedOut rights.* service",
    ),
    "An id, a version, a digest or a signature: read by the program alone.": _rows(
        "CatalogueOut version",
        "CouncilsOut version",
        "DelegationPage next",
        "EscalationOut claim",
        "ImportLine seen",
        "ManifestOut content_digest sha256 signature",
        "MeOut version",
        "ProblemOut instance type",
        "SessionOut id",
        "SignupOut claim",
        "SyncOut cursor",
    ),
    "A day or a moment, which is read as such or not at all.": _rows(
        "DatesOut zone",
        "DelegationOut decided_at ended_at requested_at",
        "FirmOut review_on",
        "IdentityOut since",
        "ItemOut answered_at",
        "ManifestOut generated_at",
        "PendingSettingOut value",
    ),
    "An address, which is opened and not shown.": _rows(
        "ManifestOut url",
        "ServiceAccessOut url",
        "ServiceOut url",
    ),
    "The words of a server about its refusal: the code alone decides what is said, in words of ours.": _rows(
        "FieldProblem code field",
        "ProblemOut detail title",
    ),
    "What another member of the same answer, or an earlier answer, says already: this one is not read.": _rows(
        "EntryWithFirmsOut given_name surname town",
        "IdentityOut given_name surname",
        "ReviewRowOut opened_by_name",
        "SignupStatusOut login_id masked_email",
    ),
    "Read, and shown by nothing: the name of a cabinet stands for it.": _rows(
        "FirmRefOut siren",
        "GrantorOut town",
    ),
    "Squares: each letter of a row is drawn dark or light.": _rows(
        "AttestationOut qr.*",
        "AttestationPartOut qr.*",
    ),
}
"""What no output of the application shows, and why."""
SHOWN: dict[str, frozenset[str]] = {
    "window": _rows(
        "AbsenceOut reason",
        "AccountOut given_name login_id masked_email surname",
        "AlikeOut login_id name",
        "CoverOut absent_name",
        "DelegationOut decision_note missing.* reason",
        "ExpertOut given_name surname",
        "FirmOut name siren",
        "FirmRef name siren",
        "IdentityOut login_id masked_email profile",
        "InvitationOut email",
        "MandateOut agc_name",
        "MemberOut given_name login_id surname",
        "MyFirmOut name",
        "OtherProfileOut by_delegation.* closes.* opens.* profile",
        "Party given_name login_id surname",
        "PendingSettingOut asked_by_name",
        "PersonOut given_name surname",
        "ProfileStepOut after before",
        "ProfileStoryOut profile",
        "ReviewOut opened_by_name",
        "RightOut name",
        "ServiceAccessOut name why",
        "ServiceOut name",
        "SessionOut client device",
        "TemplateOut description name",
        "TermsOut accepted_by_name",
        "UnusedOut person_name",
        "VacancyOut stand_in_name",
    ),
    "questions": _rows(
        "AccountOut given_name login_id surname",
        "CoverOut absent_name",
        "DelegationOut decision_note missing.* reason",
        "EffectOut by holder missing.* right service",
        "FirmRef name siren",
        "MandateOut agc_name",
        "MyFirmOut name",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
        "TemplateOut name",
    ),
    "terminal": _rows(
        "AccountOut given_name login_id masked_email surname",
        "AttestationOut sealed",
        "AttestationPartOut sealed",
        "DelegationOut decision_note end_cause missing.* origin reason",
        "EntryOut council given_name surname town",
        "FirmRef name siren",
        "OtherProfileOut by_delegation.* closes.* opens.* profile",
        "Party email given_name login_id surname",
        "ProfileStepOut after before",
        "ProfileStoryOut profile",
        "SuccessionOut holder service",
    ),
    "own data": _rows(
        "MyDataOut login_id",
        "MyTableOut name rows.*.{}",
    ),
    "CSV": _rows(
        "FirmRef name siren",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "XLSX": _rows(
        "FirmRef name siren",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "PDF": _rows(
        "FirmRef name siren",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "JSON": _rows(
        "DelegationOut decision_note end_cause missing.* origin reason",
        "FirmRef name siren",
        "Party email given_name login_id surname",
    ),
    "ICS": _rows(
        "FirmRef name",
        "Party given_name surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "register CSV": _rows(
        "RegisterEnd firm head signature",
        "RegisterLine acting_for actor digest firm object_id previous",
    ),
    "register XLSX": _rows(
        "RegisterLine digest",
        "RegisterText text",
        "RightOut name",
        "ServiceOut name",
    ),
    "register PDF": _rows(
        "RegisterEnd head signature",
        "RegisterLine digest",
        "RegisterText text",
        "RightOut name",
        "ServiceOut name",
    ),
    "register JSON": _rows(
        "RegisterEnd firm head signature",
        "RegisterLine acting_for actor digest firm object_id previous",
        "RegisterText salt text",
    ),
    "review CSV": _rows(
        "ItemOut answered_by_name",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "review PDF": _rows(
        "ItemOut answered_by_name",
        "MyFirmOut name siren",
        "Party given_name surname",
        "ReviewOut opened_by_name",
        "RightOut name",
        "ServiceOut name",
    ),
    "departure PDF": _rows(
        "FirmRef name siren",
        "Party given_name login_id surname",
        "RightOut name",
        "ServiceOut name",
    ),
    "attestation PDF": _rows(
        "AttestationOut sealed",
        "AttestationPartOut sealed",
        "RightOut name",
        "ServiceOut name",
    ),
    "effects": _rows(
        "EffectOut by holder missing.* right service",
        "FirmRef name",
    ),
    "succession": _rows(
        "FirmRef name",
        "OtherProfileOut by_delegation.* closes.* opens.* profile",
        "ProfileStepOut after before",
        "ProfileStoryOut profile",
        "SuccessionOut holder service",
    ),
    "account": _rows(
        "AddressChangeOut masked_email",
        "MandateOut agc_name reason",
        "MyFirmOut name",
        "VacancyOut council_email council_name",
    ),
    "notices": _rows(
        "CoverOut absent_name",
        "MyAbsenceOut cover_name",
        "MyFirmOut name",
    ),
    "request": _rows(
        "EntryOut council given_name list surname town",
        "FirmRefOut name",
    ),
    "cabinet": _rows(
        "FirmRef name",
        "GrantorOut given_name surname",
    ),
    "refusals": _rows(),
    "activation": _rows(
        "EntryOut given_name surname",
        "SignupOut login_id masked_email",
    ),
    "file opened": _rows(
        "ContactOut email name phone site",
        "EntryOut given_name surname",
        "EscalationOut reference",
    ),
    "file followed": _rows(
        "ContactOut email name phone site",
        "EntryOut given_name surname",
        "EscalationStatusOut reference",
    ),
    "file closed": _rows(
        "ContactOut email name phone site",
        "EntryOut given_name surname",
        "EscalationStatusOut answer reference",
    ),
    "file closed at once": _rows(
        "ContactOut email name phone site",
        "EntryOut given_name surname",
        "EscalationOut answer reference",
    ),
    "council chosen": _rows(
        "CouncilOut email name phone site",
        "EntryOut given_name surname",
        "EscalationOut reference",
    ),
    "news of a sign-up": _rows(
        "ContactOut name",
        "SignupOut login_id",
    ),
    "council letter": _rows(
        "EntryOut given_name surname",
        "EscalationOut reference",
    ),
}
"""What each output shows, and nothing else: the window at its stops, commands, files, parts of the window alone."""


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
            assert text.count(flat(whole[member])) == text.count(f"q{number}q"), (member, text)
            shown.add(member)
    return shown
