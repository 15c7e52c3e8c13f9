"""« Pourquoi ? »: the rule behind a refusal, who can unblock it, and the message that asks for it, ready to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.delegation import Action, Role, Status
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import denial_reasons, words

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case


class Letter(NamedTuple):
    """A message to one person; `to` is empty when this machine does not know the address."""

    to: str
    name: str
    subject: str
    body: str


class Why(NamedTuple):
    """What is refused, by which rule, who can unblock it, and the message to that person, if there is one."""

    about: str
    rule: str
    who: str
    letter: Letter | None = None


def of_action(action: Action, code: str, *, case: Case) -> Why:
    """Explain a button that cannot be used."""
    delegation, about = case.row.delegation, words.ACTIONS[action].verb
    if code == "DEL_NOT_GRANTOR":
        rule = (
            "Seul l’expert-comptable désigné approuve, refuse ou confie une demande. Un confrère du cabinet peut "
            "suspendre, révoquer ou rétablir un droit accordé, ou donner le second accord."
        )
        if delegation.status is Status.PENDING_SECOND:
            rule = "Ce cabinet demande deux accords pour un droit à risque élevé. Le second vient d’un autre confrère."
            return Why(about, rule, "Un autre expert-comptable du cabinet.", _second(case))
        waits = delegation.status is Status.PENDING
        cover = " S’il est absent, demandez à le suppléer, page «\u00a0Cabinet\u00a0»." if waits else ""
        return Why(about, rule, f"{delegation.grantor.display_name}.{cover}", _please_decide(case))
    if code == "DEL_SELF":
        who = f"Un autre expert-comptable de {delegation.firm.name}."
        return Why(about, "Personne ne décide de ses propres droits, même à la tête du cabinet.", who, _for_me(case))
    if code == "DEL_NOT_GRANTEE":
        who = f"{delegation.grantee.display_name}, qui reçoit la délégation."
        return Why(about, "Retirer une demande ou renoncer à un droit revient à la personne qui le reçoit.", who)
    if code in _WAITING:
        return Why(about, *_WAITING[code])
    rule = denial_reasons.why_not(code, action=action, delegation=delegation)
    return Why(about, f"{rule[:1].upper()}{rule[1:]}", _next_step(action, case))


def of_refusal(code: str, *, case: Case) -> Why:
    """Explain why the server did not apply a decision."""
    message = messages.for_code(code)
    about = message.title
    if code in _GRANTEES:
        return Why(
            about, message.text, f"{case.row.delegation.grantee.display_name}.", of_missing(code, case=case).letter
        )
    if code == "DEL_NOT_GRANTOR":
        return Why(about, message.text, f"{case.row.delegation.grantor.display_name}.", _please_decide(case))
    if code in messages.SIGN_IN_AGAIN:
        return Why(about, message.text, f"Vous. {message.remedy}")
    return Why(about, message.text, message.remedy or "Vous, en décidant de nouveau.")


def of_missing(code: str, *, case: Case) -> Why:
    """Explain what keeps a granted right from working."""
    delegation = case.row.delegation
    about, is_grantor = messages.for_code(code).title, case.row.role is Role.GRANTOR
    rule = words.missing(code)
    if code == "DEL_TERMS":
        who = f"Un expert-comptable de {delegation.firm.name}, dans l’écran du cabinet."
        return Why(about, rule, who, None if is_grantor else _accept_terms(case))
    if code in _GRANTEES:
        who = f"{delegation.grantee.display_name}." if is_grantor else "Vous."
        return Why(about, rule, who, _to_grantee(case, _GRANTEES[code]) if is_grantor else None)
    if code == "REG_STRUCK_OFF":
        return Why(about, rule, "Le Conseil régional de l’Ordre du délégataire.")
    if code == "PROFILE_EXCLUDED":
        return Why(about, rule, "Personne, tant que le profil du délégataire reste le même.")
    return Why(about, rule, "Votre cabinet.")


def of_state(case: Case) -> tuple[Why, ...]:
    """Explain why the rights of a case cannot be used now; nothing when they can."""
    delegation = case.row.delegation
    found = [of_missing(code, case=case) for code in delegation.missing]
    state = words.server_state(delegation, role=case.row.role)
    if case.row.role is Role.GRANTEE and delegation.status in _GRANTOR_UNBLOCKS:
        who = f"{delegation.grantor.display_name}."
        if delegation.status is Status.PENDING_SECOND:
            who = f"Un second expert-comptable de {delegation.firm.name}."
        found.append(Why(state.word, state.sentence, who, _remind(case)))
    elif delegation.status is Status.LAPSED and case.row.role is Role.GRANTOR:
        who = f"{delegation.grantee.display_name}, par une nouvelle demande. Vous pouvez aussi accorder directement."
        found.append(Why(state.word, state.sentence, who, _to_grantee(case, _ASK_AGAIN)))
    return tuple(found)


def of_bar(case: Case, *, actions: tuple[Action, ...]) -> tuple[Why, ...]:
    """Explain every button of a bar that cannot be used, the same reason once."""
    found: dict[tuple[str, str], Why] = {}
    for action in actions:
        code = case.actions.get(action, "")
        if not code:
            continue
        why = of_action(action, code, case=case)
        before = found.get((why.rule, why.who))
        about = f"{before.about}, {why.about.lower()}" if before else why.about
        found[why.rule, why.who] = why._replace(about=about)
    return tuple(found.values())


_WAITING = {
    denial_reasons.ALREADY_QUEUED: (
        "Une décision déjà enregistrée part une seule fois.",
        f"Vous. Le bouton {wording.quoted('Annuler')} du dossier la retire tant qu’elle n’est pas partie.",
    ),
    "OUTBOX_UNKNOWN": (
        "Une seule décision à la fois voyage vers le serveur pour un dossier. Deux se contrediraient.",
        "Le serveur, dès qu’il aura répondu. Il n’y a rien à refaire.",
    ),
}
_GRANTEES = {
    "DEL_CERT_REQUIRED": "Le droit de signer vous est accordé. Il ne fonctionnera qu’une fois votre certificat "
    "personnel de signature attesté. Pouvez-vous faire le nécessaire\u00a0?",
    "DEL_NO_ACCOUNT": "Une délégation vous attend. Elle prendra effet une fois votre Comptexpert activé. Pouvez-vous "
    "créer votre compte\u00a0?",
}
_ASK_AGAIN = (
    "Votre demande est restée 14\u00a0jours sans réponse. Pouvez-vous l’envoyer de nouveau depuis Comptexpert\u00a0?"
)
_GRANTOR_UNBLOCKS = frozenset({Status.PENDING, Status.PENDING_SECOND, Status.SUSPENDED, Status.LAPSED})
_WISHES = {
    Status.PENDING: "Ma demande attend votre réponse. Pouvez-vous la décider dans Comptexpert\u00a0?",
    Status.PENDING_SECOND: "Ma demande attend un second accord. Pouvez-vous en parler à un confrère du cabinet\u00a0?",
    Status.SUSPENDED: "Mes droits sont suspendus. Pouvez-vous les rétablir, ou me dire ce qui s’y oppose\u00a0?",
    Status.LAPSED: "Ma demande est restée 14\u00a0jours sans réponse. Je vais l’envoyer de nouveau. "
    "Pourrez-vous la décider\u00a0?",
}


def _next_step(action: Action, case: Case) -> str:
    if case.row.delegation.status in words.ENDED:
        return "Personne\u00a0: une nouvelle demande, ou un nouvel accord, est nécessaire."
    if case.row.delegation.status in words.UNDECIDED:
        return "Vous, en répondant d’abord à la demande." if case.row.role is Role.GRANTOR else "Vous."
    if action in {Action.APPROVE, Action.REFUSE}:
        return "Vous. Les droits se révoquent, se suspendent ou se prolongent désormais."
    return "Vous. Un droit accordé ne se retire pas comme une demande\u00a0: on y renonce."


def _please_decide(case: Case) -> Letter:
    delegation = case.row.delegation
    wish = (
        "Cette demande attend votre réponse. Pouvez-vous la décider dans Comptexpert, ou me la transférer\u00a0?"
        if delegation.status in words.UNDECIDED
        else "Pouvez-vous en décider dans Comptexpert, ou me la transférer\u00a0?"
    )
    return _letter(case, to=delegation.grantor, wish=wish)


def _second(case: Case) -> Letter:
    wish = "J’ai donné le premier accord. Le cabinet en demande un second. Pouvez-vous donner le vôtre\u00a0?"
    return _letter(case, to=None, wish=wish)


def _for_me(case: Case) -> Letter:
    wish = "Il s’agit de mes propres droits, dont je ne peux pas décider. Pouvez-vous le faire\u00a0?"
    return _letter(case, to=None, wish=wish)


def _accept_terms(case: Case) -> Letter:
    wish = "Les conditions de ce service doivent être acceptées par le cabinet. Pouvez-vous le faire\u00a0?"
    return _letter(case, to=case.row.delegation.grantor, wish=wish)


def _remind(case: Case) -> Letter:
    return _letter(case, to=case.row.delegation.grantor, wish=_WISHES[case.row.delegation.status])


def _to_grantee(case: Case, wish: str) -> Letter:
    return _letter(case, to=case.row.delegation.grantee, wish=wish)


def _letter(case: Case, *, to: Party | None, wish: str) -> Letter:
    """Write a message about a case; without a person, to a colleague of the firm."""
    delegation = case.row.delegation
    service = case.labels.service(delegation.service)
    name = " ".join(to.display_name.split()) if to else ""
    facts = (
        f"Service\u00a0: {service}",
        f"Droits\u00a0: {case.labels.rights(delegation.service, delegation.rights)}",
        f"Personne\u00a0: {delegation.grantee.display_name}",
        f"Cabinet\u00a0: {delegation.firm.name}",
        f"Date\u00a0: {wording.day(wording.local_day(delegation.requested_at))}",
    )
    greeting = f"Bonjour {name}," if name else "Bonjour,"
    parts = (greeting, wish, "\n".join(facts), f"Je vous en remercie.\n{case.my_name}")
    subject = f"Délégation {service}, {delegation.grantee.display_name}"
    return Letter(to.email if to else "", name or "Un confrère du cabinet", subject, "\n\n".join(parts) + "\n")
