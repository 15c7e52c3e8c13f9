"""No secret and no personal data in any log, at any level."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from comptexpert_server.me import pages
from tests.server.visitor import PASSWORD, Application, Visitor, call, link_in, mails, me, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
WORDS = "girouette mandarine sablier ventouse"


def test_a_whole_life_leaves_no_secret_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    who = person("signup_ok")
    body = {"profile": "expert_comptable", "entry_id": who["entry_id"], "login_id": "maelys.oeuvrard"}
    call("/signups", body | {"date_of_birth": "1933-03-03"})
    answer = call("/signups", body | {"date_of_birth": who["date_of_birth"]}).json()
    link = link_in(mails()[-1])
    browser = Visitor()
    browser.submit(browser.get(link), password1=WORDS, password2=WORDS)
    Visitor().sign_in("maelys.oeuvrard", "a wrong one of fifteen")
    application = Application()
    code = application.code(Visitor())
    tokens = application.exchange(code).json()
    renewed = application.refresh(tokens["refresh_token"]).json()
    me(renewed["access_token"])
    application.exchange(code)
    secrets = [answer["claim"], link.split("/")[2], WORDS, PASSWORD, "a wrong one of fifteen", code]
    secrets += [tokens[name] for name in ("access_token", "refresh_token", "id_token")]
    secrets += [renewed["access_token"], who["email"], who["date_of_birth"], "1933-03-03", who["surname"]]
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_a_fault_on_a_page_is_logged_without_its_message(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "Key (email)=(somebody@x.example) already exists"

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(told)

    monkeypatch.setattr(pages.services, "link_state", broken)
    answer = Client(raise_request_exception=False).get("/activation/" + "a" * 43 + "/")
    assert answer.status_code == 500
    assert "Rien n’a été enregistré" in answer.content.decode()
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("comptexpert")]
    assert "RuntimeError" in logged[0]
    assert not any("somebody" in line for line in logged)
