"""Rows of the outbox that a version before the typed commands wrote: a method, a path and a body, under the same key.

They leave once, as the command that they stand for, with the very body that may have left already: the server compares
it with what it took under the key. Nothing else reads a path back.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.commands import Agc, Ask, Decide, EndMembership, Grant, SignUp
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.documents import read_delegation, texts, understood
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.timestamps import optional_date
from comptexpert_desktop.store import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.signup import SignupDraft

_TEXTS = ("entry_id", "registration_number", "email", "given_name", "surname", "firm_hint", "kind", "grantor_entry_id")


_RENAMED = {"DEL_WRONG_STATE": "DEL_WRONG_STATUS", "ABSENCE_WRONG_STATE": "ABSENCE_WRONG_STATUS"}


def code_of_today(code: str) -> str:
    """Return the code under which a refusal that an older version kept is worded and mended now."""
    return _RENAMED.get(code, code)


def is_older(document: Mapping[str, Any]) -> bool:
    """Tell whether a payload is of the form before."""
    return "method" in document


def read(document: Mapping[str, Any], *, kind: Kind, delegation_id: str, profile: str) -> Command:
    """Read a payload of the form before; raises one of documents.MALFORMED."""
    body, extra = dict(document["body"]), dict(document.get("extra") or {})
    if kind is Kind.SIGNUP:
        return _sign_up(body, extra, profile=profile)
    if kind is Kind.REQUEST:
        return Ask(grantor=str(body["grantor"]), **_asked(body))
    if kind is Kind.GRANT:
        return Grant(grantee=str(body["grantee"]), **_asked(body))
    if kind is Kind.LEAVE:
        return _leave(str(document["path"]))
    seen = extra.get("seen")
    return Decide(
        delegation_id=delegation_id,
        action=Action(kind.value),
        version=int(document["if_match"]),
        note=str(body.get("note") or ""),
        rights=texts(body["rights"]) if "rights" in body else None,
        valid_until=optional_date(body.get("valid_until")),
        at=optional_date(body.get("at")),
        grantor=str(body.get("grantor") or ""),
        gesture=str(extra.get("bulk") or ""),
        seen=understood(lambda: read_delegation(seen)) if isinstance(seen, dict) else None,
    )


def _asked(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "service": str(body["service"]),
        "rights": texts(body["rights"]),
        "reason": str(body.get("reason") or ""),
        "firm": str(body.get("firm") or ""),
        "valid_from": optional_date(body.get("valid_from")),
        "valid_until": optional_date(body.get("valid_until")),
    }


def _leave(path: str) -> EndMembership:
    place, _, last_day = path.partition("?on=")
    _, _, firm_id, _, account_id = place.split("/")
    return EndMembership(firm_id, account_id, date.fromisoformat(last_day) if last_day else None)


def _sign_up(body: Mapping[str, Any], extra: Mapping[str, Any], *, profile: str) -> SignUp:
    agc, form = body.get("agc"), extra.get("draft") or extra.get("again")
    draft: SignupDraft | None = drafts.read_draft(form) if isinstance(form, dict) else None
    waiting = extra.get("first_requests")
    if body and draft is not None and draft.grantor is not None:
        waiting = form.get("first_requests") if isinstance(form, dict) else ()
    return SignUp(
        profile=str(body.get("profile") or profile),
        login_id=str(body.get("login_id") or ""),
        alternates=texts(extra.get("alternates")),
        date_of_birth=optional_date(body.get("date_of_birth")),
        agc=Agc(str(agc["name"]), str(agc["siren"])) if isinstance(agc, dict) else None,
        form=draft,
        first_requests=tuple(drafts.read_first_request(one) for one in waiting or ()),
        **{name: str(body.get(name) or "") for name in _TEXTS},
    )
