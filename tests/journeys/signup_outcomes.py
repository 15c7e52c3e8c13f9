"""What can come of a sign-up in the window: the journey that shows each outcome of the table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton

from comptexpert_desktop.presentation.errors.message_table import TABLE
from tests.journeys.signup_cast import COUNCIL, WRONG_DAY, guess_the_date, let_link_expire

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.signup_robot import SignupRobot

    Journey = Callable[[SignupRobot], None]


def sent(robot: SignupRobot) -> None:
    """Everything is right: mail, password, account."""
    robot.fill_in()
    robot.send()
    robot.is_sent()
    robot.activate()


def refused(robot: SignupRobot) -> None:
    """The entry itself is what stands against the account."""
    robot.fill_in()
    robot.send()
    robot.is_refused()


def refused_by_council(robot: SignupRobot) -> None:
    """The Conseil régional alone can help, and is named with its contact."""
    refused(robot)
    robot.sees(COUNCIL)


def wrong_day(robot: SignupRobot) -> None:
    """The date of birth differs."""
    robot.fill_in(day=WRONG_DAY)
    robot.send()
    robot.is_refused()
    robot.sees(COUNCIL)


def too_many_tries(robot: SignupRobot) -> None:
    """Somebody guessed the date five times; the sixth is not even checked, though it is right."""
    guess_the_date(robot.outside)
    refused(robot)


def already_bound(robot: SignupRobot) -> None:
    """The entry has its account, which its holder activated."""
    assert robot.outside()[0] == 202
    robot.stage.open_mail(to=robot.who.email)
    refused(robot)


def other_list(robot: SignupRobot) -> None:
    """The number is that of somebody on another list, which the server names once the date matched."""
    robot.fill_in(number=robot.who.number)
    robot.send()
    robot.is_refused()


def unknown_number(robot: SignupRobot) -> None:
    """Nobody has this number: said beside the field, and again by the server."""
    robot.fill_in(number="990000000000")
    robot.send()
    robot.is_refused()


def no_match(robot: SignupRobot) -> None:
    """No name begins so; the number is offered instead."""
    robot.begin()
    robot.robot.enter("nameEdit", "xyzxyzxyz")
    robot.sees(TABLE["REG_NO_MATCH"].title)
    robot.sees("uméro d’inscription à l’Ordre")


def not_selected(robot: SignupRobot) -> None:
    """A name is typed and not chosen."""
    robot.begin()
    robot.robot.enter("nameEdit", robot.who.surname)
    robot.robot.enter("birthDateEdit", "29/02/1984")
    robot.robot.click("nextButton")
    robot.sees(TABLE["REG_NOT_SELECTED"].text)


def old_copy(robot: SignupRobot) -> None:
    """The local copy is more than thirty days old: the choice will be confirmed."""
    clock = robot.stage.clock
    clock.ahead = timedelta(days=40)
    try:
        robot.begin()
        robot.identify()
        robot.sees(TABLE["REG_SNAPSHOT_STALE"].text)
    finally:
        clock.ahead = timedelta()


def taken(robot: SignupRobot) -> None:
    """The identifiant is somebody's: others are suggested."""
    robot.fill_in(login="claire.delaunay")
    robot.send()
    robot.is_refused()
    robot.sees("Libres en ce moment")


def malformed(robot: SignupRobot) -> None:
    """The identifiant has not the form."""
    _to_identifiant(robot)
    robot.choose_identifiant("1x")
    robot.robot.click("nextButton")
    robot.sees(TABLE["ID_INVALID"].text)


def differs(robot: SignupRobot) -> None:
    """The identifiant is not typed twice the same."""
    _to_identifiant(robot)
    robot.choose_identifiant()
    robot.robot.enter("loginIdAgainEdit", f"{robot.login}x")
    robot.robot.click("nextButton")
    robot.sees(TABLE["ID_DIFFERS"].text)


def repeated(robot: SignupRobot) -> None:
    """An alternate is the identifiant again."""
    _to_identifiant(robot)
    robot.choose_identifiant()
    robot.robot.click("alternatesButton")
    robot.robot.enter("alternateEdit1", robot.login)
    robot.robot.click("nextButton")
    robot.sees(TABLE["ID_REPEATED"].text)


def final(robot: SignupRobot) -> None:
    """No screen changes an identifiant; the form says so before it is chosen."""
    _to_identifiant(robot)
    robot.sees("Votre identifiant devient définitif à l’activation")
    robot.sees("il ne change jamais")


def mail_in_use(robot: SignupRobot) -> None:
    """The e-mail has an account: the same answer as success, and a mail to its owner."""
    robot.email = robot.stage.person("staff")["email"]
    before = len(robot.stage.mailbox.mails(to=robot.email))
    robot.fill_in()
    robot.send()
    robot.is_sent()
    mailbox = robot.stage.mailbox
    robot.robot.wait_until(lambda: len(mailbox.mails(to=robot.email)) > before, "un courriel au titulaire")
    assert "/activation" not in mailbox.mails(to=robot.email)[-1].text


def expired(robot: SignupRobot) -> None:
    """Nobody opened the mail for 48 hours; a new one is asked for and the account becomes active."""
    robot.fill_in()
    robot.send()
    robot.is_sent()
    let_link_expire(robot.stage.server.folder / "comptexpert.db", login_id=robot.login)
    robot.robot.click("syncButton")
    robot.sees("Lien expiré")
    robot.robot.click("resendButton")
    robot.is_sent()


def done_already(robot: SignupRobot) -> None:
    """The mail is asked for again after it did its work: sign in."""
    robot.fill_in()
    robot.send()
    robot.is_sent()
    robot.stage.open_mail(to=robot.email)
    robot.robot.click("resendButton")
    robot.robot.find(QAbstractButton, "signupSignInButton")
    robot.sees(TABLE["ACT_ALREADY_DONE"].title)


def offline(robot: SignupRobot) -> None:
    """No server: the request is kept, says so, and leaves by itself."""
    robot.stage.server.kill()
    try:
        robot.fill_in(number="" if _is_found_offline(robot) else robot.who.number)
        robot.send()
        robot.sees("En attente du réseau")
        robot.stage.robot.picture(robot.stage.picture_now)
    finally:
        robot.stage.back_online()
    robot.is_sent()


def _to_identifiant(robot: SignupRobot) -> None:
    robot.begin()
    if robot.way.in_registry:
        robot.identify()
        robot.robot.click("nextButton")


def _is_found_offline(robot: SignupRobot) -> bool:
    return robot.way.list in {"expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "honorary"}


JOURNEYS: dict[str, Journey] = {
    "REG_NO_MATCH": no_match,
    "REG_NUMBER_UNKNOWN": unknown_number,
    "REG_NOT_SELECTED": not_selected,
    "REG_NO_EMAIL": refused_by_council,
    "REG_DOB_MISMATCH": wrong_day,
    "REG_TOO_MANY_TRIES": too_many_tries,
    "REG_PROFILE_MISMATCH": other_list,
    "REG_ALREADY_BOUND": already_bound,
    "REG_STRUCK_OFF": refused_by_council,
    "REG_SNAPSHOT_STALE": old_copy,
    "SENT": sent,
    "ID_TAKEN": taken,
    "ID_INVALID": malformed,
    "ID_DIFFERS": differs,
    "ID_REPEATED": repeated,
    "ID_IMMUTABLE": final,
    "ACT_EXPIRED": expired,
    "ACT_ALREADY_DONE": done_already,
    "NET_OFFLINE": offline,
    "MAIL_IN_USE": mail_in_use,
}

ELSEWHERE = {"REG_UNCONFIRMED": "a server with COMPTEXPERT_NEUTRAL_IDENTIFICATION says nothing else"}
"""Codes of sign-up that this server never gives, and why."""
