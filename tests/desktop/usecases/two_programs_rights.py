"""What a person does about rights and cabinets, for a window beside which a second program works.

What a use case does before it yields is given.
"""

from __future__ import annotations

from dataclasses import replace

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role, Status
from comptexpert_desktop.domain.importing import checked
from comptexpert_desktop.domain.person_move import Steps
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.domain.saved_view import Look, SavedView
from comptexpert_desktop.usecases.delegations import bulk, delegations, saved_filters
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.firm import departure, firm, grant_template, move, reviews
from comptexpert_desktop.usecases.firm.departure import Leaving
from tests.desktop.usecases.test_two_people import PEOPLE
from tests.desktop.usecases.two_programs import ME
from tests.fakes import FIRM, TODAY, a_catalogue, an_entry, new_uuid
from tests.fakes_review import REVIEW_ID

REASON = "Dossier clos depuis longtemps"


def ids(number):
    return [new_uuid() for _ in range(number)]


def a_request(**changes):
    asked = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", f"Envois {new_uuid()}")
    return replace(asked, **changes)


def decide(office, delegation, action, **said):
    new_id = new_uuid()
    decision = Decision(action, **said)
    office.window.do(delegations.decide, delegation_id=delegation.id, decision=decision, now=office.now, new_id=new_id)
    return new_id


def ask(office):
    new_id = new_uuid()
    office.window.do(delegations.ask, request=a_request(), now=office.now, new_id=new_id)
    return new_id


# -- Rights ----------------------------------------------------------------------------------------------------------


def asking(office):
    yield
    ask(office)


def approving(office):
    yield
    decide(office, office.pending[0], Action.APPROVE)


def revoking(office):
    yield
    decide(office, office.active[0], Action.REVOKE)


def deciding_otherwise(office):
    decide(office, office.pending[0], Action.APPROVE)
    yield
    decide(office, office.pending[0], Action.REFUSE, note=REASON)


def deciding_many(office):
    yield
    query = DelegationQuery(role=Role.GRANTOR)
    agreed = office.window.do(
        bulk.plan, query=query, stretches=[(0, 20)], action=Action.APPROVE, today=office.now.date()
    )
    office.window.do(bulk.keep, agreed=agreed, now=office.now, new_ids=ids(len(agreed.rows) + 1))


def giving_many_up(office):
    query = DelegationQuery(role=Role.GRANTOR)
    agreed = office.window.do(
        bulk.plan, query=query, stretches=[(0, 20)], action=Action.APPROVE, today=office.now.date()
    )
    office.window.do(bulk.keep, agreed=agreed, now=office.now, new_ids=ids(len(agreed.rows) + 1))
    group = office.window.do(bulk.progress).group
    yield
    office.window.do(bulk.give_up, group=group)


def saving_a_view(office):
    yield
    office.window.do(saved_filters.keep, role=Role.GRANTOR, view=SavedView("Mine", Look("all")))


def deleting_a_view(office):
    office.window.do(saved_filters.keep, role=Role.GRANTOR, view=SavedView("Old", Look("all")))
    yield
    office.window.do(saved_filters.delete, role=Role.GRANTOR, name="Old")


def importing_a_table(office):
    text = "Identifiant ou courriel;Service;Droits\ninvite@cabinet.example;jesignexpert;prepare\n"
    found = import_file.read(text.encode(), catalogue=a_catalogue()).lines
    gateways = office.window.gateways
    token = gateways.session.call(gateways.browser.refresh, lambda token: token)
    answer = office.server.import_grants(import_file.as_table(found), dry_run=True, key=new_uuid(), token=token)
    lines = checked(found, answer.lines)
    yield
    office.window.do(importing.queue, lines=lines, outbox_id=new_uuid(), account=PEOPLE[ME].account_id, now=office.now)


# -- Cabinets --------------------------------------------------------------------------------------------------------


def letting_somebody_leave(office):
    row = office.row(office.active[0])
    agreed = office.window.do(departure.plan, row=row, today=TODAY)
    yield
    office.window.do(departure.keep_all, agreed=[agreed], leaving=Leaving(note=REASON), now=office.now, new_ids=ids(20))


def letting_somebody_leave_one_cabinet(office):
    agreed = office.window.do(departure.plan, row=office.row(office.active[0]), today=TODAY)
    yield
    leaving = Leaving(note=REASON)
    office.window.do(departure.keep, agreed=agreed, leaving=leaving, now=office.now, new_ids=ids(agreed.ids_needed))


def cancelling_an_invitation(office):
    yield
    office.window.do(firm.cancel_invitation, delegation_id=office.active[0].id, now=office.now, new_id=new_uuid())


def inviting_again(office):
    invited = replace(office.active[0].grantee, account_id="", login_id="", email="lea@x.example")
    changes = {"grantee": invited, "status": Status.SCHEDULED, "version": 2}
    office.server.delegations[office.active[0].id] = replace(office.active[0], **changes)
    office.window.turn()
    yield
    office.window.do(
        firm.send_again, delegation_id=office.active[0].id, now=office.now, new_ids=(new_uuid(), new_uuid())
    )


def ending_what_nobody_uses(office):
    yield
    office.window.do(firm.end_unused, delegation_id=office.active[0].id, now=office.now, new_id=new_uuid())


def keeping_a_page(office):
    yield
    office.window.do(firm.keep, page=office.page, account_id=PEOPLE[ME].account_id, now=office.now)


def changing_a_cabinet(office):
    change = firm.choose_review_day(office.page, review_on="03-31")
    yield
    office.window.do(
        firm.queue,
        change=change,
        subject="Cabinet",
        account_id=PEOPLE[ME].account_id,
        now=office.now,
        new_id=new_uuid(),
    )


def granting_a_function(office):
    yield
    requested = [a_request(grantee="karim.leroux", firm_id=FIRM.id) for _ in range(2)]
    office.window.do(grant_template.keep, requested=requested, now=office.now, new_ids=ids(3))


def moving_somebody(office):
    steps = Steps(decisions=tuple((office.row(one), Decision(Action.REVOKE)) for one in office.active[:2]))
    mover = move.Mover(
        person=office.active[0].grantee, places=(), why_not={}, me=office.active[0].grantor, catalogue=None
    )
    yield
    office.window.do(move.keep, mover=mover, steps=steps, now=office.now, new_ids=ids(3))


def choose(office, answer, *rights):
    office.window.do(
        reviews.choose,
        firm_id=FIRM.id,
        delegation_ids=[one.id for one in rights or office.active[:2]],
        answer=answer,
        new_id=new_uuid,
    )


def choosing_answers(office):
    yield
    choose(office, Answer.KEEP)
    office.window.do(reviews.send, firm_id=FIRM.id, now=office.now)


def choosing_another_answer(office):
    choose(office, Answer.KEEP)
    yield
    choose(office, Answer.END)
    office.window.do(reviews.send, firm_id=FIRM.id, now=office.now)


def taking_answers_back(office):
    choose(office, Answer.KEEP)
    yield
    office.window.do(reviews.delete, firm_id=FIRM.id, delegation_ids=[office.active[0].id])


def giving_a_review_up(office):
    choose(office, Answer.KEEP)
    office.window.do(reviews.send, firm_id=FIRM.id, now=office.now)
    yield
    office.window.do(reviews.give_up, firm_id=FIRM.id)


def keeping_a_review(office):
    fetched = reviews.Fetched(office.page, office.server.reviews[REVIEW_ID])
    yield
    office.window.do(reviews.keep, fetched=fetched, account_id=PEOPLE[ME].account_id, now=office.now)


RIGHTS = {
    "delegations/delegations.ask": asking,
    "delegations/delegations.decide": approving,
    "delegations/delegations.queue_decision": deciding_otherwise,
    "delegations/bulk.keep": deciding_many,
    "delegations/bulk.queue_all": deciding_many,
    "delegations/bulk.give_up": giving_many_up,
    "delegations/saved_filters.keep": saving_a_view,
    "delegations/saved_filters.delete": deleting_a_view,
    "documents/importing.queue": importing_a_table,
    "firm/departure.keep_all": letting_somebody_leave,
    "firm/departure.keep": letting_somebody_leave_one_cabinet,
    "firm/firm.cancel_invitation": cancelling_an_invitation,
    "firm/firm.send_again": inviting_again,
    "firm/firm.keep": keeping_a_page,
    "firm/firm.queue": changing_a_cabinet,
    "firm/firm.end_unused": ending_what_nobody_uses,
    "firm/grant_template.keep": granting_a_function,
    "firm/move.keep": moving_somebody,
    "firm/reviews.keep": keeping_a_review,
    "firm/reviews.choose": choosing_another_answer,
    "firm/reviews.delete": taking_answers_back,
    "firm/reviews.send": choosing_answers,
    "firm/reviews.give_up": giving_a_review_up,
}
"""By the use case of the application."""
