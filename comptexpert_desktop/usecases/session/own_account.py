"""What a person does with their own account: another address, their name, their mails, their data, its end (BR-39).

The address, the name and the mails leave through the outbox like every write. Closing does not: what cannot be undone
happens while its person looks on, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import ChangeEmail, ChooseMails, CorrectName
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.domain.typed_values import clean_email, clean_name
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem, UnexpectedReply
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.commands import AccountChange
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.profile_story import ProfileStory
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.usecases.ports import Gateways, Stores

ABOUT = "account"
"""What the changes of one's own account belong to in the outbox."""
SIGN_IN_FIRST = "SIGN_IN_FIRST"
OF_REGISTRY = "ACCOUNT_OF_REGISTRY"


def change_email(text: str) -> ChangeEmail:
    """Make the change to another address, from what was typed; raises InvalidInput."""
    email = clean_email(text)
    if email is None:
        raise InvalidInput([Problem("email", "EMAIL_INVALID")])
    return ChangeEmail(email)


def correct_name(*, given_name: str, surname: str) -> CorrectName:
    """Make the correction of one's own name, from what was typed; raises InvalidInput with each field at fault."""
    cleaned = {"given_name": clean_name(given_name), "surname": clean_name(surname)}
    typed = {"given_name": given_name, "surname": surname}
    problems = [
        Problem(name, "NAME_INVALID" if typed[name].strip() else "FIELD_REQUIRED")
        for name, value in cleaned.items()
        if value is None
    ]
    if problems:
        raise InvalidInput(problems)
    return CorrectName(str(cleaned["given_name"]), str(cleaned["surname"]))


def queue(stores: Stores, *, change: AccountChange, account_id: str, now: datetime, new_id: str) -> Topics:
    """Queue a change of one's own account.

    Raises NotAllowed once somebody else is signed in, and for the name or the address of a member of the registry,
    whose council alone says them.
    """
    file, me = stores.account, session.current(stores)
    if file is None or me is None or file.account != account_id:
        raise NotAllowed(SIGN_IN_FIRST)
    if me.account.entry_id and not isinstance(change, ChooseMails):
        raise NotAllowed(OF_REGISTRY)
    outbox_store.add(file, change, outbox_id=new_id, subject="", now=now, about=ABOUT)
    return frozenset({Topic.OUTBOX})


def waiting(stores: Stores) -> OutboxEntry | None:
    """Read the newest change of one's own account that the server has not carried out."""
    return None if stores.account is None else outbox_store.newest_about(stores.account, about=ABOUT)


def has_weekly_mails(stores: Stores) -> bool:
    """Tell what is chosen: what waits to be sent, or else what the server said last."""
    file, me = stores.account, session.current(stores)
    if file is None or me is None:
        return False
    waits = outbox_store.waiting_about(file, about=ABOUT, kind=Kind.MAILS)
    if waits is None:
        return me.account.weekly_mails
    command = outbox_store.command_of(file, outbox_id=waits.id).command
    return isinstance(command, ChooseMails) and command.weekly


def unsent(stores: Stores) -> int:
    """Count what has not reached the server: closing the account loses it."""
    return 0 if stores.account is None else len(outbox_store.unsent(stores.account))


def fetch_data(gateways: Gateways, *, account_id: str) -> bytes:
    """Ask the server for all that it holds of the account, as JSON; raises Refused with AUTH_STEP_UP."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.my_data(token=token), account_id=account_id
    )


def profile_story(gateways: Gateways, *, account_id: str) -> ProfileStory:
    """Ask what profiles the account had, and what each other one would change; raises ServerError."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.profile_story(token=token), account_id=account_id
    )


def close(gateways: Gateways, *, account_id: str) -> None:
    """Close the account on the server; raises Refused with AUTH_STEP_UP.

    An answer that was lost says nothing: who signs in again sees whether the account is still there.
    """
    gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.close_account(token=token), account_id=account_id
    )


def has_lost_answer(error: ServerError) -> bool:
    """Tell whether what was asked may have happened all the same."""
    return bool(error.data.get("sent")) or isinstance(error, UnexpectedReply)
