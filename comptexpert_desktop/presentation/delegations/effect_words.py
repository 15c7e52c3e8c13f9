"""« Ce qui changera » in sentences: who keeps, loses and gains what, from when, by whom, until when."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.vocabulary import Status
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from comptexpert_desktop.domain.effects import Effect, Effects
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.documents.effects import LastKnown

TITLE = "Ce qui changera"
WAITING = "Calcul par le serveur…"
NOTHING = "Rien ne change dans ce que cette personne peut faire."
FOR_AN_APPROVAL = "Rien ne change avant l’accord de l’expert-comptable."
FOR_A_SECOND = "Rien ne change avant le second accord, d’un autre expert-comptable du cabinet."
_LACKS = {
    "DEL_TERMS": "les conditions du service restent à accepter",
    "DEL_CERT_REQUIRED": "le certificat personnel manque",
    "DEL_NO_ACCOUNT": "le compte n’est pas encore activé",
    "DEL_SERVICE_CLOSED": "le service est fermé",
    "REG_STRUCK_OFF": "l’inscription à l’Ordre est suspendue ou radiée",
    "PROFILE_EXCLUDED": "le profil de la personne n’y a pas droit",
}


class Line(NamedTuple):
    """One thing that changes, or stays: its icon and its sentence."""

    icon: str
    text: str


def lines(found: Effects, *, labels: Labels, today: date) -> tuple[Line, ...]:
    """Say what gestures change: losses first, then gains, then what stays."""
    said = [
        *_part(found.loses, verb="perd", icon="ban", labels=labels, today=today),
        *_part(found.gains, verb="obtient", icon="plus", labels=labels, today=today),
        *_part(found.keeps, verb="garde", icon="check", labels=labels, today=today),
    ]
    changes = bool(found.loses or found.gains)
    statuses = {one.status for one in found.gestures}
    first = [] if changes else [Line("info", _nothing(statuses))]
    return (*first, *said, *_refused(found))


def known_lines(known: LastKnown, *, labels: Labels, today: date) -> tuple[Line, ...]:
    """Say, without the server, what the people held when it last told."""
    when = f" au {wording.day(wording.local_day(known.as_of))}" if known.as_of else ""
    head = f"Hors connexion{NBSP}: l’effet exact sera connu à l’envoi. Droits connus sur ce poste{when}{NBSP}:"
    if not known.holdings:
        return (Line("info", head.removesuffix(f"{NBSP}:") + f"{NBSP}: aucun."),)
    held = [
        Line(
            "check",
            f"{one.person}{NBSP}: {labels.rights(one.service, (one.right,))} sur {labels.service(one.service)}"
            f"{_until(one.valid_until)}, par {one.grantor}.",
        )
        for one in known.holdings
    ]
    del today
    return (Line("info", head), *held)


def _nothing(statuses: set[Status | None]) -> str:
    if Status.PENDING_SECOND in statuses:
        return FOR_A_SECOND
    return FOR_AN_APPROVAL if Status.PENDING in statuses else NOTHING


def _part(effects: Sequence[Effect], *, verb: str, icon: str, labels: Labels, today: date) -> Iterable[Line]:
    for _key, group in groupby(sorted(effects, key=_same), key=_same):
        some = list(group)
        one = some[0]
        rights = labels.rights(one.service, tuple(effect.right for effect in some))
        text = (
            f"{one.holder} {verb} {rights} sur {labels.service(one.service)} ({one.firm.name}), "
            f"{_from(one.first, today=today)}{_until(one.until)}, par {one.by}.{_lacking(one.missing)}"
        )
        yield Line(icon, text)


def _same(one: Effect) -> tuple[str, ...]:
    until = one.until.isoformat() if one.until else ""
    return (one.holder, one.service, one.firm.id, one.first.isoformat(), until, one.by, *one.missing)


def _from(first: date, *, today: date) -> str:
    return "dès aujourd’hui" if first <= today else f"à partir du {wording.day(first)}"


def _until(last: date | None) -> str:
    return f", jusqu’au {wording.day(last)} inclus" if last else ""


def _lacking(missing: tuple[str, ...]) -> str:
    if not missing:
        return ""
    return f" Pas encore utilisable{NBSP}: {wording.joined([_LACKS.get(code, code) for code in missing])}."


def _refused(found: Effects) -> Iterable[Line]:
    codes = [one.code for one in found.gestures if one.code]
    for code in sorted(set(codes)):
        total = wording.count(codes.count(code), "décision serait refusée", many="décisions seraient refusées")
        yield Line("alert-triangle", f"{total}{NBSP}: {messages.for_code(code).text}")
