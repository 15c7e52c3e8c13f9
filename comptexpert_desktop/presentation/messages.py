"""Word the errors: a code and its data become a French sentence here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.registry import RegionalCouncil
from comptexpert_desktop.errors import ComptexpertError, InvalidInput
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.errors import field_words
from comptexpert_desktop.presentation.errors.message_table import TABLE
from comptexpert_desktop.presentation.errors.message_table_support import CERTIFICATE_ADVICE, CERTIFICATE_FAULTS
from comptexpert_desktop.presentation.profile_words import profile_name

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.tone import Tone

SIGN_IN_AGAIN = frozenset({"SESSION_EXPIRED", "AUTH_STEP_UP", "AUTH_FACTOR_REQUIRED", "AUTH_SCOPE"})
"""The codes whose remedy is one click to the browser."""

COUNCIL_ANSWERS = frozenset(
    {
        "REG_NO_EMAIL",
        "REG_DOB_MISMATCH",
        "REG_STRUCK_OFF",
        "REG_TOO_MANY_TRIES",
        "REG_NUMBER_UNKNOWN",
        "REG_UNCONFIRMED",
    }
)
"""The codes that the Conseil régional can settle; its contact is shown when it is known."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to show for an error."""

    code: str
    title: str
    text: str
    remedy: str
    tone: Tone
    contact: str = ""

    @property
    def body(self) -> str:
        """The whole message below its title."""
        return "\n\n".join(part for part in (f"{self.text} {self.remedy}".strip(), self.contact) if part)


def for_error(error: ComptexpertError) -> Message:
    """Word an error with its data."""
    if isinstance(error, InvalidInput) and error.problems:
        return for_code(error.problems[0].code, data=error.data)
    return for_code(error.code, data=error.data)


def for_code(code: str, *, data: Mapping[str, object] | None = None, council: RegionalCouncil | None = None) -> Message:
    """Word a code; a code that this version does not know is worded plainly and shown as a reference."""
    members = dict(data or {})
    words = TABLE.get(code, TABLE["REFUSED"])
    if code == "INVALID_INPUT" and (said := field_words.refused(members.get("errors"))):
        return Message(code, words.title, said, field_words.REMEDY, words.tone)
    places = _Places(_places(code, members))
    contact = _suggested(members.get("suggestions"))
    if code in COUNCIL_ANSWERS:
        contact = council_contact(council or _council(members.get("council")))
    return Message(
        code,
        words.title.format_map(places),
        words.text.format_map(places),
        words.remedy.format_map(places),
        words.tone,
        contact,
    )


def for_field(code: str) -> str:
    """Word a code in one short sentence, beside the field to correct."""
    words = TABLE.get(code, TABLE["INVALID_INPUT"])
    return words.text


def council_contact(council: RegionalCouncil | None) -> str:
    """Say how to reach a Conseil régional; empty when it is unknown."""
    if council is None:
        return ""
    ways = " · ".join(way for way in (council.email, council.phone) if way)
    site = council.site.removeprefix("https://").rstrip("/")
    return "\n".join(part for part in (f"Conseil régional {council.name}", ways, site) if part)


def _suggested(free: object) -> str:
    """List the identifiants that the server says are free."""
    if not isinstance(free, list | tuple) or not free:
        return ""
    return f"Libres en ce moment{wording.NBSP}: {wording.joined([str(each) for each in free], last='ou')}."


class _Places(dict[str, str]):
    """What fills the places of a sentence; a place without a value stays out of it."""

    def __missing__(self, _key: str) -> str:
        return ""


def _places(code: str, members: Mapping[str, object]) -> dict[str, str]:
    wait = members.get("retry_after")
    seconds = float(wait) if isinstance(wait, int | float | str) and str(wait).replace(".", "", 1).isdigit() else None
    return {
        "host": str(members.get("host") or "de Comptexpert"),
        "when": wording.delay(seconds) if seconds is not None else "dans quelques minutes",
        "list": profile_name(members["list"]) if members.get("list") else "consultez votre attestation",
        "masked_email": str(members.get("masked_email") or ""),
        "file": str(members.get("file") or "de données"),
        "copy": str(members.get("copy") or ""),
        "aside": str(members.get("aside") or ""),
        "kept": str(members.get("kept") or 0),
        "lost": str(members.get("lost") or 0),
        "reference": code,
        "proxy": str(members.get("proxy") or "du réseau"),
    } | _certificate(members)


def _certificate(members: Mapping[str, object]) -> dict[str, str]:
    """Say what is wrong with a certificate, who issued it, and what to do."""
    reason, issuer = str(members.get("reason") or ""), str(members.get("issuer") or "")
    quoted = wording.quoted(issuer) if issuer else ""
    return {
        "why": CERTIFICATE_FAULTS.get(reason, CERTIFICATE_FAULTS["authority"]),
        "issued": f" Il est émis par {quoted}." if quoted else "",
        "advice": CERTIFICATE_ADVICE.get(reason, ""),
    }


def _council(value: object) -> RegionalCouncil | None:
    if isinstance(value, RegionalCouncil):
        return value
    if not isinstance(value, Mapping) or not value.get("name"):
        return None
    return RegionalCouncil(
        code=str(value.get("code") or ""),
        name=str(value["name"]),
        departments=(),
        email=str(value.get("email") or ""),
        phone=str(value.get("phone") or ""),
        site=str(value.get("site") or ""),
        former_names=(),
    )
