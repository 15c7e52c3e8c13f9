"""What an operator does with somebody's account: each act with its reason, its event and a mail to the person."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.audit.verification import fault_of, read
from comptexpert_server.delegations import weekly
from comptexpert_server.delegations.models import Delegation, WeeklyNotice
from comptexpert_server.desk import people
from comptexpert_server.desk.models import Correction
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.selectors import may_grant
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk as made
from tests.server.council.test_desk import REASON, operator, token_of, words_of
from tests.server.visitor import Visitor, mails, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PEOPLE = "/admin/desk/person/"
STAFF = "karim.belkacem"


def account(case: str = "staff") -> Account:
    return Account.objects.select_related("entry").get(pk=person(case)["account_id"])


def do(visitor: Visitor, who: Account, act: str, **changes: str) -> Any:
    """Open the page of an account, choose an act and send the form."""
    address = f"{PEOPLE}{who.pk}/change/"
    page = visitor.get(address)
    fields = {"act": act, "other": "", "reason": REASON, "csrfmiddlewaretoken": token_of(page)}
    return visitor.client.post(address, fields | changes)


def event(action: str) -> AuditEvent:
    return AuditEvent.objects.get(action=action, firm_id=None)


def test_somebody_is_found_by_identifiant_name_or_whole_address() -> None:
    visitor, who = operator(), account()
    for text in (who.login_id[:6], who.surname, who.email):
        assert who.login_id in words_of(visitor.get(PEOPLE, q=text)), text
    assert who.login_id not in words_of(visitor.get(PEOPLE, q=who.email[:-2]))


def test_the_people_of_another_council_are_neither_found_nor_touched() -> None:
    visitor, elsewhere = operator(), account("ec_other_firm")
    assert elsewhere.login_id not in words_of(visitor.get(PEOPLE))
    assert visitor.get(f"{PEOPLE}{elsewhere.pk}/change/").status_code == 302


def test_every_session_is_ended_and_the_person_told() -> None:
    who = account()
    theirs = Visitor()
    theirs.sign_in(who.login_id)
    assert UserSession.objects.filter(user=who).exists()
    assert do(operator(), who, "sessions").status_code == 302
    assert not UserSession.objects.filter(user=who).exists()
    assert event("account.sessions_ended").object_id == str(who.pk)
    assert Correction.objects.get().reason == REASON
    assert mails()[-1]["To"] == who.email


def test_a_second_factor_is_taken_away_with_the_sessions() -> None:
    who = account()
    Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert do(operator(), who, "factor").status_code == 302
    assert not Authenticator.objects.filter(user=who).exists()
    assert event("account.factor_reset").data["members"] == ["factors"]


def test_an_account_is_closed_and_leaves_a_pseudonym() -> None:
    who = account()
    assert do(operator(), who, "close").status_code == 302
    closed = Account.objects.get(pk=who.pk)
    assert (closed.is_active, closed.email, closed.said_surname) == (False, "", "Compte fermé")
    assert {one.action for one in AuditEvent.objects.filter(object_id=str(who.pk), firm_id=None)} == {
        "account.closed",
        "account.closed_by_desk",
    }
    assert operator().get(f"{PEOPLE}{who.pk}/change/").status_code == 302


def test_closing_erases_the_reasons_given_before() -> None:
    who, visitor = account(), operator()
    do(visitor, who, "sessions", reason="Karim a perdu son téléphone hier soir")
    do(visitor, who, "close", reason="Demande écrite reçue au guichet")
    assert {one.reason for one in Correction.objects.all()} == {"", "Demande écrite reçue au guichet"}


@pytest.mark.parametrize(
    ("act", "changes", "why"),
    [
        ("close", {"reason": "court"}, "10 caractères"),
        ("close", {"reason": ""}, "obligatoire"),
        ("", {}, "obligatoire"),
        ("erase", {}, "choix"),
        ("join", {}, "identifiant"),
        ("join", {"other": "nobody.at.all"}, "identifiant"),
        ("number", {}, "Aucune fiche"),
    ],
)
def test_what_cannot_be_done_is_explained_and_changes_nothing(act: str, changes: dict[str, str], why: str) -> None:
    answer = do(operator(), account(), act, **changes)
    assert why in words_of(answer)
    assert not Correction.objects.exists()


def test_nobody_acts_on_their_own_account_nor_on_another_operator() -> None:
    who = account()
    Account.objects.filter(login_id="operateur.bretagne").update(is_superuser=False)
    Account.objects.filter(pk=who.pk).update(is_staff=True, council="bretagne")
    visitor = operator()
    page = visitor.get(f"{PEOPLE}{who.pk}/change/")
    assert 'name="act"' not in page.content.decode()
    me = Account.objects.get(login_id="operateur.bretagne")
    assert not people.may_act(me, account=me)
    assert not people.may_act(me, account=Account.objects.get(pk=who.pk))
    Account.objects.filter(pk=me.pk).update(is_superuser=True)
    assert people.may_act(Account.objects.get(pk=me.pk), account=Account.objects.get(pk=who.pk))


def test_two_accounts_of_one_person_become_one() -> None:
    boss, cabinet = account("ec"), made.firm()
    agathe, other = made.expert(cabinet), made.staff(cabinet)
    kept = account()
    right = made.active(other, agathe)
    page = Account.objects.get(login_id="operateur.bretagne")
    taken = people.join(kept, other=other.account, reason=REASON, operator=page, at=timezone.now())
    assert taken == 1
    moved = Delegation.objects.get(pk=right["id"])
    assert (moved.grantee_id, moved.status) == (kept.pk, "ACTIVE")
    assert Membership.objects.filter(firm=cabinet, account=kept, ended_at=None).exists()
    assert Account.objects.get(pk=other.account.pk).closed_at is not None
    assert event("account.joined").object_id == str(kept.pk)
    assert fault_of(read(str(cabinet.pk))) is None
    assert boss.is_active


def test_what_waited_for_the_weekly_mail_of_one_is_read_by_the_other() -> None:
    cabinet = made.firm()
    agathe, old = made.expert(cabinet), made.staff(cabinet)
    weekly.choose(agathe.account, is_weekly=True)
    granted = agathe.grant(made.account(), service="rfc").body
    page = Account.objects.get(login_id="operateur.bretagne")
    people.join(old.account, other=agathe.account, reason=REASON, operator=page, at=timezone.now())
    waiting = WeeklyNotice.objects.filter(account=old.account, delegation=granted["id"])
    assert waiting.exists()


def test_the_account_that_stays_takes_the_entry_and_no_right_from_itself() -> None:
    cabinet = made.firm()
    agathe, colleague = made.expert(cabinet), made.expert(cabinet, surname="Garnier")
    old = made.staff(cabinet)
    from_self, from_other = (
        made.active(old, agathe),
        made.active(old, colleague, service="jesignexpert", rights=["prepare"]),
    )
    page = Account.objects.get(login_id="operateur.bretagne")
    listed = made.grantor_of(agathe)
    people.join(old.account, other=agathe.account, reason=REASON, operator=page, at=timezone.now())
    kept = Account.objects.select_related("entry").get(pk=old.account.pk)
    assert (kept.entry, kept.profile, may_grant(kept)) == (listed, "expert_comptable", True)
    assert kept.email == listed.email
    ended = Delegation.objects.get(pk=from_self["id"])
    assert (ended.status, ended.end_cause) == ("CEASED", "one_person")
    assert Delegation.objects.get(pk=from_other["id"]).grantee_id == kept.pk
    assert fault_of(read(str(cabinet.pk))) is None


def test_two_people_of_the_registry_are_not_joined() -> None:
    cabinet = made.firm()
    one, other = made.expert(cabinet), made.expert(cabinet, surname="Garnier")
    page = Account.objects.get(login_id="operateur.bretagne")
    with pytest.raises(people.NotJoinedError, match="fiche"):
        people.join(one.account, other=other.account, reason=REASON, operator=page, at=timezone.now())


def test_a_member_follows_their_new_number_with_one_act() -> None:
    who = account("ec")
    former = RegistryEntry.objects.get(pk=who.entry_id)
    former.status = "struck_off"
    former.save(update_fields=["status"])
    same = ("surname", "given_name", "date_of_birth", "email", "list", "council", "town", "postal_code")
    latest = RegistryEntry.objects.create(
        registration_number="140000999999", **{name: getattr(former, name) for name in same}
    )
    latest.firms.set(former.firms.all())
    visitor = operator()
    assert "140000999999" in words_of(visitor.get(f"{PEOPLE}{who.pk}/change/"))
    assert do(visitor, who, "number").status_code == 302
    moved = account("ec")
    assert moved.entry == latest
    assert may_grant(moved)
    assert event("account.renumbered").object_id == str(who.pk)
