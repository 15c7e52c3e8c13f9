"""The lines of an import are written together: what they leave is what one grant after the other leaves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent, ChainHead
from comptexpert_server.audit.services import texts_of
from comptexpert_server.audit.verification import broken_link, read
from comptexpert_server.base.clock import today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import mails, requests
from comptexpert_server.delegations.grant_facts import FactsOfMany, FactsOfOne, Grantee
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from comptexpert_server.mail.models import Delivery, GatheredNotices
from tests.server import desk
from tests.server.delegations.test_imports import _send

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
HEADER = "grantee,service,rights,reason,valid_from\n"
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Cabinet:
    """A firm that met everything before: members, a right that is broadened, two approvers when asked."""

    def __init__(self, *, two_approvers: bool) -> None:
        self.firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        desk.expert(self.firm, surname="Ferrand")
        if two_approvers:
            self.firm.two_approvers = True
            self.firm.save()
        self.member = desk.staff(self.firm, surname="Membre").account
        held = desk.staff(surname="Tenant").account
        assert self.agathe.grant(held, service="jesignexpert", rights=["prepare"]).status == 201
        later = (today() + timedelta(days=9)).isoformat()
        new, second, third = (desk.account(surname=name) for name in ("Un", "Deux", "Trois"))
        self.lines = [
            f"{new.login_id},jesignexpert,prepare,Rentrée,\n",
            f"{new.login_id},rfc,access,,\n",
            f"{new.login_id.upper()},bibliordre,access,,\n",
            f"{second.pk},jesignexpert,prepare seal,Rentrée,{later}\n",
            f"{third.login_id},jesignexpert,sign,Rentrée,\n",
            f"{self.member.email.upper()},rfc,access,,\n",
            "personne@nulle-part.example,rfc,access,Bienvenue,\n",
            "autre@nulle-part.example,jesignexpert,prepare,,\n",
            f"{held.login_id},jesignexpert,seal,Plus,\n",
        ]

    def granted(self) -> dict[str, Any]:
        """Import, and return all that it left; then undo it."""
        with transaction.atomic():
            answer = _send(self.agathe, HEADER + "".join(self.lines))
            assert answer.status == 200, answer.body
            found = self._left() | {"answer": [self._named(str(one["delegation"])) for one in answer.body["lines"]]}
            transaction.set_rollback(True)
        return found

    def _left(self) -> dict[str, Any]:
        assert broken_link(read(str(self.firm.pk)).events) is None
        heads = ChainHead.objects.get(chain=str(self.firm.pk))
        events = AuditEvent.objects.filter(firm=self.firm)
        assert (heads.number, heads.signature) == (events.count(), events.get(number=heads.number).signature)
        hidden = {"id", "sequence", "supersedes_id", "requested_at", "decided_at", "ended_at"}
        texts = texts_of(self.firm.pk)
        return {
            "rights": _counted(
                {k: v for k, v in one.items() if k not in hidden} for one in Delegation.objects.values()
            ),
            "linked": Delegation.objects.filter(supersedes__status="SUPERSEDED").count(),
            "numbers": Delegation.objects.values("sequence").distinct().count(),
            "lines": _counted(
                (
                    one.actor,
                    one.action,
                    one.object_version,
                    {name: value for name, value in one.data.items() if name not in {"said", "chain"}},
                    sorted((name, said["text"]) for name, said in texts.get(str(one.number), {}).items()),
                )
                for one in events
            ),
            "members": _counted(Membership.objects.values_list("firm", "account", "ended_at")),
            "mails": _counted(
                (to, self._named(text), self._named(page))
                for to, text, page in Email.objects.values_list("to", "message", "html_message")
            ),
            "deliveries": _counted(Delivery.objects.values_list("kind", "recipient", "mailbox", "about")),
            "gathered": _counted(GatheredNotices.objects.values_list("recipient", "count")),
        }

    def _named(self, text: str) -> str:
        """Return a text without the numbers and moments that differ each time."""
        return re.sub(r"datetime\S+|\d{4}-\d\d-\d\dT[\d:.Z+]+", "·", NUMBER.sub("·", text))


def _counted(rows: Any) -> Counter[str]:
    return Counter(repr(one) for one in rows)


@pytest.mark.parametrize("two_approvers", [False, True])
def test_what_is_written_together_is_what_one_grant_after_the_other_leaves(
    two_approvers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cabinet = Cabinet(two_approvers=two_approvers)
    together = cabinet.granted()
    with monkeypatch.context() as patch:
        patch.setattr(FactsOfMany, "is_first", lambda *_: False)
        alone = cabinet.granted()
    assert together == alone
    assert together["numbers"] > len(cabinet.lines)
    assert sum(together["gathered"].values()) == 1, "the grantor's notices beyond the day's limit are gathered"


def test_a_line_more_asks_nothing_more_of_the_database() -> None:
    def queries(count: int) -> int:
        agathe = desk.expert(desk.firm())
        lines = [f"{desk.account().login_id},rfc,access,,\n" for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            assert _send(agathe, HEADER + "".join(lines)).status == 200
        return len(seen)

    few, many = queries(3), queries(30)
    assert many <= few + 8, "rows are written by hundreds, and read at once"


def test_one_mail_that_cannot_be_worded_is_set_aside_and_the_others_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    agathe, people = desk.expert(desk.firm()), [desk.account() for _ in range(3)]
    wording = mails.recipients

    def failing(delegation: Delegation, **options: Any) -> Any:
        if delegation.grantee == people[1]:
            raise ValueError("a fault in the words")
        return wording(delegation, **options)

    monkeypatch.setattr(mails, "recipients", failing)
    lines = [f"{one.login_id},rfc,access,,\n" for one in people]
    assert _send(agathe, HEADER + "".join(lines)).body["applied"]
    told = [to for (to,) in Email.objects.values_list("to", flat=True)]
    assert [one.email in told for one in people] == [True, False, True]
    assert Delegation.objects.filter(status="ACTIVE").count() == 3


def test_too_many_invitations_refuse_each_of_them_and_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "INVITED", replace(requests.INVITED, count=1))
    agathe, known = desk.expert(desk.firm()), desk.account()
    lines = [f"personne{number}@nulle-part.example,rfc,access,,\n" for number in range(2)]
    answer = _send(agathe, HEADER + f"{known.login_id},rfc,access,,\n" + "".join(lines))
    assert (answer.status, answer.code) == (422, "DEL_IMPORT_REFUSED")
    assert [one["code"] for one in answer.body["lines"]] == ["", "DEL_TOO_MANY", "DEL_TOO_MANY"]
    assert [model.objects.count() for model in (Delegation, AuditEvent, Email)] == [0, 0, 0]


def test_the_facts_of_a_file_are_those_of_its_grants_one_by_one() -> None:
    cabinet = Cabinet(two_approvers=True)
    agathe: Desk = cabinet.agathe
    account, entry = agathe.account, desk.grantor_of(agathe)
    rights = list(Delegation.objects.filter(grantor=entry))
    names = [one.grantee.login_id for one in rights if one.grantee] + [str(cabinet.member.pk), "inconnue", "a b"]
    common: dict[str, Any] = {"account": account, "entry": entry, "signed_in": lambda: None, "now": None}
    many, one = FactsOfMany(**common, named=names), FactsOfOne(**common)
    assert [many.account_of(name) for name in names] == [one.account_of(name) for name in names]
    assert many.firms() == one.firms() == [cabinet.firm]
    for email in (cabinet.member.email, cabinet.member.email.upper(), account.email, "x@ailleurs.example"):
        assert many.member_of(cabinet.firm, email=email) == one.member_of(cabinet.firm, email=email)
    for service in catalogue().services:
        held = [right.id for right in service.rights]
        assert many.needs_second(cabinet.firm, service=service, rights=held) == one.needs_second(
            cabinet.firm, service=service, rights=held
        )
        for grantee in [Grantee(account=right.grantee, email="") for right in rights]:
            asked = {"grantee": grantee, "service": service}
            assert many.between(cabinet.firm, **asked) == one.between(cabinet.firm, **asked)
