"""Sign up on the pages as a person without JavaScript does: each outcome of the application's table, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.me import signup_words
from comptexpert_server.registry.profiles import LIST_NAMES
from comptexpert_server.rehearsal.demo_people import PEOPLE, email_of
from tests.journeys.signup_cast import (
    BORN,
    COUNCIL,
    RIGHT_DAY,
    WAYS,
    WRONG_DAY,
    guess_the_date,
    login_id,
    people,
    person,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Outcome = Callable[["Applicant"], None]

PAGE = "/inscription/creer/"
PASSWORD = "girouette mandarine sablier ventouse"
SIREN = "732829320"
TAKEN = "claire.delaunay"
OWNER = email_of(next(one for one in PEOPLE if one.case == "staff"))
"""An address that has an account."""

ONLY_IN_THE_APPLICATION = {
    "ID_DIFFERS": "a page asks for the identifiant once, and shows it again at the activation, where it is corrected",
    "ID_REPEATED": "a page asks for no alternates",
    "REG_SNAPSHOT_STALE": "a page searches the registry itself, never a copy",
    "NET_OFFLINE": "a page that is shown came from the server",
}
"""The outcomes of the application that no page can have, and why."""


class Pages(Protocol):
    """A browser without scripts, and what happens beside it."""

    def open(self, path: str) -> None: ...

    def search(self, text: str) -> None:
        """Send the form that looks for a name."""

    def lines(self) -> Mapping[str, str]:
        """Read the lines that can be chosen: the value of each by its words."""

    def send(self, **fields: str) -> None:
        """Fill the form of the page in and send it."""

    def words(self) -> str: ...

    def call(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Ask for an account as the application does."""

    def link(self, *, to: str, subject: str, after: str = "") -> str:
        """Wait for a mail, and give the path of its link; not the one of `after`."""

    def expire(self, login_id: str) -> None:
        """Make the link of a sign-up three days old."""


class Applicant:
    """One person in front of the pages."""

    def __init__(self, pages: Pages, *, way: str, outcome: str) -> None:
        self.pages, self.way, self.outcome = pages, WAYS[way], outcome
        self.who = person(self.way, outcome=outcome)
        self.login = login_id(self.way, outcome=outcome)
        self.email = self.who.email

    def begin(self) -> None:
        """Choose the profile."""
        expert = "&expert=1" if self.way.name == "agc_head_expert" else ""
        self.pages.open(f"{PAGE}?profile={self.way.profile.value}{expert}")

    def find(self) -> str:
        """Look for oneself by name; return what stands for the line."""
        self.pages.search(self.who.surname.replace("-", " ").lower())
        return next(value for words, value in self.pages.lines().items() if words.startswith(self.who.surname))

    def fill(self, *, number: str = "", day: str = RIGHT_DAY, login: str = "") -> dict[str, Any]:
        """Fill everything in and send it; return what the application would send."""
        self.begin()
        login = login or self.login
        body: dict[str, Any] = {"profile": self.way.profile.value, "login_id": login}
        if self.way.in_registry:
            who = {"registration_number": number} if number else {"entry_id": self.find()}
            self.pages.send(**who, date_of_birth=day, login_id=login)
            return body | who | {"date_of_birth": "-".join(reversed(day.split("/")))}
        said = {"email": self.email, "given_name": self.who.given_name, "surname": self.who.surname}
        if self.way.kind:
            self.pages.send(**said, kind=self.way.kind.value, login_id=login)
            return body | said | {"kind": self.way.kind.value}
        self.pages.send(**said, agc_name="AGC des Abers", siren=SIREN, login_id=login)
        return body | said | {"agc": {"name": "AGC des Abers", "siren": SIREN}}

    def elsewhere(self, **changes: str) -> tuple[int, dict[str, Any]]:
        """Sign up from the application, before the pages are opened."""
        body = {"profile": self.way.profile.value, "login_id": f"d.{self.login}"[:32]}
        return self.pages.call(body | {"registration_number": self.who.number, "date_of_birth": BORN} | changes)

    def is_refused(self, body: dict[str, Any]) -> None:
        """Read the refusal that the application has for the same request."""
        assert self.pages.call(body)[1]["code"] == self.outcome
        self.sees(signup_words.REFUSALS[self.outcome].split("{", maxsplit=1)[0])

    def sees(self, words: str) -> None:
        assert " ".join(words.split()) in self.pages.words()

    def activation(self, *, after: str = "") -> str:
        return self.pages.link(to=self.email, subject="Activez votre Comptexpert", after=after)

    def activate(self, link: str) -> None:
        self.pages.open(link)
        self.pages.send(password1=PASSWORD, password2=PASSWORD)
        self.sees("Votre compte est actif")


def sent(one: Applicant) -> None:
    """Everything is right: mail, password, account."""
    one.fill()
    one.sees("Un courriel est parti")
    one.activate(one.activation())
    one.sees(one.login)


def refused(one: Applicant) -> None:
    """The entry itself is what stands against the account."""
    one.is_refused(one.fill())


def refused_by_council(one: Applicant) -> None:
    """The Conseil régional alone can help, and is named."""
    refused(one)
    one.sees(COUNCIL)


def wrong_day(one: Applicant) -> None:
    """The date of birth differs."""
    one.is_refused(one.fill(day=WRONG_DAY))
    one.sees(COUNCIL)


def too_many_tries(one: Applicant) -> None:
    """Somebody guessed the date five times in the application; the sixth is not even checked, though it is right."""
    guess_the_date(one.elsewhere)
    refused(one)


def already_bound(one: Applicant) -> None:
    """The entry has its account, which its holder activated."""
    assert one.elsewhere()[0] == 202
    one.activate(one.activation())
    refused(one)


def other_list(one: Applicant) -> None:
    """The number is that of somebody on another list, which is named."""
    one.is_refused(one.fill(number=one.who.number))
    line = next(line for line in people() if line["registration_number"] == one.who.number)
    one.sees(LIST_NAMES[str(line["list"])])


def unknown_number(one: Applicant) -> None:
    """Nobody has this number."""
    one.is_refused(one.fill(number="990000000000"))


def no_match(one: Applicant) -> None:
    """No name begins so; the number is offered instead."""
    one.begin()
    one.pages.search("xyzxyzxyz")
    assert not one.pages.lines()
    one.sees("Aucun nom ne correspond. Vérifiez le nom et le profil, ou donnez votre numéro.")


def not_selected(one: Applicant) -> None:
    """A name is typed and not chosen."""
    one.begin()
    one.find()
    one.pages.send(date_of_birth=RIGHT_DAY, login_id=one.login)
    one.sees(signup_words.FIELDS["REG_NOT_SELECTED"])


def taken(one: Applicant) -> None:
    """The identifiant is somebody's: others are suggested."""
    one.is_refused(one.fill(login=TAKEN))
    one.sees("Libres en ce moment")


def malformed(one: Applicant) -> None:
    """The identifiant has not the form."""
    one.is_refused(one.fill(login="1x"))


def final(one: Applicant) -> None:
    """The pages say when an identifiant becomes final, before it is chosen and before it is."""
    one.begin()
    one.sees("Définitif à l’activation")
    one.fill()
    one.sees("Vous pourrez le changer une fois, à l’activation. Il sera définitif ensuite.")
    one.pages.open(one.activation())
    one.sees("Une fois le compte actif, il ne changera plus jamais.")


def expired(one: Applicant) -> None:
    """Nobody opened the mail for 48 hours; a new one is asked for and the account becomes active."""
    one.fill()
    link = one.activation()
    one.pages.expire(one.login)
    one.pages.open(link)
    one.sees("Ce lien est trop ancien")
    one.pages.open("/compte/password/reset/")
    one.pages.send(who=one.login)
    one.activate(one.activation(after=link))


def done_already(one: Applicant) -> None:
    """The link did its work: sign in."""
    one.fill()
    link = one.activation()
    one.activate(link)
    one.pages.open(link)
    one.sees("Votre compte est déjà actif")


def mail_in_use(one: Applicant) -> None:
    """The e-mail has an account: the same answer as success, and a mail to its owner."""
    one.email = OWNER
    one.fill()
    one.sees(f"Un courriel est parti à {mask_email(OWNER)}")
    assert one.pages.link(to=OWNER, subject="Vous avez déjà un Comptexpert")


OUTCOMES: dict[str, Outcome] = {
    "REG_NO_MATCH": no_match,
    "REG_NUMBER_UNKNOWN": unknown_number,
    "REG_NOT_SELECTED": not_selected,
    "REG_NO_EMAIL": refused_by_council,
    "REG_DOB_MISMATCH": wrong_day,
    "REG_TOO_MANY_TRIES": too_many_tries,
    "REG_PROFILE_MISMATCH": other_list,
    "REG_ALREADY_BOUND": already_bound,
    "REG_STRUCK_OFF": refused_by_council,
    "SENT": sent,
    "ID_TAKEN": taken,
    "ID_INVALID": malformed,
    "ID_IMMUTABLE": final,
    "ACT_EXPIRED": expired,
    "ACT_ALREADY_DONE": done_already,
    "MAIL_IN_USE": mail_in_use,
}
