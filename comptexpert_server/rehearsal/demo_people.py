"""The people of a rehearsal: who they are, which case each stands for, and their accounts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from comptexpert_server.accounts.models import Account
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.registry.profiles import LISTS
from comptexpert_server.rehearsal.sample_registry import FictitiousFirm, FictitiousPerson, number, siren

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PASSWORD = "lanterne velours quinconce marmite"  # noqa: S105 - `check` refuses fictitious people in production
FIRST_RANK = 5_000_000
"""Numbers and SIREN of these people stand far from those of the invented crowd."""
_SPACE = uuid.UUID("7f3c1c0e-6a2b-4c1e-9d55-0c0a2d9f4b11")


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """One person of the rehearsal."""

    case: str
    given_name: str
    surname: str
    born: date | None = None
    profile: str = "expert_comptable"
    firm: str = ""
    town: tuple[str, str, str] = ("Rennes", "35000", "bretagne")
    login_id: str = ""
    kind: str = ""
    status: str = "active"
    has_email: bool = True
    in_registry: bool = True


_LYON = ("Lyon", "69003", "auvergne-rhone-alpes")
_LILLE = ("Lille", "59000", "hauts-de-france")
_LIST_NAMES = dict(
    zip(
        LISTS,
        ("Perrine", "Tristan", "Ombeline", "Anselme", "Clothilde", "Ferdinand", "Mahaut", "Gaspard"),
        strict=True,
    )
)
FIRMS = ("Cabinet Delaunay & Associés", "Fiduciaire Montcalm", "AGC de la Loire")
PEOPLE = (
    DemoPerson(
        case="ec",
        given_name="Claire",
        surname="Delaunay",
        born=date(1974, 3, 12),
        firm=FIRMS[0],
        login_id="claire.delaunay",
    ),
    DemoPerson(
        case="ec_second_of_firm",
        given_name="Hugo",
        surname="Kerbrat",
        born=date(1981, 11, 2),
        firm=FIRMS[0],
        login_id="hugo.kerbrat",
    ),
    DemoPerson(
        case="ec_other_firm",
        given_name="Étienne",
        surname="Lefèvre",
        born=date(1969, 7, 28),
        firm=FIRMS[1],
        login_id="etienne.lefevre",
        town=_LYON,
    ),
    DemoPerson(
        case="staff",
        given_name="Nadia",
        surname="Ferrand",
        profile="other",
        kind="firm_staff",
        firm=FIRMS[0],
        login_id="nadia.ferrand",
        in_registry=False,
    ),
    DemoPerson(
        case="staff_other_firm",
        given_name="Inès",
        surname="Garnier",
        profile="other",
        kind="firm_staff",
        firm=FIRMS[1],
        login_id="ines.garnier",
        in_registry=False,
    ),
    DemoPerson(
        case="agc_head",
        given_name="Robert",
        surname="Vasseur",
        born=date(1966, 1, 19),
        profile="agc_head",
        firm=FIRMS[2],
        login_id="robert.vasseur",
        town=_LYON,
    ),
    DemoPerson(case="signup_ok", given_name="Maëlys", surname="Œuvrard-Le Goff", born=date(1990, 5, 6), firm=FIRMS[0]),
    DemoPerson(
        case="signup_no_email",
        given_name="Bertrand",
        surname="Quéméneur",
        born=date(1958, 9, 30),
        firm=FIRMS[0],
        has_email=False,
    ),
    DemoPerson(
        case="signup_struck_off",
        given_name="Gontran",
        surname="Pallandier",
        born=date(1963, 12, 24),
        firm=FIRMS[1],
        status="struck_off",
        town=_LYON,
    ),
    DemoPerson(
        case="signup_already_bound",
        given_name="Solène",
        surname="Tanguy",
        born=date(1985, 2, 17),
        firm=FIRMS[0],
        login_id="solene.tanguy",
    ),
    DemoPerson(case="homonym_a", given_name="Marie", surname="Martin", born=date(1979, 4, 4), firm=FIRMS[0]),
    DemoPerson(
        case="homonym_b", given_name="Marie", surname="Martin", born=date(1988, 10, 10), firm=FIRMS[1], town=_LILLE
    ),
    DemoPerson(
        case="council_operator",
        given_name="Aude",
        surname="Riou",
        profile="council_operator",
        login_id="operateur.bretagne",
        in_registry=False,
    ),
    *(
        DemoPerson(
            case=f"signup_ok_{code}",
            given_name=_LIST_NAMES[code],
            surname="Valcourt",
            born=date(1980 + rank, 6, 15),
            profile=code,
            firm=FIRMS[1],
            town=_LYON,
        )
        for rank, code in enumerate(LISTS)
    ),
)


def registry_people() -> Iterator[FictitiousPerson]:
    """Give those who stand on the registry."""
    firms = {name: firm_of(name) for name in FIRMS}
    for rank, person in enumerate(PEOPLE):
        if person.in_registry and person.born is not None:
            yield FictitiousPerson(
                id=uuid.uuid5(_SPACE, f"entry {person.case}"),
                registration_number=number(FIRST_RANK + rank),
                surname=person.surname,
                given_name=person.given_name,
                date_of_birth=person.born,
                email=email_of(person) if person.has_email else "",
                list="expert_comptable" if person.profile == "agc_head" else person.profile,
                status=person.status,
                council=person.town[2],
                town=person.town[0],
                postal_code=person.town[1],
                firms=(firms[person.firm],) if person.firm else (),
            )


def firm_of(name: str) -> FictitiousFirm:
    """Give one of the cabinets of the rehearsal."""
    return FictitiousFirm(id=uuid.uuid5(_SPACE, f"firm {name}"), siren=siren(FIRST_RANK + FIRMS.index(name)), name=name)


def email_of(person: DemoPerson) -> str:
    """Give an address that reaches nobody."""
    return f"{person.case.replace('_', '.')}@rehearsal.example"


def add_accounts(*, now: datetime) -> None:
    """Make the accounts of those who have one, active; one hash serves all, since one password does."""
    hashed = make_password(PASSWORD)
    for person in PEOPLE:
        if not person.login_id:
            continue
        account = Account.objects.create(
            id=uuid.uuid5(_SPACE, f"account {person.case}"),
            login_id=person.login_id,
            email=email_of(person),
            said_given_name="" if person.in_registry else person.given_name,
            said_surname="" if person.in_registry else person.surname,
            said_profile="" if person.profile == "council_operator" else person.profile,
            kind=person.kind,
            entry_id=uuid.uuid5(_SPACE, f"entry {person.case}") if person.in_registry else None,
            council=person.town[2] if person.profile == "council_operator" else "",
            is_staff=person.profile == "council_operator",
            password=hashed,
            is_active=True,
            created_at=now,
            activated_at=now,
        )
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
        if person.kind == "firm_staff":
            Membership.objects.create(firm_id=firm_of(person.firm).id, account=account)
    _accept_terms()


def describe() -> list[dict[str, Any]]:
    """Describe everybody, as a rehearsal needs it."""
    accounts = {account.login_id: account for account in Account.objects.all()[:1000]}
    entries = {
        str(entry.id): entry for entry in RegistryEntry.objects.filter(id__in=[one.id for one in registry_people()])
    }
    firms = {
        firm.name: {"id": str(firm.id), "siren": firm.siren, "name": firm.name}
        for firm in Firm.objects.filter(name__in=FIRMS)
    }
    described = []
    for person in PEOPLE:
        entry = entries.get(str(uuid.uuid5(_SPACE, f"entry {person.case}")))
        account = accounts.get(person.login_id)
        described.append(
            {
                "case": person.case,
                "given_name": person.given_name,
                "surname": person.surname,
                "date_of_birth": person.born.isoformat() if person.born else "",
                "registration_number": entry.registration_number if entry else "",
                "council": person.town[2],
                "profile": person.profile,
                "kind": person.kind,
                "firm": person.firm,
                "email": email_of(person) if person.has_email else "",
                "entry_id": str(entry.id) if entry else "",
                "firms": [firms[person.firm]] if person.firm in firms else [],
                "account_id": str(account.id) if account else "",
                "login_id": person.login_id,
                "password": PASSWORD if account else "",
            }
        )
    return described


def _accept_terms() -> None:
    """Let the first cabinet have accepted every service's terms, and the second none."""
    grantor = Account.objects.get(login_id="claire.delaunay")
    for service in catalogue().services:
        if service.requires_terms:
            TermsAcceptance.objects.create(firm_id=firm_of(FIRMS[0]).id, service=service.id, accepted_by=grantor)
