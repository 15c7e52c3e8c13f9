"""A firm as a model apart from the server: what each gesture does to rights, and what each day does to them.

Written from the rules (domain.md, BR-08, BR-13, BR-23, BR-28, BR-31); nothing of the server is asked. « Après ce geste »
must say what this model lives through, day after day. Days are counted from the first of its story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPERTS = ("agathe", "bruno")
INVITED = "invited"
"""Whoever reads an address, without an account yet."""
HIGH = frozenset({"seal", "sign"})
CERTIFIED = "sign"
WITH_TERMS = "jesignexpert"


class State(Enum):
    """Where a right stands."""

    ASKED = auto()
    ASKED_TWICE = auto()
    """It waits for its second approval."""
    LATER = auto()
    ACTIVE = auto()
    SUSPENDED = auto()
    REPLACED = auto()
    OVER = auto()
    """Its last day passed."""
    OVER_SUSPENDED = auto()
    BROKEN = auto()
    """Somebody ended or refused it."""


WAITING = frozenset({State.ASKED, State.ASKED_TWICE})
ALIVE = frozenset({*WAITING, State.LATER, State.ACTIVE, State.SUSPENDED})


@dataclass(eq=False, kw_only=True)
class Right:
    """One delegation."""

    grantor: str
    holder: str
    service: str
    rights: frozenset[str]
    first: int | None
    last: int
    state: State
    after: Right | None = None
    """What it prolongs, broadens or replaced."""
    origin: str = "direct"
    first_approver: str = ""

    @property
    def line(self) -> tuple[str, str, str]:
        return self.grantor, self.holder, self.service

    @property
    def is_later(self) -> bool:
        is_linked = self.state is State.ASKED and self.after is not None
        return is_linked or self.state in {State.LATER, State.ASKED_TWICE}

    @property
    def start(self) -> int:
        """Its first day; without one it begins when it is approved, and comes before all others."""
        return -1_000 if self.first is None else self.first


class Held(NamedTuple):
    """A right that a person holds on a day, by whom, and what keeps it from working."""

    holder: str
    service: str
    right: str
    by: str
    missing: tuple[str, ...]

    @property
    def what(self) -> tuple[str, str, str]:
        return self.holder, self.service, self.right


class RefusedError(Exception):
    """The gesture is none of this person's, or of this moment."""


@dataclass(kw_only=True)
class Firm:
    """Two experts, their collaborateurs, and all that was ever asked or granted."""

    two_approvers: bool
    has_terms: bool
    certified: frozenset[str]
    day: int = 0
    rights: list[Right] = field(default_factory=list)
    leaving: dict[str, int] = field(default_factory=dict)
    """The last day of those whose departure is planned."""

    def held(self, holders: Iterable[str]) -> set[Held]:
        """Return what these people hold today; an invitation counts from its first day, until it is accepted."""
        people = set(holders)
        found = set()
        for one in self.rights:
            began = one.state is State.ACTIVE or (one.holder == INVITED and one.state is State.LATER)
            if one.holder in people and began and one.start <= self.day <= one.last:
                found |= {Held(one.holder, one.service, right, one.grantor, self._missing(one)) for right in one.rights}
        return found

    def _missing(self, one: Right) -> tuple[str, ...]:
        found = ["DEL_NO_ACCOUNT"] if one.holder == INVITED else []
        if one.service == WITH_TERMS and not self.has_terms:
            found.append("DEL_TERMS")
        if CERTIFIED in one.rights and one.holder not in self.certified:
            found.append("DEL_CERT_REQUIRED")
        return tuple(found)

    # What people do.

    def ask(
        self, holder: str, grantor: str, *, service: str, rights: frozenset[str], first: int | None, last: int
    ) -> Right:
        """Let a collaborateur ask for a right."""
        whole = self._beyond((grantor, holder, service), rights)
        return self._add(
            Right(
                grantor=grantor,
                holder=holder,
                service=service,
                rights=whole,
                first=first,
                last=last,
                state=State.ASKED,
                origin="request",
            )
        )

    def grant(self, grantor: str, holder: str, *, service: str, rights: frozenset[str], first: int, last: int) -> Right:
        """Let an expert grant a right, or invite somebody to it."""
        whole = self._beyond((grantor, holder, service), rights, first=first)
        made = Right(
            grantor=grantor,
            holder=holder,
            service=service,
            rights=whole,
            first=first,
            last=last,
            state=State.LATER if first > self.day or holder == INVITED else State.ACTIVE,
        )
        self._stay_until(holder, first)
        if self._needs_two(whole):
            made.state, made.first_approver = State.ASKED_TWICE, grantor
            made.after = self._active(made.line)
        elif made.state is State.ACTIVE:
            self._replace(made)
        self._add(made)
        self._settle(made)
        return made

    def approve(self, one: Right, *, by: str) -> None:
        """Accept what is asked, as it is asked."""
        self._allow(one, by=by, states={State.ASKED: {one.grantor}, State.ASKED_TWICE: set(EXPERTS)})
        if one.state is State.ASKED_TWICE and one.first_approver == by:
            raise RefusedError
        first = max(self.day if one.first is None else one.first, self.day)
        if one.last < first:
            raise RefusedError
        self._stay_until(one.holder, first)
        if one.state is State.ASKED and self._needs_two(one.rights):
            one.state, one.first_approver, one.first = State.ASKED_TWICE, by, first
            return
        before = one.after
        if before is not None and before.state is State.BROKEN:
            raise RefusedError
        state = State.ACTIVE if first <= self.day and one.holder != INVITED else State.LATER
        if before is not None and before.state in {State.SUSPENDED, State.OVER_SUSPENDED}:
            state = State.SUSPENDED
        elif before is not None and before.state is not State.ACTIVE:
            suspended = [r for r in self.rights if r.line == one.line and r.state is State.SUSPENDED]
            if suspended:
                state, one.after = State.SUSPENDED, suspended[0]
        active = self._active(one.line, but=one)
        if state is State.ACTIVE and active is not None and not active.rights <= one.rights:
            raise RefusedError
        one.first = first
        if state is State.ACTIVE:
            self._replace(one)
        one.state = state
        self._settle(one)

    def refuse(self, one: Right, *, by: str) -> None:
        """Refuse what is asked."""
        self._allow(one, by=by, states={State.ASKED: {one.grantor}, State.ASKED_TWICE: set(EXPERTS)})
        one.state = State.BROKEN

    def revoke(self, one: Right, *, by: str, at: int | None = None) -> None:
        """End a right now, or at the end of a later day, with all that waits behind it."""
        self._allow(one, by=by, states={key: set(EXPERTS) for key in (State.ACTIVE, State.SUSPENDED, State.LATER)})
        if at is None or at <= self.day or at < one.start:
            one.state = State.BROKEN
            self._end(self._behind(one))
            return
        one.last = min(one.last, at)
        for waiting in self._behind(one):
            if waiting.first is None or waiting.first > at or waiting.state in WAITING:
                waiting.state = State.BROKEN
            else:
                waiting.last = min(waiting.last, at)

    def relinquish(self, one: Right, *, by: str) -> None:
        """Let the holder give up a right, with all that waits behind it."""
        self._allow(one, by=by, states={key: {one.holder} for key in (State.ACTIVE, State.SUSPENDED, State.LATER)})
        one.state = State.BROKEN
        self._end(self._behind(one))

    def suspend(self, one: Right, *, by: str) -> None:
        """Suspend a right, and what would begin behind it."""
        self._allow(one, by=by, states={State.ACTIVE: set(EXPERTS)})
        one.state = State.SUSPENDED
        for waiting in self._behind(one):
            if waiting.state is State.LATER:
                waiting.state, waiting.after = State.SUSPENDED, waiting.after or one

    def resume(self, one: Right, *, by: str) -> None:
        """Give a suspended right back, with what was suspended behind it."""
        self._allow(one, by=by, states={State.SUSPENDED: set(EXPERTS)})
        if one.last < self.day:
            raise RefusedError
        state = State.ACTIVE if one.start <= self.day else State.LATER
        if state is State.ACTIVE and self._active(one.line, but=one) is not None:
            raise RefusedError
        one.state = state
        for waiting in self._behind(one):
            if waiting.state is State.SUSPENDED:
                waiting.state = State.LATER

    def renew(self, one: Right, *, by: str, last: int) -> None:
        """Grant the same again from the day after its last."""
        self._allow(one, by=by, states={State.ACTIVE: {one.grantor}})
        following = [r for r in self.rights if r.after is one and r.state in {*WAITING, State.LATER}]
        if any(r.origin == "renewal" for r in following) or last <= one.last:
            raise RefusedError
        self._stay_until(one.holder, one.last + 1)
        is_two = self._needs_two(one.rights)
        self._add(
            Right(
                grantor=one.grantor,
                holder=one.holder,
                service=one.service,
                rights=one.rights,
                first=one.last + 1,
                last=last,
                state=State.ASKED_TWICE if is_two else State.LATER,
                after=one,
                origin="renewal",
                first_approver=by if is_two else "",
            )
        )

    def transfer(self, one: Right, *, by: str, to: str) -> None:
        """Give a right to the other expert, with what waits behind it."""
        everybody = {key: set(EXPERTS) for key in (State.ACTIVE, State.SUSPENDED, State.LATER)}
        self._allow(one, by=by, states={State.ASKED: {one.grantor}, **everybody})
        line = (to, one.holder, one.service)
        clash = [r for r in self.rights if r.line == line and r.state in {State.ACTIVE, State.LATER} and r is not one]
        if to == one.grantor or clash:
            raise RefusedError
        for moved in (*self._behind(one), one):
            moved.grantor = to

    def leave(self, holder: str, *, last: int | None = None) -> None:
        """Let somebody leave the firm now, or after a last day."""
        if last is None:
            self._cease(holder)
        else:
            self.leaving[holder] = last

    def stay(self, holder: str) -> None:
        """Cancel a departure that is planned."""
        self.leaving.pop(holder, None)

    # What time does.

    def pass_day(self) -> None:
        """Let a night pass: departures, ends, beginnings, in this order."""
        self.day += 1
        for holder, last in list(self.leaving.items()):
            if last < self.day:
                self._cease(holder)
        for one in self.rights:
            if one.state in {State.ACTIVE, State.LATER, State.SUSPENDED} and one.last < self.day:
                one.state = State.OVER_SUSPENDED if one.state is State.SUSPENDED else State.OVER
        due = [one for one in self.rights if one.state is State.LATER and one.start <= self.day]
        for one in sorted(due, key=lambda one: (one.start, one.last)):
            if one.holder != INVITED and one.state is State.LATER and one.start <= self.day:
                self._begin(one)

    def _begin(self, one: Right) -> None:
        before = one.after
        if before is not None and before.state is State.BROKEN:
            one.state = State.BROKEN
        elif before is not None and before.state in {State.SUSPENDED, State.OVER_SUSPENDED}:
            one.state = State.SUSPENDED
        else:
            self._replace(one)
            one.state = State.ACTIVE
            self._settle(one)

    # The chain.

    def _add(self, made: Right) -> Right:
        self.rights.append(made)
        return made

    def _allow(self, one: Right, *, by: str, states: dict[State, set[str]]) -> None:
        if by not in states.get(one.state, set()):
            raise RefusedError

    def _stay_until(self, holder: str, first: int) -> None:
        """Refuse what would begin once its holder has left."""
        if first > self.day and first > self.leaving.get(holder, first):
            raise RefusedError

    def _needs_two(self, rights: frozenset[str]) -> bool:
        return self.two_approvers and bool(rights & HIGH)

    def _beyond(
        self, line: tuple[str, str, str], rights: frozenset[str], *, first: int | None = None
    ) -> frozenset[str]:
        """Return the rights asked for with those that are active already; refuse what is there, or waits.

        What ends before the first day of a grant is not there any more.
        """
        same = [one for one in self.rights if one.line == line]
        active = self._active(line)
        if active is not None and first is not None and active.last < max(first, self.day):
            active = None
        if any(one.state in {*WAITING, State.LATER} and one.origin != "renewal" for one in same):
            raise RefusedError
        if active is not None and rights <= active.rights:
            raise RefusedError
        return rights if active is None else rights | active.rights

    def _active(self, line: tuple[str, str, str], *, but: Right | None = None) -> Right | None:
        found = (one for one in self.rights if one.line == line and one.state is State.ACTIVE and one is not but)
        return next(found, None)

    def _replace(self, new: Right) -> None:
        active = self._active(new.line, but=new)
        if active is not None:
            active.state, new.after = State.REPLACED, active

    def _behind(self, head: Right) -> list[Right]:
        """Return what waits behind a right: linked to it, or of the same line and later; and what is linked to that.

        What was granted and waits for a second approval is later, and so is what prolongs or broadens what came before.
        """
        beside = [
            one
            for one in self.rights
            if one is not head and (one.holder, one.service) == (head.holder, head.service) and one.state in ALIVE
        ]
        found = [one for one in beside if one.after is head or (one.grantor == head.grantor and one.is_later)]
        links = found
        while links:
            links = [one for one in beside if one not in found and any(one.after is link for link in links)]
            found = found + links
        return [one for one in found if one.state is not State.ACTIVE]

    def _end(self, found: list[Right]) -> None:
        for one in found:
            one.state = State.BROKEN

    def _cease(self, holder: str) -> None:
        self.leaving.pop(holder, None)
        self._end([one for one in self.rights if one.holder == holder and one.state in ALIVE])

    def _settle(self, new: Right) -> None:
        """Shorten nothing: what is left of the right that a new one replaces goes on behind the new one."""
        if new.holder == INVITED or new.state not in {State.ACTIVE, State.LATER}:
            return
        before = self._active(new.line, but=new)
        if before is None and new.after is not None and new.after.state is State.REPLACED:
            before = new.after
        if before is None:
            return
        for waiting in self._behind(before):
            if waiting is not new:
                self._put_behind(waiting, new=new, before=before)
        common = before.rights & new.rights
        is_there = any(one.after is new and one.origin == "renewal" and one.state is State.LATER for one in self.rights)
        if before.last > new.last and common and not is_there:
            self._add(
                Right(
                    grantor=before.grantor,
                    holder=before.holder,
                    service=before.service,
                    rights=common,
                    first=new.last + 1,
                    last=before.last,
                    state=State.LATER,
                    after=new,
                    origin="renewal",
                )
            )

    def _put_behind(self, waiting: Right, *, new: Right, before: Right) -> None:
        if waiting.first is not None and new.start <= waiting.first <= new.last and waiting.rights <= new.rights:
            if waiting.last <= new.last:
                waiting.state = State.REPLACED if waiting.state not in WAITING else State.BROKEN
                return
            waiting.first = new.last + 1
        if new.state is State.ACTIVE and waiting.after is before:
            waiting.after = new
