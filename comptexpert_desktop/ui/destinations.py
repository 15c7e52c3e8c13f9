"""Where the window can lead: one value a screen, with what is to be shown there."""

from __future__ import annotations

from dataclasses import dataclass

HOME, SIGNUPS, DELEGATIONS, FIRM, SERVICES = "home", "signups", "delegations", "firm", "services"
OUTBOX, NOTICES, SETTINGS, REVIEWS, VAULT = "outbox", "notices", "settings", "reviews", "vault"
SIGN_IN, ACCOUNT, RIGHTS, PERSON = "sign-in", "account", "rights", "person"
PEOPLE_PART, ABSENCES_PART, RULES_PART = "firmPeople", "firmAbsences", "firmRules"
"""Parts of the page of a cabinet."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A screen, as it opens by itself."""

    screen: str


@dataclass(frozen=True, slots=True)
class NewSignup(Destination):
    """The sign-up wizard on a blank form."""

    screen: str = SIGNUPS


@dataclass(frozen=True, slots=True)
class ShowDelegation(Destination):
    """A delegation, selected in its list as far as the filters show it."""

    screen: str = DELEGATIONS
    delegation_id: str = ""


@dataclass(frozen=True, slots=True)
class ShowList(Destination):
    """The list of delegations, narrowed to a group of states and to ends that are near or to what lacks something."""

    screen: str = DELEGATIONS
    group: str = "undecided"
    ends_within: int | None = None
    effect: str = ""
    """`missing` for what is granted and lacks something; empty for all."""
    selects_all: bool = False
    """Every line is selected at first, to decide about them together."""


@dataclass(frozen=True, slots=True)
class NewRequest(Destination):
    """The form that asks for a delegation, or grants one; for a service when one is known."""

    screen: str = DELEGATIONS
    service: str = ""


@dataclass(frozen=True, slots=True)
class ShowFirm(Destination):
    """The page of a cabinet, the one last shown when none is named; and a part of it."""

    screen: str = FIRM
    firm_id: str = ""
    part: str = "firmPeople"


@dataclass(frozen=True, slots=True)
class ShowPerson(Destination):
    """The page of a person, by their account."""

    screen: str = PERSON
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class ShowReview(Destination):
    """The yearly review of a firm; of the one that has an open review when none is named."""

    screen: str = REVIEWS
    firm_id: str = ""


@dataclass(frozen=True, slots=True)
class ProxySignIn(Destination):
    """The question who the person is to the proxy."""

    screen: str = SETTINGS
