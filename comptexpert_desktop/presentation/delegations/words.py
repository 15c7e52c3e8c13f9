"""What a delegation is called on screen: its state, its rights, its history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Role, Status
from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import Delegation, DelegationRow, PendingIntent
    from comptexpert_desktop.presentation.tone import Tone

UNDECIDED = frozenset({Status.PENDING, Status.PENDING_SECOND})
LIVE = frozenset({Status.ACTIVE, Status.SCHEDULED, Status.SUSPENDED})
ENDED = frozenset(Status) - UNDECIDED - LIVE
AGAIN = ENDED - {Status.SUPERSEDED}
"""What one may ask for once more."""
SOON_DAYS = 30
UNANSWERED_DAYS = 14
"""After which the server ends a request that nobody answered."""
NEAR_LAPSE_DAYS = 5
NOT_EFFECTIVE = "PAS ENCORE EFFECTIF"
"""Said of rights that were cut here and are still open on the server."""


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as a word, an icon and a tone, and the sentence that explains it."""

    word: str
    icon: str
    tone: Tone
    sentence: str


@dataclass(frozen=True, slots=True)
class ActionWord:
    """An action as a button, as a noun, and as what has happened once it is done."""

    verb: str
    noun: str
    past: str


ACTIONS = {
    Action.APPROVE: ActionWord("Approuver", "Accord", "accordée"),
    Action.REFUSE: ActionWord("Refuser", "Refus", "refusée"),
    Action.WITHDRAW: ActionWord("Retirer la demande", "Retrait", "retirée"),
    Action.SUSPEND: ActionWord("Suspendre", "Suspension", "suspendue"),
    Action.RESUME: ActionWord("Rétablir", "Rétablissement", "rétablie"),
    Action.REVOKE: ActionWord("Révoquer", "Révocation", "révoquée"),
    Action.RENEW: ActionWord("Prolonger", "Prolongation", "prolongée"),
    Action.TRANSFER: ActionWord("Transférer", "Transfert", "transférée"),
    Action.RELINQUISH: ActionWord("Renoncer", "Renonciation", "abandonnée"),
    Action.PROLONG: ActionWord("Demander à prolonger", "Demande de prolongation", "à prolonger"),
    Action.NARROW: ActionWord("Réduire", "Réduction", "réduite"),
    Action.BROADEN: ActionWord("Élargir", "Élargissement", "élargie"),
    Action.EDIT: ActionWord("Modifier", "Modification", "modifiée"),
}

_PENDING_GRANTOR = StateWord("À décider", "question", "info", "Cette demande attend votre décision.")
_PENDING_GRANTEE = StateWord("En attente", "clock", "info", "L’expert-comptable n’a pas encore répondu.")
_STATES = {
    Status.PENDING_SECOND: StateWord(
        "Second accord attendu",
        "users",
        "info",
        "Un premier expert-comptable a donné son accord. Le cabinet en demande un second.",
    ),
    Status.SCHEDULED: StateWord(
        "Programmée", "calendar", "info", "Accordée. Elle prendra effet plus tard, sans rien faire de plus."
    ),
    Status.ACTIVE: StateWord("Active", "check-circle", "success", "Les droits sont effectifs."),
    Status.SUSPENDED: StateWord("Suspendue", "pause", "warning", "Les droits sont coupés, et peuvent être rétablis."),
    Status.REFUSED: StateWord("Refusée", "ban", "neutral", "La demande a été refusée."),
    Status.WITHDRAWN: StateWord("Retirée", "close", "neutral", "La personne a retiré sa demande."),
    Status.LAPSED: StateWord("Sans réponse", "clock", "neutral", "La demande est restée 14\u00a0jours sans réponse."),
    Status.EXPIRED: StateWord("Échue", "calendar", "neutral", "La date de fin est passée. Aucun droit ne reste."),
    Status.REVOKED: StateWord("Révoquée", "ban", "neutral", "Les droits ont été retirés."),
    Status.CEASED: StateWord("Éteinte", "ban", "neutral", "L’une des deux personnes n’a plus qualité."),
    Status.SUPERSEDED: StateWord("Remplacée", "refresh", "neutral", "Une délégation plus large l’a remplacée."),
}
_INEFFECTIVE = StateWord(
    "Incomplète",
    "alert-triangle",
    "warning",
    "La délégation est accordée, mais il manque une condition.",
)
_MISSING = {
    "DEL_CERT_REQUIRED": "Certificat personnel de signature\u00a0: il manque encore au délégataire. "
    "Accordé ne veut pas dire utilisable.",
    "DEL_TERMS": "Conditions du service\u00a0: un expert-comptable du cabinet doit d’abord les accepter.",
    "DEL_NO_ACCOUNT": "Compte du délégataire\u00a0: il n’est pas encore activé.",
    "DEL_SERVICE_CLOSED": "Service\u00a0: il est fermé pour tous les comptes.",
    "PROFILE_EXCLUDED": "Profil du délégataire\u00a0: ce service ne lui est pas ouvert, même par délégation.",
    "REG_STRUCK_OFF": "Inscription du délégataire\u00a0: elle est suspendue ou radiée à l’annuaire de l’Ordre.",
}
_RISKS = {"low": "Risque faible", "medium": "Risque moyen", "high": "Risque élevé"}
_RISK_ORDER = ("low", "medium", "high")
_END_CAUSES = {
    "relinquished": "le délégataire y a renoncé",
    "review_ended": "fin décidée lors de la revue annuelle",
    "review_unanswered": "la revue annuelle est restée sans réponse",
    "grantor_standing": "le délégant n’a plus qualité",
    "profile_changed": "le profil de la personne a changé",
    "grantee_standing": "le délégataire n’a plus qualité",
    "departure": "départ du cabinet",
    "member_left": "départ du cabinet",
    "account_closed": "compte fermé",
    "one_person": "les deux comptes étaient à une seule personne",
    "chain_ended": "le droit qu’elle prolongeait a pris fin",
    "expired_suspended": "elle était suspendue à sa dernière date",
}


def risk_word(risk: str) -> str:
    """Word a risk."""
    return _RISKS.get(risk, _RISKS["high"])


def risk_tone(risk: str) -> Tone:
    """Give the tone of a risk's badge."""
    tones: dict[str, Tone] = {"low": "neutral", "medium": "info"}
    return tones.get(risk, "warning")


def state(row: DelegationRow) -> StateWord:
    """Word the state of a row; what waits on this machine comes before the server's truth."""
    if row.intent:
        return intent_state(row.intent)
    return server_state(row.delegation, role=row.role)


def server_state(delegation: Delegation, *, role: Role) -> StateWord:
    """Word what the server last said."""
    if delegation.status is Status.PENDING:
        return _PENDING_GRANTOR if role is Role.GRANTOR else _PENDING_GRANTEE
    if delegation.status is Status.ACTIVE and not delegation.effective:
        return _INEFFECTIVE
    return _STATES[delegation.status]


def status_word(status: Status, *, role: Role) -> str:
    """Word a state alone."""
    if status is Status.PENDING:
        return (_PENDING_GRANTOR if role is Role.GRANTOR else _PENDING_GRANTEE).word
    return _STATES[status].word


def intent_state(intent: PendingIntent) -> StateWord:
    """Word a decision that the server has not confirmed."""
    noun = ACTIONS[intent.action].noun
    if intent.status == "needs_you":
        return StateWord(f"{noun} à revoir", "alert-circle", "danger", "Le serveur n’a pas appliqué votre décision.")
    if intent.status == "unknown":
        sentence = "La réponse du serveur s’est perdue. Vérification en cours\u00a0: ne refaites pas cette décision."
        return StateWord(f"{noun} en vérification", "refresh", "warning", sentence)
    if intent.action in {Action.REVOKE, Action.SUSPEND, Action.NARROW}:
        sentence = "Les droits restent ouverts tant que le serveur n’a pas répondu."
        return StateWord(NOT_EFFECTIVE, "alert-triangle", "danger", sentence)
    sentence = "Votre décision est enregistrée sur ce poste. Le serveur ne l’a pas encore confirmée."
    return StateWord(f"{noun} non transmis{_feminine(intent.action)}", "outbox", "warning", sentence)


def intent_title(intent: PendingIntent) -> str:
    """Name a decision and where it stands: « Révocation : PAS ENCORE EFFECTIF »."""
    word, noun = intent_state(intent).word, ACTIONS[intent.action].noun
    return word if word.startswith(noun) else f"{noun}{wording.NBSP}: {word}"


def _feminine(action: Action) -> str:
    masculine = {
        Action.APPROVE,
        Action.REFUSE,
        Action.WITHDRAW,
        Action.RESUME,
        Action.TRANSFER,
        Action.BROADEN,
    }
    return "" if action in masculine else "e"


def rights_title(delegation: Delegation, *, role: Role) -> str:
    """Say what the list of rights is: what would be gained, what is held, or what is over."""
    if delegation.status in {Status.REFUSED, Status.WITHDRAWN, Status.LAPSED}:
        return "Ce qui était demandé"
    if delegation.status in ENDED:
        return "Ce qui était accordé"
    undecided = delegation.status in UNDECIDED
    if role is Role.GRANTEE:
        return "Ce que vous pourrez faire de plus" if undecided else "Ce que cette délégation vous permet"
    name = delegation.grantee.given_name or delegation.grantee.display_name
    return f"Ce que {name} pourra faire de plus demain" if undecided else f"Ce que cette délégation permet à {name}"


def missing(code: str) -> str:
    """Word what keeps a granted right from working."""
    return _MISSING.get(code, f"Condition à remplir\u00a0: {code}.")


def end_of(delegation: Delegation, *, today: date, spoken: bool = False) -> str:
    """Write the end date for a table, and how near it is (« J-12 ») while the delegation lives."""
    if delegation.valid_until is None:
        return "à fixer" if delegation.status in UNDECIDED else ""
    written = wording.short_day(delegation.valid_until)
    if not ends_soon(delegation, today=today):
        return written
    left = (delegation.valid_until - today).days
    if spoken or left < 0:
        return f"{written}, {wording.days_left(delegation.valid_until, today=today)}"
    return f"{written} · J-{left}"


def lapse_of(delegation: Delegation, *, today: date) -> str:
    """Say when a request ends by itself if nobody answers, and how near that is."""
    until = wording.local_day(delegation.requested_at) + timedelta(days=UNANSWERED_DAYS)
    left = (until - today).days
    near = f" · J-{left}" if 0 <= left <= NEAR_LAPSE_DAYS else ""
    return f"expire le {wording.short_day(until)}{near}"


def leaving(delegation: Delegation) -> str:
    """Say when a right ends with a planned departure of its holder; empty when it does not."""
    last = delegation.leaves_on
    if last is None or delegation.status not in LIVE:
        return ""
    if delegation.valid_until is not None and delegation.valid_until <= last:
        return ""
    return f"Prend fin le {wording.day(last)} au soir, avec le départ du cabinet."


def ends_soon(delegation: Delegation, *, today: date) -> bool:
    """Tell whether a live delegation ends within 30 days."""
    if delegation.valid_until is None or delegation.status not in LIVE:
        return False
    return (delegation.valid_until - today).days <= SOON_DAYS


def history(delegation: Delegation, *, now: datetime) -> tuple[str, ...]:
    """Tell what happened, a line an event, in order."""
    asked = {
        "direct": "Accordée directement",
        "renewal": "Prolongation demandée",
        "broadening": "Élargissement demandé",
        "import": "Importée",
    }
    start = asked.get(delegation.origin, "Demandée")
    lines = [f"{start} {wording.moment(delegation.requested_at, now=now)}."]
    if delegation.decided_at:
        word = "Refusée" if delegation.status is Status.REFUSED else "Décidée"
        lines.append(f"{word} {wording.moment(delegation.decided_at, now=now)}.")
    if delegation.ended_at:
        cause = _END_CAUSES.get(delegation.end_cause, "")
        ended = f"{_STATES[delegation.status].word if delegation.status in ENDED else 'Terminée'} "
        why = f"\u00a0: {cause}" if cause else ""
        lines.append(f"{ended}{wording.moment(delegation.ended_at, now=now)}{why}.")
    return tuple(lines)


def with_person(others: Sequence[Delegation], *, service: Callable[[str], str]) -> tuple[str, ...]:
    """Sum up what else there is with the same person: what is live, what waits, what is over and how it ended."""
    if not others:
        return ()
    live = sorted({service(one.service) for one in others if one.status in LIVE})
    many = sum(one.status in LIVE for one in others)
    waiting = sum(one.status in UNDECIDED for one in others)
    lines = []
    if many:
        lines.append(f"{wording.count(many, 'délégation')} en cours\u00a0: {wording.joined(live)}.")
    if waiting:
        lines.append(f"{wording.count(waiting, 'autre demande', many='autres demandes')} en attente.")
    ended = Counter(status_word(one.status, role=Role.GRANTOR).lower() for one in others if one.status in ENDED)
    if ended:
        parts = [f"{wording.number(total)}\u00a0{word}{_plural(word, total)}" for word, total in ended.most_common()]
        lines.append(f"Terminées\u00a0: {wording.joined(parts)}.")
    return tuple(lines)


def _plural(word: str, many: int) -> str:
    return "s" if many > 1 and not word.startswith("sans") else ""
