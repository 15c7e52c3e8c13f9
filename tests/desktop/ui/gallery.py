"""A window with the longest names there are, many lines and every state of a line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Firm, Status
from comptexpert_desktop.domain.firm import Expert, Member
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.catalogue import keep as keep_catalogue
from comptexpert_desktop.usecases.session import session
from tests.desktop.app.test_who_can import a_line
from tests.desktop.domain.test_register import PUBLIC, canonical, sealed
from tests.desktop.ui import kit
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes import a_me, a_party, an_account
from tests.fakes_firm import SINCE, a_firm_page, an_absence, an_invitation
from tests.fakes_review import REVIEW_ID, a_page, an_item

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Delegation

PEOPLE = (
    ("Marie-Charlotte Éléonore", "de la Rochefoucauld-Montbrison d’Estampes"),
    ("Jean-Baptiste", "Kerguélen-Trémarec de Saint-Aubin-du-Cormier"),
    ("Anaïs", "Ng"),
    ("Maëlle-Apolline", "Vandenbroeucke-Schiltigheim"),
)
HOUSES = (
    Firm("firm-1", "732829320", "Société d’expertise comptable des Rives de la Vilaine et de la Rance", "grantor"),
    Firm("firm-2", "404833048", "Comptoir du Vieux-Port, audit et commissariat aux comptes associés", "grantor"),
    Firm("firm-3", "552100554", "Aubépines", "grantor"),
)
SERVICES = (
    ("jesignexpert", ("prepare", "seal", "sign")),
    ("rfc", ("access",)),
    ("directory_page", ("access",)),
    ("jefacture", ("access",)),
    ("jesignexpert", ("prepare", "sign")),
)
ALONE = ("jesignexpert", ("prepare", "technical_signature"))
"""What the seventh line gives, and nobody else of that cabinet has."""
TODAY = NOW.date()
MAIL = "marie-charlotte-eleonore.de-la-rochefoucauld@rives-de-la-vilaine.example"
_REASON = (
    "Je prépare et j’envoie les liasses du portefeuille Nord pendant l’absence de ma collègue, jusqu’à la clôture."
)


class Gallery(WindowKit):
    """A window whose files hold long names, many lines and each state of a line."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.beside: list[QWidget] = []
        """Windows of their own that a stop opened."""

    def hang(self, *, stop: str = "") -> None:
        """Fill the files, sign in whom a stop is for, and show the window."""
        self.fill()
        if stop.startswith("nobody "):
            self.show()
            return
        may_grant = not stop.startswith("staff ")
        account = an_account() if may_grant else an_account("karim.leroux", may_grant=False)
        self.browser.account = account
        tokens = self.browser.sign_in(cancelled=None)
        stores = self.stores()
        me = replace(a_me(account), firms=HOUSES)
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=me), now=self.now)
        keep_catalogue(stores, catalogue=kit.catalogue(), now=self.now)
        file = stores.account
        assert file is not None
        rights = tuple(_delegations(account, may_grant=may_grant))
        self._fill_server(rights)
        with file.database.transaction():
            delegation_store.keep(file, delegations=rights)
            for entry in _entries():
                outbox_store.add(
                    file, kit.a_command(entry), outbox_id=entry.id, subject=entry.subject, now=entry.created_at
                )
                outbox_store.mark(file, outbox_id=entry.id, status=entry.status, code=entry.code)
        stores.close()
        self.gateways.session.adopt(tokens, account_id=account.account_id)
        self.server.accounts = dict.fromkeys(self.server.accounts, me)
        self.show()

    def _fill_server(self, rights: tuple[Delegation, ...]) -> None:
        """Let the server know the cabinets of the account, and a review of one."""
        usual = a_firm_page()
        members = [
            Member(
                account_id=f"acc-{number}",
                login_id=f"{surname[:8].casefold()}.{number}",
                given_name=given,
                surname=surname,
                since=SINCE,
            )
            for number, (given, surname) in enumerate(PEOPLE * 3)
        ]
        reviewed = [an_item(one) for one in rights if one.status is Status.ACTIVE]
        review = a_page(*reviewed, closes_on=TODAY + timedelta(days=26), grace_until=TODAY + timedelta(days=40))
        self.server.time = NOW
        self.server.delegations = {one.id: one for one in rights}
        self.server.reviews = {REVIEW_ID: review}
        self.server.firms = {
            house.id: replace(
                usual,
                id=house.id,
                siren=house.siren,
                name=house.name,
                members=tuple(members),
                experts=(*usual.experts, Expert("e-3", "acc-e3", *PEOPLE[0])),
                invitations=tuple(an_invitation(delegation_id=f"d-{number}", email=MAIL) for number in range(3)),
                absences=(an_absence(usual, ends_on=TODAY + timedelta(days=9)),),
                reviews=(review.summary,),
            )
            for house in HOUSES
        }
        self.server.pinned_key = lambda: PUBLIC
        self.server.registers = {(house.id, "json"): _register(house.id) for house in HOUSES}

    def close(self) -> None:
        """Close what a stop opened too."""
        for window in self.beside:
            window.close()
            window.deleteLater()
        super().close()

    def settle(self, qtbot: object) -> None:
        """Wait until every read that was asked has been shown."""
        for _ in range(4):
            self.read(lambda _stores: True, qtbot)


def _delegations(account, *, may_grant: bool):
    me = a_party(account)
    states = (Status.PENDING, Status.ACTIVE, Status.PENDING, Status.SUSPENDED, Status.REVOKED, Status.ACTIVE)
    for number in range(1, 40):
        given, surname = PEOPLE[number % len(PEOPLE)]
        other = replace(kit.STAFF, account_id=f"acc-{number % 7}", given_name=given, surname=surname)
        service, rights = ALONE if number == 7 else SERVICES[number % len(SERVICES)]
        status = states[number % len(states)]
        made = kit.active(number) if status in (Status.ACTIVE, Status.SUSPENDED) else kit.delegation(number)
        ends_soon = status is Status.ACTIVE and number % 7 == 0
        ended = NOW - timedelta(days=2) if status is Status.REVOKED else None
        sides = {"grantor": me, "grantee": other} if may_grant else {"grantor": other, "grantee": me}
        yield replace(
            made,
            firm=HOUSES[number % len(HOUSES)],
            service=service,
            rights=rights,
            reason=_REASON,
            status=status,
            valid_until=TODAY + timedelta(days=20) if ends_soon else made.valid_until,
            ended_at=ended,
            effective=status is Status.ACTIVE and number % 5 > 0,
            missing=("DEL_CERT_REQUIRED", "DEL_TERMS") if status is Status.ACTIVE and number % 5 == 0 else (),
            **sides,
        )


def _register(firm: str) -> bytes:
    """Write what the server writes of a right of the second person: given, suspended, resumed."""
    given, surname = PEOPLE[1]
    other = " ".join(PEOPLE[0])
    said = {
        "grantee": {"salt": "a1", "text": f"{given} {surname.upper()}"},
        "grantor": {"salt": "b2", "text": other},
        "reason": {"salt": "c3", "text": _REASON},
    }
    events, previous = [], ""
    for number, (month, to) in enumerate((("03", "ACTIVE"), ("04", "SUSPENDED"), ("05", "ACTIVE")), start=1):
        at = f"2026-{month}-12T09:00:00.000000Z"
        event = a_line(number, at, to, said=said, firm=firm, grantee="acc-1", rights=["prepare", "sign"])
        event["previous"] = previous
        previous = event["digest"] = hashlib.sha256(canonical(event).encode()).hexdigest()
        events.append(event)
    texts = {str(event["number"]): said for event in events}
    end = sealed({"firm": firm, "count": len(events), "head": previous})
    return json.dumps({"events": events, "texts": texts, "end": end}).encode()


def _entries():
    given, surname = PEOPLE[0]
    subject = f"jesignexpert · {given} {surname.upper()}"
    states = ((Kind.REVOKE, OutboxStatus.QUEUED, ""), (Kind.APPROVE, OutboxStatus.NEEDS_YOU, "DEL_STALE"))
    for number, (kind, status, code) in enumerate(states, start=1):
        yield kit.entry(number, kind=kind, subject=subject, delegation_id=f"del-{number:06}", status=status, code=code)
