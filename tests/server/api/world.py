"""One case and everybody who may look at it: what the authorisation matrix is told with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.firms.models import Absence
    from comptexpert_server.registry.models import Firm
    from tests.server.desk import Desk

PEOPLE = (
    "grantor",
    "peer",
    "cover",
    "grantee",
    "colleague",
    "stranger",
    "trainee of the firm",
    "struck off",
    "suspended peer",
)
UNSEEING = ("colleague", "stranger", "trainee of the firm", "struck off", "suspended peer")
UNKNOWN = ("nobody", "expired token", "closed account")
"""Who is not signed in, whatever they hold."""


class World:
    """One case and everybody who may look at it."""

    def __init__(self, status: str) -> None:
        self.firm = desk.firm()
        self.successor = desk.entry(self.firm, surname="Successeur")
        self.people: dict[str, Desk] = {
            "grantor": desk.expert(self.firm),
            "peer": desk.expert(self.firm, surname="Ferrand"),
            "cover": desk.expert(self.firm, surname="Lemaire"),
            "grantee": desk.staff(),
            "colleague": desk.staff(self.firm),
            "stranger": desk.expert(desk.firm("Autre")),
            "trainee of the firm": _trainee(self.firm),
            "suspended peer": desk.expert(self.firm, surname="Garnier"),
        }
        lea, agathe = self.people["grantee"], self.people["grantor"]
        self.case = desk.pending(lea, agathe) if status == "PENDING" else desk.active(lea, agathe)
        several = {
            "service": "jesignexpert",
            "rights": ["prepare", "seal"],
            "valid_until": today() + timedelta(days=40),
        }
        Delegation.objects.filter(pk=self.case["id"]).update(status=status, **several)
        self._end_standing(self.people["suspended peer"])
        self.covered = self._absence("grantor", cover=desk.grantor_of(self.people["cover"]), status="active")
        self.waiting = self._absence("peer", cover=self.successor, status="waiting")

    def _absence(self, absent: str, *, cover: RegistryEntry, status: str) -> Absence:
        return desk.absence(self.firm, absent=desk.grantor_of(self.people[absent]), cover=cover, status=status)

    def person(self, name: str) -> Desk:
        """Give a person, or somebody whom the server must not know."""
        if name == "nobody":
            return desk.anonymous()
        if name in {"expired token", "other scope"}:
            grantor = self.people["grantor"].account
            if name == "other scope":
                return desk.Desk(grantor, scopes="openid profile")
            return desk.Desk(grantor, token=desk.mint(grantor, minutes=-1))
        grantor = self.people["grantor"]
        if name == "closed account":
            Account.objects.filter(pk=grantor.account.pk).update(is_active=False)
        elif name == "struck off":
            self._end_standing(grantor)
        return self.people.get(name, grantor)

    @staticmethod
    def _end_standing(person: Desk) -> None:
        RegistryEntry.objects.filter(pk=person.account.entry_id).update(status="struck_off")


def _trainee(firm: Firm) -> Desk:
    listed = desk.entry(firm, kind="trainee", surname="Hamon")
    return desk.Desk(desk.account("trainee", "", entry=listed))
