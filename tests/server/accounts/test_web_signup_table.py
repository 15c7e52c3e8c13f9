"""The sign-up on plain pages meets each outcome of the application, on each profile."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.db.models import F
from django.test import Client

from comptexpert_desktop.rehearsal.visitor import read_page
from comptexpert_server.accounts.api import SIGNUP_CODES
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.intake.importing import import_file
from comptexpert_server.me import signup_words
from tests.journeys.signup_cast import people
from tests.journeys.signup_table import EVERY
from tests.journeys.signup_table import OUTCOMES as OUTCOMES_OF_THE_APPLICATION
from tests.server.visitor import call, link_in, mails
from tests.server.web_signup import ONLY_IN_THE_APPLICATION, OUTCOMES, OWNER, TAKEN, Applicant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.django_db
LINE = re.compile(r'<input type="radio"[^>]*value="([^"]+)"[^>]*> <label[^>]*>([^<]*)</label>')


class PlainPages:
    """The pages as a browser without scripts reads them, within the test."""

    def __init__(self) -> None:
        self._client = Client(enforce_csrf_checks=True)

    def open(self, path: str) -> None:
        self._read(self._client.get(path), path)

    def search(self, text: str) -> None:
        (form,) = [one for one in self._page.forms if one.method == "get"]
        self._read(self._client.get(form.action, form.fields | {"q": text}), form.action)

    def lines(self) -> Mapping[str, str]:
        return {html.unescape(words): value for value, words in LINE.findall(self._page.text)}

    def send(self, **fields: str) -> None:
        (form,) = [one for one in self._page.forms if one.method == "post"]
        assert set(fields) <= {*form.fields, "entry_id"}
        self._read(self._client.post(form.action, form.fields | fields, follow=True), form.action)

    def words(self) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self._page.text)).split())

    def call(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = call("/signups", body)
        return answer.status_code, answer.json()

    def link(self, *, to: str, subject: str, after: str = "") -> str:
        found = [link_in(mail) for mail in mails() if (mail["To"], mail["Subject"]) == (to, subject)]
        assert found[-1] != after
        return found[-1]

    def expire(self, login_id: str) -> None:
        ago = timedelta(hours=72)
        moved = {"link_sent_at": F("link_sent_at") - ago, "created_at": F("created_at") - ago}
        assert Signup.objects.filter(login_id=login_id).update(**moved) == 1

    def _read(self, answer: Any, path: str) -> None:
        self._page = read_page(path, answer.status_code, answer.content)
        assert b"<script" not in answer.content


@pytest.fixture
def pages(tmp_path: Path) -> PlainPages:
    """Open the pages of a server that knows who signs up in the journeys, and two people who have an account."""
    Account.objects.create(login_id=TAKEN, is_active=True)
    owner = Account.objects.create(login_id="nadia.ferrand", email=OWNER, is_active=True)
    EmailAddress.objects.create(user=owner, email=OWNER, verified=True, primary=True)
    file = tmp_path / "people.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in people()), "utf-8")
    import_file(file, is_full=False)
    return PlainPages()


@pytest.mark.one_in(6)
@pytest.mark.parametrize(("way", "outcome"), [case for case in EVERY if case[1] in OUTCOMES])
def test_a_person_meets_this_outcome_on_the_pages(pages: PlainPages, way: str, outcome: str) -> None:
    OUTCOMES[outcome](Applicant(pages, way=way, outcome=outcome))


def test_every_outcome_of_the_application_is_met_on_the_pages_or_cannot_be() -> None:
    assert {*OUTCOMES, *ONLY_IN_THE_APPLICATION} == set(OUTCOMES_OF_THE_APPLICATION)
    assert not set(OUTCOMES) & set(ONLY_IN_THE_APPLICATION)


def test_every_refusal_of_a_sign_up_has_its_words_on_the_pages() -> None:
    assert set(SIGNUP_CODES) <= set(signup_words.REFUSALS)
