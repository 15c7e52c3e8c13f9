"""The mails that tell both parties."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from post_office.models import Email

from comptexpert_server.delegations import mail_words, mails
from comptexpert_server.delegations.mail_recipients import Recipient
from comptexpert_server.delegations.models import Delegation
from tests.server import desk

pytestmark = pytest.mark.django_db


def test_a_request_is_told_with_all_that_matters() -> None:
    cabinet = desk.firm("Cabinet Alba")
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.pending(lea, agathe, service="jesignexpert", rights=["prepare", "seal"])
    mail = next(one for one in Email.objects.all() if one.to == [agathe.account.email])
    assert mail.subject == "Comptexpert\u00a0: une demande à décider, Jesignexpert"
    for part in ("Cabinet Alba", "Préparer un document à signer", "Agathe DELORME", "Léa QUÉMENER", desk.REASON):
        assert part in mail.message


def test_an_expert_without_an_account_is_told_at_the_address_of_the_registry() -> None:
    listed = desk.entry(desk.firm())
    desk.staff().ask(listed)
    assert [listed.email] in [mail.to for mail in Email.objects.all()]


def test_an_expert_without_any_address_is_no_obstacle() -> None:
    listed = desk.entry(desk.firm())
    listed.email = ""
    listed.save()
    assert desk.staff().ask(listed).status == 201
    assert Email.objects.count() == 1


def test_an_invitation_says_what_to_do() -> None:
    desk.expert(desk.firm()).grant("nouvelle@alba.example")
    mail = next(one for one in Email.objects.all() if one.to == ["nouvelle@alba.example"])
    assert "créez votre Comptexpert" in mail.message
    assert "Agathe DELORME, du cabinet Cabinet Alba, vous invite" in mail.message
    assert mail.message.split("\n")[-4].endswith("/inscription/")


def test_a_refused_write_sends_nothing() -> None:
    desk.staff().ask(desk.entry(desk.firm(), kind="trainee"))
    assert not Email.objects.exists()


def test_no_text_breaks_a_header_or_shouts() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff(given_name="Léa\r\nBcc: x@y.example")
    desk.pending(lea, agathe)
    assert all("\n" not in mail.subject and "Bcc" not in mail.subject for mail in Email.objects.all())
    assert not [text for text in mails.EVENTS.values() if "!" in text or " :" in text]


def test_the_day_on_which_a_request_lapses_is_one_in_france() -> None:
    lea = desk.staff()
    asked = Delegation.objects.get(pk=desk.pending(lea, desk.expert(desk.firm()))["id"])
    asked.requested_at = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    recipient = Recipient(address=lea.account.email, is_grantee=True)
    assert "close le 16/06/2026" in mail_words.next_step(asked, recipient=recipient, action="request")
