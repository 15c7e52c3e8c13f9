"""Those who can act are told, and nobody else: each state of a case, for each person of a firm (BR-32)."""

from __future__ import annotations

import html.parser
import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.delegations import jobs, mails
from comptexpert_server.delegations.mail_recipients import recipients
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.rules import TABLE, Action, Role
from comptexpert_server.delegations.selectors import complete
from tests.server import desk

pytestmark = pytest.mark.django_db
AWAY = (False, True)


class World:
    """A firm with three who grant and one who holds; another firm; nobody has the same name."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.people = {
            "named": desk.expert(self.firm, surname="Nommee"),
            "cover": desk.expert(self.firm, surname="Suppleant"),
            "peer": desk.expert(self.firm, surname="Confrere"),
            "holder": desk.staff(self.firm),
            "colleague": desk.staff(self.firm),
            "stranger": desk.expert(desk.firm("Autre"), surname="Etranger"),
        }

    def lay(self, status: str, *, is_away: bool, first: str) -> Delegation:
        """Lay a case in a state; with the named grantor away, another decides in their place."""
        if is_away:
            entries = {name: desk.grantor_of(self.people[name]) for name in ("named", "cover")}
            desk.absence(self.firm, absent=entries["named"], cover=entries["cover"])
        made = desk.pending(self.people["holder"], self.people["named"])
        approver = self.people[first].account if first else None
        Delegation.objects.filter(pk=made["id"]).update(status=status, first_approver=approver)
        return complete(Delegation.objects.all()).get(pk=made["id"])

    def expected(self, status: str, *, is_away: bool, first: str) -> set[str]:
        """Tell by the table of the rules, and nothing else, who decides."""
        roles = {
            "named": {Role.GRANTOR},
            "cover": {Role.PEER, Role.COVER} if is_away else {Role.PEER},
            "peer": {Role.PEER},
        }
        allowed = TABLE.get((Action.APPROVE, Status(status)), frozenset())
        return {name for name, has in roles.items() if has & allowed and name != first}


def _cases() -> list[tuple[str, bool, str]]:
    return [
        (status, is_away, first)
        for status, is_away in itertools.product(Status.values, AWAY)
        for first in (("named", "cover", "peer") if status == Status.PENDING_SECOND else ("",))
    ]


@pytest.mark.parametrize(("status", "is_away", "first"), _cases())
def test_exactly_those_whom_the_rules_let_decide_are_told_to(status: str, is_away: bool, first: str) -> None:
    world = World()
    delegation = world.lay(status, is_away=is_away, first=first)
    found = recipients(delegation, today=timezone.localdate())
    address = {name: person.account.email for name, person in world.people.items()}
    names = {value: name for name, value in address.items()}
    deciding = {names[one.address] for one in found if one.decides}
    assert deciding == world.expected(status, is_away=is_away, first=first)
    parties = {"named", "holder"} | ({first} if first else set())
    assert {names[one.address] for one in found} == parties | deciding
    assert [one.address for one in found if one.is_grantee] == [address["holder"]]
    reminded = {names[one.address] for one in recipients(delegation, today=timezone.localdate(), deciders_only=True)}
    assert reminded == (deciding if status in OPEN else set())


@pytest.mark.parametrize(("status", "is_away", "first"), _cases())
def test_a_mail_says_the_state_that_was_reached_and_opens_its_case(status: str, is_away: bool, first: str) -> None:
    world = World()
    delegation = world.lay(status, is_away=is_away, first=first)
    Email.objects.all().delete()
    mails.tell(delegation, action="approve", actor=world.people["named"].account.pk)
    for mail in Email.objects.all():
        says_effective = "Le droit est effectif\u00a0:" in mail.message
        assert says_effective == (status == Status.ACTIVE), mail.message
        assert "Fait par\u00a0: Agathe NOMMEE" in mail.message
        assert ("Ouvrez le dossier pour accepter" in mail.message) == (
            mail.to[0] in {one.address for one in recipients(delegation, today=timezone.localdate()) if one.decides}
        )
        links = [line for line in mail.message.split("\n") if line.startswith("http")]
        assert [link.rpartition("/delegation/")[2] for link in links] == [f"{delegation.pk}/"]


class _Read(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_person_wrote_is_text_in_the_html_too() -> None:
    world = World()
    trap = '<a href="https://hameconnage.example">ici</a>\n\nhttps://hameconnage.example/compte'
    desk.pending(world.people["holder"], world.people["named"], reason=trap)
    for mail in Email.objects.all():
        read = _Read()
        read.feed(mail.html_message)
        assert len(read.links) == 1
        assert "/delegation/" in read.links[0]
        assert read.tags <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
        assert '<a href="https://hameconnage.example">ici</a>' in read.text


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> Any:
    moment = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    jobs.run_due(moment)
    return moment


def test_who_may_decide_is_reminded_three_times_and_then_the_request_lapses(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    made = desk.pending(world.people["holder"], world.people["named"])
    reminded = []
    for day in range(1, 15):
        Email.objects.all().delete()
        _later(monkeypatch, 1)
        jobs.run_due(timezone.now())  # a second worker says nothing more
        sent = [mail for mail in Email.objects.all() if mails.EVENTS["remind"] in mail.message]
        assert {mail.to[0] for mail in sent} <= {world.people["named"].account.email}
        reminded += [day] * len(sent)
    assert reminded == [3, 7, 12]
    assert Delegation.objects.get(pk=made["id"]).status == Status.LAPSED


def test_who_decides_in_the_place_of_the_absent_is_reminded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.lay(Status.PENDING, is_away=True, first="")
    Email.objects.all().delete()
    _later(monkeypatch, 3)
    sent = [mail for mail in Email.objects.all() if mails.EVENTS["remind"] in mail.message]
    told = {world.people[name].account.email for name in ("named", "cover")}
    assert sorted(mail.to[0] for mail in sent) == sorted(told)
    assert all("Ouvrez le dossier pour accepter ou refuser" in mail.message for mail in sent)


def _page(person: desk.Desk, delegation: Delegation) -> Any:
    browser = Client()
    browser.force_login(person.account)
    return browser.get(f"/delegation/{delegation.pk}/")


def test_the_link_shows_the_case_to_its_people_alone() -> None:
    world = World()
    delegation = world.lay(Status.PENDING, is_away=False, first="")
    for name in ("named", "peer", "holder"):
        page = _page(world.people[name], delegation)
        assert page.status_code == 200
        assert f'href="comptexpert:delegation/{delegation.pk}"' in page.content.decode()
        assert "La demande attend une réponse" in page.content.decode()
    for name in ("colleague", "stranger"):
        assert _page(world.people[name], delegation).status_code == 404
    unknown = Client().get(f"/delegation/{delegation.pk}/")
    assert (unknown.status_code, unknown.headers["Location"].partition("?")[2]) == (
        302,
        f"next=/delegation/{delegation.pk}/",
    )


def test_who_invites_reads_that_the_invitation_left_and_not_how_to_accept_it() -> None:
    world = World()
    world.people["named"].grant("nouvelle@alba.example")
    mine = next(mail for mail in Email.objects.all() if mail.to == [world.people["named"].account.email])
    assert "Une invitation est envoyée." in mine.message
    assert "créez votre Comptexpert" not in mine.message
