"""One delegation with all that its detail pane says, read in one go on the store worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.delegation import Action, DelegationQuery, DelegationRow, Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import amend_forms, denial_reasons, words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from comptexpert_desktop.domain.delegation import Delegation, Party
    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.usecases.ports import Stores

_MANY = 200


@dataclass(frozen=True, slots=True)
class Gain:
    """What a grant would add to what the person can do today, as codes of rights."""

    added: tuple[str, ...]
    already: tuple[str, ...]


class Change(NamedTuple):
    """What moved in a case: its name, before and now."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Case:
    """A delegation as its detail pane shows it."""

    row: DelegationRow
    labels: Labels
    gain: Gain
    actions: Mapping[Action, str | None]
    """None when the person may act, or the code of why not."""
    my_name: str = ""
    """Of the person who is signed in, to sign a message."""
    absent: str = ""
    """The grantor in whose absence the person decides (BR-24); empty when they decide for themselves."""
    with_person: tuple[Delegation, ...] = ()
    """What else there is between these two people."""
    identity: Identity | None = None
    """Whom it is about, as the server said; None while it did not."""
    is_identity_known: bool = True
    """False when the server did not answer."""
    two_approvers: bool = False
    """Whether the firm asks for two approvers of high-risk rights, as far as this machine knows."""
    difference: tuple[Change, ...] | None = None
    """What moved since the person decided on it; None unless a decision came back."""


def load(stores: Stores, *, delegation_id: str, today: date) -> Case | None:
    """Read a delegation, what else its grantee holds, and what the signed-in person may do to it."""
    row = delegations.detail(stores, delegation_id=delegation_id)
    me = session.current(stores)
    if row is None or me is None:
        return None
    # What waits and what lives comes first, so that a long history never hides it.
    text = row.delegation.grantee.display_name if row.role is Role.GRANTOR else ""
    query = DelegationQuery(role=row.role, text=text)
    held = delegations.stretch(stores, query=query, limit=_MANY, offset=0)
    found = firm.known(stores, firm_id=row.delegation.firm.id)
    case = build(row, held=held, me=me, labels=Labels(catalogue.current(stores)), today=today)
    case = replace(case, two_approvers=found is not None and found.page.two_approvers)
    if row.intent is None or row.intent.status != "needs_you":
        return case
    before = delegations.decided_on(stores, outbox_id=row.intent.outbox_id)
    return case if before is None else replace(case, difference=difference(before, row.delegation, labels=case.labels))


def build(row: DelegationRow, *, held: Iterable[DelegationRow], me: Me, labels: Labels, today: date) -> Case:
    """Put together what is known of a case."""
    actions = dict(delegations.actions(row, me=me, today=today))
    if row.intent is not None and row.intent.status == "queued" and actions.get(row.intent.action) is None:
        actions[row.intent.action] = denial_reasons.ALREADY_QUEUED
    if actions.get(Action.BROADEN, "") is None and not amend_forms.has_more_rights(row.delegation, labels=labels):
        actions[Action.BROADEN] = denial_reasons.WRONG_STATUS
    name = me.account.display_name
    absent = delegations.covered_name(row.delegation, me=me, today=today)
    found = tuple(held)
    return Case(
        row=row,
        labels=labels,
        gain=gain(row, held=found),
        actions=actions,
        my_name=name,
        absent=absent,
        with_person=with_person(row, held=found),
    )


def with_person(row: DelegationRow, *, held: Iterable[DelegationRow]) -> tuple[Delegation, ...]:
    """List what else there is with the other person of a line, in every firm."""
    other = _other(row)
    return tuple(
        one.delegation
        for one in held
        if one.delegation.id != row.delegation.id and other.account_id and _other(one).account_id == other.account_id
    )


def _other(row: DelegationRow) -> Party:
    return row.delegation.grantee if row.role is Role.GRANTOR else row.delegation.grantor


def gain(row: DelegationRow, *, held: Iterable[DelegationRow]) -> Gain:
    """Tell which rights of a delegation its grantee does not have yet through another one."""
    mine = row.delegation
    owned: set[str] = set()
    for other in held:
        theirs = other.delegation
        same_person = bool(mine.grantee.account_id) and theirs.grantee.account_id == mine.grantee.account_id
        same_place = (theirs.service, theirs.firm.id) == (mine.service, mine.firm.id)
        if same_person and same_place and theirs.id != mine.id and theirs.effective:
            owned.update(theirs.rights)
    return Gain(
        added=tuple(right for right in mine.rights if right not in owned),
        already=tuple(right for right in mine.rights if right in owned),
    )


def difference(before: Delegation, after: Delegation, *, labels: Labels) -> tuple[Change, ...]:
    """Tell what moved in a case between a decision and now."""

    def rights(delegation: Delegation) -> str:
        return labels.rights(delegation.service, delegation.rights)

    def until(delegation: Delegation) -> str:
        return wording.day(delegation.valid_until) if delegation.valid_until else "à fixer"

    def status(delegation: Delegation) -> str:
        return words.server_state(delegation, role=Role.GRANTOR).word

    found = (
        Change("État", status(before), status(after)),
        Change("Droits", rights(before), rights(after)),
        Change("Échéance", until(before), until(after)),
        Change("Motif", before.reason, after.reason),
        Change("Délégant", before.grantor.display_name, after.grantor.display_name),
    )
    return tuple(change for change in found if change.before != change.now)
