"""One life, one account: from trainee to honorary, each word of the registry holds everywhere at once (BR-25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.intake.importing import WideChangeError, import_file
from comptexpert_server.registry.models import Firm, RegistryEntry
from tests.server import desk
from tests.server.registry.test_importing import line, write
from tests.server.visitor import PASSWORD, Application, Visitor, call, link_in, mails, me

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
ALBA = {"siren": "732829320", "name": "Cabinet Alba"}
BRUME = {"siren": "404833048", "name": "Cabinet Brume"}
NUMBER = "990000000042"
LOGIN = "oceane.tregor"


class DesktopIntegration:
    """A person, the registry's file about them, and a clock that a test moves."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.said = line(
            registration_number=NUMBER,
            surname="Trégor",
            given_name="Océane",
            date_of_birth="1995-07-14",
            email="oceane@avant.example",
            list="trainee",
            firms=[ALBA],
        )
        self.step()

    def step(self, *, days: int = 30, **changes: Any) -> None:
        """Let time pass, and the registry say something new."""
        self.now += timedelta(days=days)
        self.said |= changes
        import_file(write(self.folder, self.said), is_full=False)

    @property
    def account(self) -> Account:
        return Account.objects.select_related("entry").get(login_id=LOGIN)

    def sign_in(self) -> str:
        return str(Application().tokens(login_id=LOGIN)["access_token"])

    def me(self) -> dict[str, Any]:
        answer = me(self.sign_in())
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def claims(self) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {self.sign_in()}"}
        found: dict[str, Any] = Client().get("/identity/o/api/userinfo", headers=bearer).json()
        return found

    def told(self, word: str) -> list[str]:
        """Return who was written to with this word since the last step."""
        found = Email.objects.filter(message__contains=word, created__gte=self.now)
        return sorted(to for mail in found for to in mail.to)

    def on_the_desk(self) -> str:
        operator = Visitor()
        operator.sign_in("operateur.bretagne")
        return str(operator.get("/admin/desk/certificateholder/", q=LOGIN).content.decode())


@pytest.fixture
def integration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DesktopIntegration:
    return DesktopIntegration(tmp_path, monkeypatch)


def signs(shown: dict[str, Any]) -> tuple[str, list[str]]:
    service = next(one for one in shown["services"] if one["id"] == "jesignexpert")
    return service["access"], service["rights"]


def signed_up(integration: DesktopIntegration) -> None:
    entry = RegistryEntry.objects.get(registration_number=NUMBER)
    asked = {"profile": "trainee", "entry_id": str(entry.pk), "date_of_birth": "1995-07-14", "login_id": LOGIN}
    assert call("/signups", asked).status_code == 202
    browser = Visitor()
    page = browser.submit(browser.get(link_in(mails()[-1])), password1=PASSWORD, password2=PASSWORD)
    assert "Votre compte est actif" in page.content.decode()
    assert integration.me()["account"]["profile"] == "trainee"


def test_the_life_of_one_person(integration: DesktopIntegration) -> None:
    signed_up(integration)
    colleague, given = becomes_expert(integration)
    marries_and_moves(integration, colleague, given=given)
    leaves_the_profession(integration)


def becomes_expert(integration: DesktopIntegration) -> tuple[desk.Desk, dict[str, Any]]:
    assert signs(integration.me())[0] == "delegation"
    colleague = desk.staff(Firm.objects.get(siren=ALBA["siren"]))
    assert desk.Desk(integration.account).grant(colleague.account).code == "DEL_NOT_GRANTOR"

    integration.step(list="memorialiste")
    assert integration.told("Mémorialiste") == ["oceane@avant.example"]
    assert (integration.me()["account"]["profile"], integration.claims()["comptexpert_profile"]) == (
        "memorialiste",
        "memorialiste",
    )

    integration.step(list="expert_comptable")
    assert integration.told("Vous pouvez accorder des délégations") == ["oceane@avant.example"]
    shown = integration.me()
    assert (shown["account"]["login_id"], shown["account"]["may_grant"]) == (LOGIN, True)
    assert [(one["name"], one["role"]) for one in shown["firms"]] == [("Cabinet Alba", "grantor")]
    assert "sign" in signs(shown)[1]
    oceane = desk.Desk(integration.account)
    given = oceane.grant(colleague.account)
    assert given.body["status"] == "ACTIVE"
    colleague = desk.Desk(colleague.account)
    asked = colleague.ask(integration.account.entry, service="rfc")  # type: ignore[arg-type] # she has one
    assert (asked.status, oceane.get(f"/delegations/{asked.body['id']}").status) == (201, 200)
    assert oceane.decide(asked.body, "approve").body["status"] == "ACTIVE"
    return colleague, given.body


def marries_and_moves(integration: DesktopIntegration, colleague: desk.Desk, *, given: dict[str, Any]) -> None:
    integration.step(surname="Le Bihan")
    assert integration.claims()["family_name"] == "Le Bihan"
    assert desk.Desk(colleague.account).get(f"/delegations/{given['id']}").body["grantor"]["surname"] == "Le Bihan"
    assert "Le Bihan" in integration.on_the_desk()
    assert integration.told("a changé\u00a0: le nom.") == ["oceane@avant.example"]

    integration.step(email="oceane@apres.example")
    assert integration.told("a changé\u00a0: l’adresse de courriel.") == [
        "oceane@apres.example",
        "oceane@avant.example",
    ]
    call("/password-resets", {"login_id": LOGIN})
    assert [one["To"] for one in mails() if one["Subject"].startswith("Choisissez")][-1] == "oceane@apres.example"

    integration.step(firms=[BRUME])
    assert [one["name"] for one in integration.me()["firms"]] == ["Cabinet Brume"]
    assert Delegation.objects.get(pk=given["id"]).end_cause == "grantor_standing"


def leaves_the_profession(integration: DesktopIntegration) -> None:
    colleague = desk.staff(Firm.objects.get(siren=BRUME["siren"]))
    second = desk.Desk(integration.account).grant(colleague.account)
    integration.step(status="suspended")
    assert (integration.me()["account"]["may_grant"], integration.claims()["comptexpert_services"]) == (False, [])
    assert Delegation.objects.get(pk=second.body["id"]).end_cause == "grantor_standing"
    integration.step(status="active")
    assert integration.me()["account"]["may_grant"] is True
    third = desk.Desk(integration.account).grant(colleague.account)

    integration.step(list="honorary", firms=[])
    shown, claims = integration.me(), integration.claims()
    assert (shown["account"]["profile"], shown["account"]["may_grant"]) == ("honorary", False)
    assert signs(shown) == ("none", [])
    assert (claims["comptexpert_profile"], "jesignexpert" in claims["comptexpert_services"]) == ("honorary", False)
    assert desk.Desk(integration.account).grant(colleague.account).code == "DEL_NOT_GRANTOR"
    assert Delegation.objects.get(pk=third.body["id"]).status == "CEASED"
    assert integration.told("Se ferment") == ["oceane@apres.example"]
    changes = AuditEvent.objects.filter(
        action="member.profile_changed", object_id=str(integration.account.pk), firm_id=None
    )
    assert [event.data["to"] for event in changes.order_by("number")] == [
        "memorialiste",
        "expert_comptable",
        "honorary",
    ]


def test_a_right_of_another_profile_ends_with_its_reason(integration: DesktopIntegration) -> None:
    signed_up(integration)
    agathe = desk.expert(Firm.objects.get(siren=ALBA["siren"]))
    held = agathe.grant(integration.account, service="jesignexpert", rights=["prepare"]).body
    integration.step(list="expert_comptable")
    ended = Delegation.objects.get(pk=held["id"])
    assert (ended.status, ended.end_cause) == ("CEASED", "profile_changed")


def test_an_import_that_is_undone_moves_nobody(
    integration: DesktopIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(integration)
    monkeypatch.setattr("comptexpert_server.intake.importing.MAX_SHARE", 0)
    before = Email.objects.count()
    other = line(registration_number="990000000077", surname="Autre", email="autre@avant.example")
    moved = integration.said | {"email": "voleur@ailleurs.example", "list": "honorary"}
    with pytest.raises(WideChangeError):
        import_file(write(integration.folder, moved, other), is_full=True)
    assert (integration.account.email, integration.account.profile) == ("oceane@avant.example", "trainee")
    assert Email.objects.count() == before
