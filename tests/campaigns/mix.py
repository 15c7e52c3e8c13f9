"""What the people of the campaign ask for, a maker for each kind of entry, and the mark that each leaves on the server.

Run as a program beside a server: it lays what the commands are about in the server's database and prints the commands.
"""

from __future__ import annotations

import json
import sys
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import codec, signup_rules
from comptexpert_desktop.domain.commands import (
    AcceptTerms,
    AnswerReview,
    Ask,
    CancelDeparture,
    ChangeEmail,
    ChangeFirm,
    ChooseMails,
    CorrectName,
    Decide,
    DeclareAbsence,
    EndMembership,
    Grant,
    Import,
    KeepUnused,
    OpenEscalation,
    OpenReview,
    ResendActivation,
    StopAbsence,
)
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.domain.signup import DraftId, SignupDraft

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.commands import Command

SERVICE, RIGHTS = "bibliordre", ("access",)
MOST = {Kind.EMAIL: 4, Kind.NAME: 4, Kind.MAILS: 1, Kind.PROLONG: 5}
"""The server takes five changes of one address and of one name a day, and twenty requests of one person that wait."""
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """One command, who asks for it (a case of the rehearsal), and how the server says that it was carried out."""

    command: Command
    mark: str
    who: str = "ec"


def draft(number: int) -> SignupDraft:
    """Return what a fictitious person entered."""
    login_id = f"campagne.{number:05d}"
    return SignupDraft(
        id=DraftId(f"draft-{number}"),
        profile=Profile.OTHER,
        kind=OtherKind.STUDENT,
        email=f"{login_id}@rehearsal.example",
        given_name="Camille",
        surname="Campagne",
        login_id=login_id,
        login_id_again=login_id,
    )


class Ground:
    """What the commands are about: cabinets, rights and people beside those of the rehearsal."""

    def __init__(self, *, today: date) -> None:
        from comptexpert_server.accounts.models import Account
        from tests.server import desk

        self.today, self.desk = today, desk
        people = {case: Account.objects.get(pk=pk) for case, pk in _accounts().items()}
        self.expert, self.staff = desk.Desk(people["ec"]), desk.Desk(people["staff"])
        self.other = people["staff_other_firm"]
        self.entry = desk.grantor_of(self.expert)
        self.peer = desk.grantor_of(desk.Desk(people["ec_second_of_firm"]))
        self.main = self.entry.firms.get()

    def firm(self) -> Any:
        made = self.desk.firm()
        self.entry.firms.add(made)
        self.peer.firms.add(made)
        return made

    def pending(self, *, firm: Any = None, grantee: Any = None, **changes: object) -> dict[str, Any]:
        place = str((firm or self.main).pk)
        return self.desk.pending(grantee or self.desk.staff(), self.expert, firm=place, **changes)

    def active(self, **changes: Any) -> dict[str, Any]:
        return self.decided(self.pending(**changes), "approve")

    def decided(self, right: dict[str, Any], action: str) -> dict[str, Any]:
        answer = self.expert.decide(right, action)
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def reviewed(self) -> tuple[Any, dict[str, Any], str]:
        """Open a review over one right of a cabinet."""
        firm = self.firm()
        right = self.active(firm=firm)
        answer = self.expert.post(f"/firms/{firm.pk}/reviews", {"closes_on": (self.today + SOON).isoformat()})
        assert answer.status == 200, answer.body
        return firm, right, str(answer.body["reviews"][0]["id"])


def _accounts() -> dict[str, str]:
    from comptexpert_server.rehearsal.demo_people import describe

    return {str(one["case"]): str(one["account_id"]) for one in describe() if one["account_id"]}


def _decision(action: Action, right: dict[str, Any], *, mark: str = "", who: str = "ec", **said: Any) -> Asked:
    command = Decide(str(right["id"]), action, int(right["version"]), **said)
    return Asked(command, mark or f"delegation.{action.value} {right['id']}", who)


def _refuse(ground: Ground, _number: int) -> Asked:
    return _decision(Action.REFUSE, ground.pending(), note="Dossier clos depuis longtemps")


def _withdraw(ground: Ground, _number: int) -> Asked:
    return _decision(Action.WITHDRAW, ground.pending(firm=ground.firm(), grantee=ground.staff), who="staff")


def _relinquish(ground: Ground, _number: int) -> Asked:
    return _decision(Action.RELINQUISH, ground.active(firm=ground.firm(), grantee=ground.staff), who="staff")


def _resume(ground: Ground, _number: int) -> Asked:
    return _decision(Action.RESUME, ground.decided(ground.active(), "suspend"))


def _renew(ground: Ground, _number: int) -> Asked:
    right = ground.active()
    return _decision(Action.RENEW, right, mark=f"renews {_hex(right['id'])}", valid_until=ground.today + 20 * SOON)


def _transfer(ground: Ground, _number: int) -> Asked:
    return _decision(Action.TRANSFER, ground.active(), grantor=str(ground.peer.pk))


def _prolong(ground: Ground, _number: int) -> Asked:
    ends = (ground.today + SOON).isoformat()
    right = ground.active(firm=ground.firm(), grantee=ground.staff, valid_until=ends)
    return _decision(Action.PROLONG, right, mark=f"renews {_hex(right['id'])}", who="staff")


def _narrow(ground: Ground, _number: int) -> Asked:
    right = ground.active(service="jesignexpert", rights=["prepare", "seal"])
    return _decision(Action.NARROW, right, rights=("prepare",))


def _broaden(ground: Ground, _number: int) -> Asked:
    right = ground.active(service="jesignexpert", rights=["prepare"])
    return _decision(Action.BROADEN, right, mark=f"renews {_hex(right['id'])}", rights=("prepare", "seal"))


def _edit(ground: Ground, _number: int) -> Asked:
    right = ground.active()
    mark = f"delegation.plan_revocation {right['id']}"
    return _decision(Action.EDIT, right, mark=mark, valid_until=ground.today + SOON)


def _leave(ground: Ground, _number: int) -> Asked:
    person = ground.desk.staff(ground.main).account
    return Asked(EndMembership(str(ground.main.pk), str(person.pk)), f"member.ended {person.pk}")


def _stay(ground: Ground, _number: int) -> Asked:
    person = ground.desk.staff(ground.main).account
    person.memberships.update(leaves_on=ground.today + SOON)
    return Asked(CancelDeparture(str(ground.main.pk), str(person.pk)), f"member.staying {person.pk}")


def _unused_keep(ground: Ground, _number: int) -> Asked:
    from comptexpert_server.delegations.last_use import note_use  # once Django is set up
    from comptexpert_server.delegations.models import Delegation

    right, other = ground.active(), ground.active()
    Delegation.objects.filter(pk=right["id"]).update(valid_from=ground.today - timedelta(days=200))
    note_use(Delegation.objects.filter(pk=other["id"]), on=ground.today)
    return Asked(KeepUnused(str(right["firm"]["id"]), str(right["id"])), f"review.kept {right['id']}")


def _review_end(ground: Ground, _number: int) -> Asked:
    firm, right, review = ground.reviewed()
    command = AnswerReview(str(firm.pk), review, str(right["id"]), int(right["version"]), Answer.END)
    return Asked(command, f"delegation.revoke {right['id']}")


def _review_keep(ground: Ground, _number: int) -> Asked:
    firm, right, review = ground.reviewed()
    command = AnswerReview(str(firm.pk), review, str(right["id"]), int(right["version"]), Answer.KEEP)
    return Asked(command, f"review.kept {right['id']}")


def _absence(ground: Ground, _number: int) -> Asked:
    firm = ground.firm()
    command = DeclareAbsence(str(firm.pk), ground.today + SOON, "Congé de paternité", cover=str(ground.peer.pk))
    return Asked(command, f"absent {firm.pk.hex}")


def _absence_end(ground: Ground, _number: int) -> Asked:
    firm = ground.firm()
    laid = ground.desk.absence(firm, absent=ground.entry, cover=ground.peer)
    return Asked(StopAbsence(str(firm.pk), str(laid.pk)), f"absence.ended {laid.pk}")


def _grant(ground: Ground, number: int) -> Asked:
    email = f"invite.{number}@campagne.example"
    command = Grant(SERVICE, RIGHTS, email, "Consulter la base documentaire", str(ground.main.pk))
    return Asked(command, f"invited {email}")


def _import(ground: Ground, number: int) -> Asked:
    email = f"tableau.{number}@campagne.example"
    head = "grantee,service,rights,firm,valid_from,valid_until,reason\n"
    line = f"{email},{SERVICE},{RIGHTS[0]},{ground.main.siren},,,Rentrée du cabinet\n"
    return Asked(Import(head + line), f"invited {email}")


def _request(ground: Ground, number: int) -> Asked:
    reason = f"Consulter la base pour le dossier {number}"
    command = Ask(SERVICE, RIGHTS, str(ground.entry.pk), reason, str(ground.firm().pk))
    return Asked(command, f"asked {reason}", "staff")


def _firm(ground: Ground, _number: int) -> Asked:
    firm = ground.firm()
    return Asked(ChangeFirm(str(firm.pk), firm.version, review_on="03-31"), f"firm.review_on {firm.pk}")


def _terms(ground: Ground, _number: int) -> Asked:
    firm = ground.firm()
    return Asked(AcceptTerms(str(firm.pk), "jesignexpert"), f"terms {firm.pk.hex}")


def _review(ground: Ground, _number: int) -> Asked:
    firm = ground.firm()
    ground.active(firm=firm)
    return Asked(OpenReview(str(firm.pk), ground.today + SOON), f"review {firm.pk.hex}")


def _escalation(ground: Ground, _number: int) -> Asked:
    entry = ground.desk.entry(ground.main)
    type(entry).objects.filter(pk=entry.pk).update(email="")
    return Asked(OpenEscalation("", "REG_NO_EMAIL", entry_id=str(entry.pk)), f"file {entry.pk.hex}")


def _resend(ground: Ground, number: int) -> Asked:
    who = f"renvoi.{number:05d}"
    person = {"email": f"{who}@rehearsal.example", "given_name": "Lou", "surname": "Renvoi", "kind": "student"}
    made = ground.desk.anonymous().post("/signups", {"profile": "other", "login_id": who, **person})
    assert made.status == 202, made.body
    return Asked(ResendActivation("", made.body["id"], made.body["claim"]), f"mail signup:{made.body['id']}")


def _email(ground: Ground, number: int) -> Asked:
    email = f"ines.{number}@campagne.example"
    return Asked(ChangeEmail(email), f"mail to {email}", "staff_other_firm")


def _name(ground: Ground, number: int) -> Asked:
    surname = "Garnier " + "".join("abcdefghij"[int(digit)] for digit in str(number))
    return Asked(CorrectName("Inès", surname), f"member.renamed {ground.other.pk}", "staff_other_firm")


def _mails(_ground: Ground, _number: int) -> Asked:
    return Asked(ChooseMails(weekly=True), "weekly mails", "staff_other_firm")


def _sign_up(_ground: Ground, number: int) -> Asked:
    return Asked(signup_rules.sign_up(draft(number)), f"signed up {draft(number).login_id}")


MAKERS: dict[Kind, Callable[[Ground, int], Asked]] = {
    Kind.REVOKE: lambda ground, _number: _decision(Action.REVOKE, ground.active()),
    Kind.SUSPEND: lambda ground, _number: _decision(Action.SUSPEND, ground.active()),
    Kind.REFUSE: _refuse,
    Kind.WITHDRAW: _withdraw,
    Kind.RELINQUISH: _relinquish,
    Kind.LEAVE: _leave,
    Kind.STAY: _stay,
    Kind.UNUSED_KEEP: _unused_keep,
    Kind.REVIEW_END: _review_end,
    Kind.ABSENCE_END: _absence_end,
    Kind.APPROVE: lambda ground, _number: _decision(Action.APPROVE, ground.pending()),
    Kind.RESUME: _resume,
    Kind.GRANT: _grant,
    Kind.RENEW: _renew,
    Kind.TRANSFER: _transfer,
    Kind.PROLONG: _prolong,
    Kind.NARROW: _narrow,
    Kind.BROADEN: _broaden,
    Kind.EDIT: _edit,
    Kind.REVIEW_KEEP: _review_keep,
    Kind.FIRM: _firm,
    Kind.TERMS: _terms,
    Kind.ABSENCE: _absence,
    Kind.REVIEW: _review,
    Kind.REQUEST: _request,
    Kind.ESCALATION: _escalation,
    Kind.RESEND: _resend,
    Kind.EMAIL: _email,
    Kind.NAME: _name,
    Kind.MAILS: _mails,
    Kind.IMPORT: _import,
    Kind.SIGNUP: _sign_up,
}


def kinds_of(rounds: int) -> list[Kind]:
    """Share the rounds out among the kinds, as evenly as their limits allow."""
    left, found = dict.fromkeys(MAKERS, rounds), list[Kind]()
    left |= {kind: min(most, rounds) for kind, most in MOST.items()}
    while len(found) < rounds:
        for kind in [kind for kind, many in left.items() if many]:
            found.append(kind)
            left[kind] -= 1
    return found[:rounds]


def _hex(text: str) -> str:
    return uuid.UUID(text).hex


def main(rounds: int) -> None:
    """Print one line a command: its kind, who asks, the mark, the command."""
    import django
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    django.setup()
    setup_test_environment()
    ground = Ground(today=timezone.localdate())
    for number, kind in enumerate(kinds_of(rounds)):
        asked = MAKERS[kind](ground, number)
        line = {"kind": kind.value, "who": asked.who, "mark": asked.mark, "command": codec.write(asked.command)}
        print(json.dumps(line))


if __name__ == "__main__":
    main(int(sys.argv[1]))
