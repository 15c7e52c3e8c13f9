"""What a person does about the outbox, sign-ups, the session and the machine, beside a second program.

What a use case does before it yields is given.
"""

from __future__ import annotations

from dataclasses import replace

from comptexpert_desktop.domain.commands import ChooseMails
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.outbox import notices, outbox
from comptexpert_desktop.usecases.session import accounts, lock, own_account, pin, session
from comptexpert_desktop.usecases.signup import drafts, escalation, signup
from comptexpert_desktop.usecases.signup.drafts import DraftVersion
from tests.desktop.usecases.test_two_people import PEOPLE
from tests.desktop.usecases.two_programs import ME, OTHER
from tests.desktop.usecases.two_programs_rights import ask, decide
from tests.fakes import FIRM, a_council, new_uuid

PIN = "704913"


def a_draft(**changes):
    name = f"essai.{new_uuid()[:8]}"
    made = SignupDraft(
        id=DraftId(new_uuid()),
        profile=Profile.OTHER,
        kind=OtherKind.STUDENT,
        email=f"{name}@x.example",
        given_name="Camille",
        surname="Essai",
        login_id=name,
        login_id_again=name,
    )
    return replace(made, **changes)


# -- The outbox ------------------------------------------------------------------------------------------------------


def refused(office):
    """Return the id of a request that the server refused, and would take now."""
    office.server.refusals["/delegations"] = Refused("DEL_WRONG_FIRM")
    found = ask(office)
    office.window.turn()
    office.server.refusals.clear()
    return found


def trying_again(office):
    found = refused(office)
    yield
    office.window.do(outbox.retry, outbox_id=found, now=office.now)


def trying_many_again(office):
    found = [refused(office), refused(office)]
    yield
    office.window.do(outbox.retry_all, outbox_ids=found, now=office.now)


def correcting(office):
    found = refused(office)
    yield
    office.window.do(outbox.amend, outbox_id=found, now=office.now, firm=FIRM.id)


def making_all_due(office):
    ask(office)
    yield
    office.window.do(outbox.make_all_due, now=office.now)


def discarding(office):
    found = ask(office)
    yield
    office.window.do(outbox.discard, outbox_id=found)


def discarding_many(office):
    found = [ask(office), ask(office)]
    yield
    office.window.do(outbox.discard_all, outbox_ids=found)


def taking_back(office):
    found = decide(office, office.active[0], Action.REVOKE)
    yield
    office.window.do(outbox.take_back, outbox_id=found)


# -- Sign-ups --------------------------------------------------------------------------------------------------------


def signing_up(office):
    yield
    office.window.do(signup.submit, draft=a_draft(), now=office.now, new_id=new_uuid())


def saving_a_draft(office):
    yield
    draft = a_draft()
    office.window.do(signup.save_draft, draft=draft, now=office.now)
    office.drafted = {draft.id}


def keeping_a_form(office):
    draft = a_draft()
    version = DraftVersion(draft.id)
    yield
    office.window.do(drafts.keep, draft=draft, version=version, now=office.now, copy_id=new_uuid())
    office.drafted = {draft.id}


def sending_a_form_of_two_windows(office):
    draft = a_draft()
    mine, theirs = DraftVersion(draft.id), DraftVersion(draft.id)
    office.window.do(drafts.keep, draft=draft, version=mine, now=office.now, copy_id=new_uuid())
    theirs.at = mine.at
    office.form = (draft, theirs)
    yield
    office.window.do(drafts.send, draft=draft, version=mine, now=office.now, new_id=new_uuid(), copy_id=new_uuid())


def copying_a_form(office):
    copy = new_uuid()
    yield
    office.window.do(drafts.duplicate, draft=a_draft(), now=office.now, new_id=copy)
    office.drafted = {copy}


def discarding_a_form(office):
    draft = a_draft()
    office.window.do(signup.save_draft, draft=draft, now=office.now)
    yield
    office.window.do(signup.discard_draft, draft_id=draft.id)


def refused_sign_up(office, code="REG_NO_EMAIL"):
    office.server.refusals["/signups"] = Refused(code)
    found = new_uuid()
    office.window.do(signup.submit, draft=a_draft(), now=office.now, new_id=found)
    office.window.turn()
    office.server.refusals.clear()
    return found


def opening_a_form_again(office):
    found = refused_sign_up(office, "ID_TAKEN")
    yield
    office.window.do(signup.reopen, outbox_id=found, now=office.now)


def opening_a_form_again_that_waits(office):
    found, draft = new_uuid(), a_draft()
    office.window.do(signup.submit, draft=draft, now=office.now, new_id=found)
    yield
    office.window.do(signup.reopen, outbox_id=found, now=office.now)


def opening_a_file(office):
    found = refused_sign_up(office)
    yield
    office.window.do(escalation.open_file, outbox_id=found, now=office.now, new_id=new_uuid())


def choosing_a_council(office):
    found = refused_sign_up(office)
    office.window.do(escalation.open_file, outbox_id=found, now=office.now, new_id=new_uuid())
    yield
    office.window.do(escalation.choose_council, outbox_id=found, council=a_council())


def reminding(office):
    found = refused_sign_up(office)
    office.window.do(escalation.open_file, outbox_id=found, now=office.now, new_id=new_uuid())
    yield
    office.window.do(escalation.reminded, outbox_id=found, now=office.now)


def asking_for_the_mail_again(office):
    found = new_uuid()
    office.window.do(signup.submit, draft=a_draft(), now=office.now, new_id=found)
    office.window.turn()
    yield
    office.window.do(signup.resend, outbox_id=found, now=office.now, new_id=new_uuid())


# -- Sessions and the machine ----------------------------------------------------------------------------------------


def signing_in(office):
    yield
    office.window.sign_in()


def signing_out(office):
    yield
    office.window.sign_out()


def signing_out_unheard(office):
    yield
    office.window.do(session.sign_out, unheard_at=office.now)


def switching(office):
    office.terminal.sign_in(OTHER)
    office.terminal.sign_in(ME)
    yield
    office.window.do(accounts.switch, account_id=PEOPLE[OTHER].account_id)


def erasing_another(office):
    office.terminal.sign_in(OTHER)
    office.terminal.sign_in(ME)
    yield
    office.window.do(accounts.delete, account_id=PEOPLE[OTHER].account_id)


def erasing_everybody(office):
    yield
    office.window.do(accounts.delete_all)


def turning(office):
    decide(office, office.active[0], Action.REVOKE)
    decide(office, office.pending[0], Action.APPROVE)
    ask(office)
    office.window.do(signup.submit, draft=a_draft(), now=office.now, new_id=new_uuid())
    yield
    office.window.turn()


def turning_in_two_parts(office):
    decide(office, office.active[0], Action.REVOKE)
    ask(office)
    yield
    office.window.begin_a_turn()
    office.window.end_the_turn()


def locking(office):
    yield
    office.window.do(lock.lock)
    office.locked = True


def unlocking(office):
    office.window.do(lock.lock)
    yield
    office.window.do(lock.open_again, account_id=PEOPLE[ME].account_id)


def choosing_a_pin(office):
    yield
    office.window.do(pin.choose, pin=PIN, again=PIN)


def removing_a_pin(office):
    office.window.do(pin.choose, pin=PIN, again=PIN)
    yield
    office.window.do(pin.remove)


def opening_with_a_pin(office):
    office.window.do(pin.choose, pin=PIN, again=PIN)
    office.window.do(lock.lock)
    yield
    office.window.do(pin.open_desk, pin=PIN)


def choosing_mails(office):
    yield
    office.window.do(
        own_account.queue,
        change=ChooseMails(weekly=True),
        account_id=PEOPLE[ME].account_id,
        now=office.now,
        new_id=new_uuid(),
    )


def reading_notices(office):
    yield
    office.window.do(notices.mark_read)


def keeping_councils(office):
    yield
    office.window.do(registry.keep_councils, found=(a_council(),), now=office.now)


def asking_the_vault_again(office):
    yield
    office.window.do(session.unlock)


MACHINE = {
    "outbox/notices.mark_read": reading_notices,
    "outbox/outbox.retry": trying_again,
    "outbox/outbox.retry_all": trying_many_again,
    "outbox/outbox.amend": correcting,
    "outbox/outbox.make_all_due": making_all_due,
    "outbox/outbox.discard": discarding,
    "outbox/outbox.discard_all": discarding_many,
    "outbox/outbox.take_back": taking_back,
    "registry.keep_councils": keeping_councils,
    "session/accounts.switch": switching,
    "session/accounts.delete": erasing_another,
    "session/accounts.delete_all": erasing_everybody,
    "session/lock.lock": locking,
    "session/lock.open_with_vault": unlocking,
    "session/own_account.queue": choosing_mails,
    "session/pin.choose": choosing_a_pin,
    "session/pin.remove": removing_a_pin,
    "session/pin.open_desk": opening_with_a_pin,
    "session/session.begin": signing_in,
    "session/session.restore": turning,
    "session/session.unlock": asking_the_vault_again,
    "session/session.sign_out": signing_out,
    "session/late_sign_out.keep": signing_out_unheard,
    "signup/drafts.keep": keeping_a_form,
    "signup/drafts.send": sending_a_form_of_two_windows,
    "signup/drafts.duplicate": copying_a_form,
    "signup/escalation.open_file": opening_a_file,
    "signup/escalation.choose_council": choosing_a_council,
    "signup/escalation.reminded": reminding,
    "signup/signup.save_draft": saving_a_draft,
    "signup/signup.discard_draft": discarding_a_form,
    "signup/signup.submit": signing_up,
    "signup/signup.reopen": opening_a_form_again,
    "signup/signup.reopen, of one that waits": opening_a_form_again_that_waits,
    "signup/signup.resend": asking_for_the_mail_again,
    "sync/apply.apply": turning_in_two_parts,
}
"""By the use case of the application."""
