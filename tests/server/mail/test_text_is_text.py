"""What people write arrives as it was written: no text is compiled, and none keeps a right alive."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.models import SetAside
from comptexpert_server.delegations import mails
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.mail.models import Delivery
from comptexpert_server.operations.worker import Schedule, turn
from tests.server import desk

pytestmark = pytest.mark.django_db

BOMBS = {
    "sum": "{{ 41|add:1 }}",
    "tag": '{% now "Y" %}{% lorem 3 w %}',
    "comment": "{% comment %}",
    "unknown tag": "départ {% voir dossier %} du 3",
    "include": '{% include "mail/reset.txt" with link="https://hameconnage.example/x" %}',
    "loop": '{% for i in "x"|ljust:1500 %}{% for j in "x"|ljust:1500 %}{% endfor %}{% endfor %}',
    "memory": '{{ "x"|ljust:"3000000" }}',
    "time bomb": '{% now "U" as t %}{% if t > "1" %}{% url "x" %}{% endif %}',
    "half": "{% x",
}
MAX_CPU = 0.005
"""Seconds of processor for one mail, whatever its text."""


def _sign_up(**changes: str) -> Any:
    body = {
        "profile": "other",
        "kind": "firm_staff",
        "email": f"p{uuid.uuid4().hex[:8]}@staff.example",
        "given_name": "Lou",
        "surname": "Essai",
        "login_id": f"p{uuid.uuid4().hex[:10]}",
    }
    return Client().post(
        "/api/v1/signups",
        body | changes,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_name_is_never_compiled(bomb: str) -> None:
    answer = _sign_up(given_name=bomb[:120], surname=bomb[:120])
    assert answer.status_code in {202, 422}
    for mail in Email.objects.all():
        assert mail.message.startswith("Bonjour,\n")
        assert "hameconnage" not in mail.message
        assert len(mail.message) < 2000


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_reason_and_a_note_arrive_as_they_were_written_and_end_the_right(bomb: str) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    reason = f"pour mon travail quotidien {bomb}"
    right = desk.active(lea, agathe, reason=reason)
    suspended = agathe.decide(right, "suspend", note=bomb)
    assert suspended.status == 200
    ended = agathe.decide(suspended.body, "revoke", note=bomb)
    assert (ended.status, ended.body["status"]) == (200, "REVOKED")
    told = Email.objects.filter(to=lea.account.email).latest("pk").message
    assert f"Motif\u00a0: «\u00a0{reason}\u00a0»" in told
    assert f"Réponse\u00a0: «\u00a0{bomb}\u00a0»" in told


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_right_expires_and_the_worker_goes_on_whatever_its_reason(bomb: str) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    right = desk.active(lea, agathe, reason=f"pour mon travail quotidien {bomb}")
    Delegation.objects.filter(pk=right["id"]).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert turn(Schedule())
    assert Delegation.objects.get(pk=right["id"]).status == "EXPIRED"
    assert not SetAside.objects.exists()
    assert not Delivery.objects.exclude(outcome="sent").exists()


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_mail_costs_little_whatever_its_text(bomb: str) -> None:
    right = desk.active(desk.staff(), desk.expert(desk.firm()))
    delegation = Delegation.objects.select_related("grantor__account", "grantee", "firm").get(pk=right["id"])
    spent: dict[str, list[float]] = {"plain": [], "bomb": []}
    for _ in range(9):
        for kind, text in (("plain", "a" * 500), ("bomb", (bomb * 20)[:500])):
            delegation.reason = delegation.decision_note = text
            Email.objects.all().delete()
            began = time.process_time()
            mails.tell(delegation, action="revoke")
            spent[kind].append((time.process_time() - began) / 2)
            assert Email.objects.count() == 2
    usual = 1.5 * min(spent["plain"])  # on a busy machine any text costs more than it does on an idle one
    assert min(spent["bomb"]) < max(MAX_CPU, usual), spent


def test_a_notice_that_cannot_be_worded_undoes_nothing_and_leaves_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    right = desk.active(lea, agathe)
    Email.objects.all().delete()
    with monkeypatch.context() as broken:
        broken.setattr(mails, "_case", lambda *_, **__: 1 / 0)
        assert agathe.decide(right, "revoke").body["status"] == "REVOKED"
    assert not Email.objects.exists()
    aside = SetAside.objects.get()
    assert (aside.job, aside.tries) == ("notice.delegation", 1)
    assert aside.reason.startswith("ZeroDivisionError delegations/mails.py")
    assert [record.levelname for record in caplog.records if "set aside" in record.message] == ["WARNING"]
    caplog.clear()
    SetAside.objects.update(next_at=timezone.now())
    assert turn(Schedule())
    assert {mail.to[0] for mail in Email.objects.all()} == {agathe.account.email, lea.account.email}
    assert not SetAside.objects.exists()


def test_an_address_that_is_none_stops_neither_the_change_nor_the_other_party(caplog: pytest.LogCaptureFixture) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    right = desk.active(lea, agathe)
    Account.objects.filter(pk=lea.account.pk).update(email="lou@staff.example\r\nBcc: x@y.example")
    Email.objects.all().delete()
    assert agathe.decide(right, "revoke").status == 200
    assert "set aside" in caplog.text
    caplog.clear()
    assert [mail.to for mail in Email.objects.all()] == [[agathe.account.email]]
