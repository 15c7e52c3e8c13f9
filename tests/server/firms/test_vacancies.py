"""A firm in which nobody is left who may grant: its staff are told, a council names a stand-in, nobody is stuck."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.vacancies import name_stand_in, stop_stand_in
from comptexpert_server.firms.models import Vacancy
from comptexpert_server.firms.vacancies import stand_in_links
from comptexpert_server.intake.bulk_upsert import upsert
from comptexpert_server.registry.import_lines import Line, read_line
from comptexpert_server.registry.models import EntryStatus, Firm
from tests.server import desk

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry

pytestmark = pytest.mark.django_db
ACTS = ("firm.orphaned", "firm.stand_in_named", "firm.stand_in_ended", "firm.recovered")


class Orphan:
    """Agathe's firm, where Léa works; Agathe is struck off. Yann is of another firm."""

    def __init__(self) -> None:
        self.firm: Firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        self.lea = desk.staff()
        self.right = desk.active(self.lea, self.agathe)
        self.yann = desk.expert(desk.firm("Autre"), surname="Morvan")
        self.operator = desk.account("operator", "", is_staff=True, council="bretagne")

    def strike_off(self) -> None:
        entry = desk.grantor_of(self.agathe)
        entry.status = EntryStatus.STRUCK_OFF
        entry.save()
        eligibility.entry_changed(entry, at=timezone.now())

    def restore(self) -> None:
        entry = desk.grantor_of(self.agathe)
        entry.status = EntryStatus.ACTIVE
        entry.save()

    def name(self, *, days: int = 30) -> Vacancy | None:
        return name_stand_in(
            self.firm,
            entry=desk.grantor_of(self.yann),
            ends_on=today() + timedelta(days=days),
            actor=self.operator.pk,
            at=timezone.now(),
        )

    def vacancy(self) -> dict[str, str | None] | None:
        (mine,) = self.lea.get("/me").body["firms"]
        found: dict[str, str | None] | None = mine["vacancy"]
        return found


@pytest.fixture
def orphan() -> Orphan:
    return Orphan()


def _told() -> list[str]:
    return list(AuditEvent.objects.filter(action__in=ACTS).order_by("number").values_list("action", flat=True))


def _to(address: str) -> list[str]:
    return [mail.message for mail in Email.objects.order_by("pk") if address in mail.to]


def _later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_a_firm_that_somebody_may_grant_for_is_no_orphan(orphan: Orphan) -> None:
    run_due(timezone.now())
    assert orphan.vacancy() is None
    assert _told() == []


def test_the_staff_and_the_council_are_told_once_why_nobody_answers(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    run_due(timezone.now())
    assert _told() == ["firm.orphaned"]
    told = [text for text in _to(orphan.lea.account.email) if "Plus personne ne peut accorder de droits" in text]
    assert len(told) == 1
    assert "désigner un suppléant, pour 30\u00a0jours au plus" in told[0]
    (council,) = [
        text for text in _to("tableau@croec-bretagne.example") if "page «\u00a0Cabinets sans délégant\u00a0»" in text
    ]
    assert orphan.firm.siren in council
    found = orphan.vacancy()
    assert found is not None
    assert (found["stand_in_name"], found["ends_on"]) == ("", None)


def test_the_last_account_that_closes_leaves_an_orphan_too(orphan: Orphan) -> None:
    orphan.agathe.account.is_active = False
    orphan.agathe.account.save()
    run_due(timezone.now())
    assert _told() == ["firm.orphaned"]


def test_a_stand_in_grants_until_their_day_and_what_they_granted_ends_with_it(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    assert orphan.name(days=10) is not None
    found = orphan.vacancy()
    assert found is not None
    assert str(found["stand_in_name"]).endswith(" MORVAN")
    made = orphan.yann.grant(orphan.lea.account, service="rfc", firm=str(orphan.firm.pk))
    assert made.status == 201, made.body
    assert made.body["effective"] is True
    run_due(_later(10))
    assert orphan.lea.get(f"/delegations/{made.body['id']}").body["status"] == "ACTIVE"
    run_due(_later(11))
    assert orphan.lea.get(f"/delegations/{made.body['id']}").body["status"] == "CEASED"
    assert orphan.yann.get(f"/firms/{orphan.firm.pk}").status == 404
    assert _told() == ["firm.orphaned", "firm.stand_in_named", "firm.stand_in_ended"]


def test_the_members_and_the_stand_in_read_who_decides_and_until_when(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    orphan.name(days=10)
    until = f"{today() + timedelta(days=10):%d/%m/%Y}"
    assert any("Adressez-lui vos demandes" in text and until in text for text in _to(orphan.lea.account.email))
    assert any("Un Conseil régional vous a désigné" in text for text in _to(orphan.yann.account.email))


def test_a_request_to_the_stand_in_is_approved(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    orphan.name()
    asked = orphan.lea.ask(desk.grantor_of(orphan.yann), service="rfc", firm=str(orphan.firm.pk))
    assert asked.status == 201, asked.body
    assert orphan.yann.decide(asked.body, "approve").body["status"] == "ACTIVE"


def test_an_import_leaves_the_stand_in_where_the_council_put_them(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    orphan.name()
    entry = desk.grantor_of(orphan.yann)
    own = _of_yann(orphan, siren="732829320")
    _import(entry, own)
    assert set(entry.firms.values_list("pk", flat=True)) == {own.pk, orphan.firm.pk}
    assert stand_in_links([entry.pk]) == {(entry.pk, orphan.firm.pk)}


def test_a_stand_in_whom_the_registry_lists_in_the_firm_stays_with_what_they_granted(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    orphan.name(days=10)
    made = orphan.yann.grant(orphan.lea.account, service="rfc", firm=str(orphan.firm.pk)).body
    Firm.objects.filter(pk=orphan.firm.pk).update(siren="552100554")
    _import(desk.grantor_of(orphan.yann), _of_yann(orphan, siren="732829320"), Firm.objects.get(pk=orphan.firm.pk))
    run_due(_later(11))
    assert orphan.lea.get(f"/delegations/{made['id']}").body["status"] == "ACTIVE"
    assert orphan.vacancy() is None
    assert _told() == ["firm.orphaned", "firm.stand_in_named", "firm.recovered"]


def _of_yann(orphan: Orphan, *, siren: str) -> Firm:
    """Return Yann's own firm, with a SIREN that an import takes."""
    own = desk.grantor_of(orphan.yann).firms.exclude(pk=orphan.firm.pk).get()
    own.siren = siren
    own.save()
    return own


def _import(entry: RegistryEntry, *firms: Firm) -> None:
    """Import an entry under another given name, as of these firms."""
    imported = read_line(
        {
            "registration_number": entry.registration_number,
            "surname": entry.surname,
            "given_name": "Autrement",
            "date_of_birth": entry.date_of_birth.isoformat(),
            "email": entry.email,
            "list": entry.list,
            "status": entry.status,
            "council": entry.council,
            "town": entry.town,
            "postal_code": entry.postal_code,
            "firms": [{"siren": one.siren, "name": one.name} for one in firms],
        }
    )
    assert isinstance(imported, Line)
    upsert([imported])


def test_when_somebody_of_the_firm_may_grant_again_the_stand_in_ends(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    orphan.name()
    made = orphan.yann.grant(orphan.lea.account, service="rfc", firm=str(orphan.firm.pk)).body
    orphan.restore()
    run_due(timezone.now())
    assert orphan.vacancy() is None
    assert orphan.lea.get(f"/delegations/{made['id']}").body["status"] == "CEASED"
    assert _told() == ["firm.orphaned", "firm.stand_in_named", "firm.recovered"]
    assert any("compte de nouveau" in text for text in _to(orphan.lea.account.email))


def test_a_council_ends_a_stand_in_and_names_another(orphan: Orphan) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    vacancy = orphan.name()
    assert vacancy is not None
    assert stop_stand_in(vacancy, actor=orphan.operator.pk, at=timezone.now())
    assert not stop_stand_in(Vacancy.objects.get(), actor=orphan.operator.pk, at=timezone.now())
    assert orphan.name() is not None


@pytest.mark.parametrize("days", [-1, 31])
def test_a_stand_in_has_thirty_days_at_most(orphan: Orphan, days: int) -> None:
    orphan.strike_off()
    run_due(timezone.now())
    with pytest.raises(ValueError, match="30 days"):
        orphan.name(days=days)


def test_a_firm_that_is_no_orphan_gets_no_stand_in(orphan: Orphan) -> None:
    assert orphan.name() is None
    assert orphan.yann.get(f"/firms/{orphan.firm.pk}").status == 404
