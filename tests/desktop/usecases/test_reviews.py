"""A yearly review on one machine: answers are on disk before they leave, and each has one effect."""

from __future__ import annotations

from datetime import date

import pytest

from comptexpert_desktop.domain.commands import OpenReview
from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.review import Answer, standing
from comptexpert_desktop.domain.topics import NOTHING
from comptexpert_desktop.errors import NotAllowed, Unreachable
from comptexpert_desktop.usecases.firm import firm, reviews
from tests.fakes import FIRM, NOW, a_delegation, an_account, new_uuid
from tests.fakes_review import REVIEW_ID, a_page, an_item

SENT = {"sent": True}


class Reviewing:
    """A person who reviews the rights of a firm."""

    def __init__(self, desk, many=3):
        self.desk = desk
        desk.sign_in()
        self.rights = [a_delegation(status=Status.ACTIVE, service=f"s{number}") for number in range(many)]
        desk.server.delegations |= {one.id: one for one in self.rights}
        desk.server.reviews[REVIEW_ID] = a_page(*(an_item(one) for one in self.rights))
        page = desk.server.firms[FIRM.id]
        desk.server.firms[FIRM.id] = type(page)(
            **{name: getattr(page, name) for name in page.__slots__ if name != "reviews"},
            reviews=(desk.server.reviews[REVIEW_ID].summary,),
        )
        self.fetch()

    @property
    def ids(self):
        return [one.id for one in self.rights]

    @property
    def account_id(self):
        return self.desk.account.account_id

    def fetch(self):
        found = reviews.fetch(self.desk.gateways, firm_id=FIRM.id, account_id=self.account_id)
        return reviews.keep(self.desk.stores, fetched=found, account_id=self.account_id, now=self.desk.now)

    def seen(self):
        return reviews.desk(self.desk.stores, firm_id="")

    def choose(self, *delegation_ids, answer=Answer.KEEP):
        return reviews.choose(
            self.desk.stores, firm_id=FIRM.id, delegation_ids=delegation_ids, answer=answer, new_id=new_uuid
        )

    def send(self):
        """Send as the screen does, and turn until nothing more can leave."""
        reviews.send(self.desk.stores, firm_id=FIRM.id, now=self.desk.now)
        return self.desk.turn()

    def answers(self):
        return {item.delegation.id: item.answer for item in self.desk.server.reviews[REVIEW_ID].items}


@pytest.fixture
def person(desk):
    return Reviewing(desk)


def test_the_page_is_kept_and_read_without_the_server(person):
    person.desk.restart()
    person.desk.server.faults.append(Unreachable())
    seen = person.seen()
    assert [item.delegation.id for item in seen.page.items] == person.ids
    assert (seen.read_at, seen.firm_id) == (NOW, FIRM.id)


def test_what_is_kept_names_nobody_in_clear(person):
    person.desk.stores.close()
    for path in person.desk.folder.rglob("*.db*"):
        assert b"Leroux" not in path.read_bytes(), path


def test_a_choice_is_on_disk_before_it_leaves_and_outlives_the_program(person):
    person.choose(person.ids[0], answer=Answer.END)
    person.desk.restart()
    (chosen,) = person.seen().chosen.values()
    assert (chosen.answer, chosen.was_sent) == (Answer.END, False)
    assert person.answers()[person.ids[0]] is Answer.NONE


def test_choosing_again_changes_the_answer_and_its_key(person):
    person.choose(person.ids[0], answer=Answer.END)
    first = person.seen().chosen[person.ids[0]]
    assert person.choose(person.ids[0], answer=Answer.END) == NOTHING
    person.choose(person.ids[0], answer=Answer.KEEP)
    second = person.seen().chosen[person.ids[0]]
    assert (second.answer, second.key == first.key) == (Answer.KEEP, False)


def test_progress_counts_what_is_chosen_and_what_waits(person):
    person.choose(person.ids[0])
    seen = person.seen()
    found = standing(seen.page, chosen=seen.chosen)
    assert (found.total, found.reviewed, found.waiting, found.chosen) == (3, 1, 2, 1)


def test_answers_leave_and_the_page_says_so(person):
    person.choose(person.ids[0], person.ids[1])
    person.choose(person.ids[2], answer=Answer.END)
    person.send()
    assert list(person.answers().values()) == [Answer.KEEP, Answer.KEEP, Answer.END]
    assert person.seen().chosen == {}
    assert person.seen().page.item(person.ids[2]).answer is Answer.END


def test_endings_leave_first_and_many_go_in_one_call(desk):
    person = Reviewing(desk, many=450)
    person.choose(*person.ids[:449])
    person.choose(person.ids[449], answer=Answer.END)
    person.send()
    calls = desk.server.answer_calls
    assert [len(call) for call in calls] == [150, 150, 150]
    assert calls[0][0].answer is Answer.END
    assert person.seen().chosen == {}


def test_a_lost_answer_is_asked_for_again_under_the_same_key(person):
    person.choose(person.ids[0], answer=Answer.END)
    person.desk.server.answer_losses.append(Unreachable(data=SENT))
    assert person.send().network == "NET_OFFLINE"
    person.desk.restart()
    (chosen,) = person.seen().chosen.values()
    assert chosen.was_sent
    assert person.desk.states()[chosen.key] == ("unknown", "OUTBOX_UNKNOWN")
    person.desk.turn()
    first, second = person.desk.server.answer_calls
    assert first[0].key == second[0].key
    assert person.seen().chosen == {}
    assert person.desk.server.reviews[REVIEW_ID].item(person.ids[0]).delegation.version == 2


def test_a_choice_that_left_is_not_taken_back_in_silence(person):
    person.choose(person.ids[0], person.ids[1])
    person.desk.server.answer_losses.append(Unreachable(data=SENT))
    person.send()
    person.choose(person.ids[2])
    reviews.delete(person.desk.stores, firm_id=FIRM.id, delegation_ids=person.ids)
    assert sorted(person.seen().chosen) == sorted(person.ids[:2])
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        person.choose(person.ids[0], answer=Answer.END)


def test_what_has_not_left_is_given_up_and_may_be_chosen_again(person):
    person.choose(*person.ids)
    person.desk.server.faults.extend([Unreachable(data={"sent": False})] * 4)
    person.send()
    reviews.give_up(person.desk.stores, firm_id=FIRM.id)
    assert person.desk.states() == {}
    assert [one.was_sent for one in person.seen().chosen.values()] == [False] * 3
    person.choose(person.ids[0], answer=Answer.END)
    person.desk.server.faults.clear()
    person.send()
    assert list(person.answers().values()) == [Answer.END, Answer.KEEP, Answer.KEEP]


def test_an_answer_that_a_version_before_had_sent_leaves_under_its_key(person):
    person.choose(person.ids[0], answer=Answer.END)
    (chosen,) = person.seen().chosen.values()
    person.desk.stores.account.database.execute("UPDATE review_answer SET was_sent = 1")
    person.desk.turn()
    assert [one.key for call in person.desk.server.answer_calls for one in call] == [chosen.key]
    assert person.answers()[person.ids[0]] is Answer.END


def test_a_right_that_moved_is_shown_as_it_is_and_chosen_again(person):
    person.choose(person.ids[0])
    page = person.desk.server.reviews[REVIEW_ID]
    moved = an_item(a_delegation(delegation_id=person.ids[0], status=Status.SUSPENDED, version=2))
    person.desk.server.reviews[REVIEW_ID] = type(page)(page.summary, (moved, *page.items[1:]))
    person.send()
    seen = person.seen()
    assert seen.chosen[person.ids[0]].code == "DEL_STALE"
    assert seen.page.item(person.ids[0]).delegation.status is Status.SUSPENDED
    assert standing(seen.page, chosen=seen.chosen).refused == 1
    person.choose(person.ids[0])
    person.send()
    assert person.answers()[person.ids[0]] is Answer.KEEP


def test_what_somebody_else_answered_needs_no_answer_any_more(person):
    person.choose(person.ids[0])
    page = person.desk.server.reviews[REVIEW_ID]
    done = an_item(person.rights[0], answer=Answer.KEEP)
    person.desk.server.reviews[REVIEW_ID] = type(page)(page.summary, (done, *page.items[1:]))
    person.fetch()
    assert person.seen().chosen == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grantee": "self"}, "DEL_SELF"),
        ({"status": Status.REVOKED}, "REVIEW_ITEM_OVER"),
        ({"summary": "closed"}, "REVIEW_CLOSED"),
    ],
)
def test_what_may_not_be_answered_is_refused_here(desk, change, code):
    person = Reviewing(desk, many=1)
    fields = {"status": Status.ACTIVE} | {name: value for name, value in change.items() if name == "status"}
    if "grantee" in change:
        fields["grantee"] = an_account()
    right = a_delegation(**fields)
    desk.server.reviews[REVIEW_ID] = a_page(an_item(right), status=change.get("summary", "open"))
    person.fetch()
    with pytest.raises(NotAllowed, match=code):
        person.choose(right.id)


def test_opening_a_review_shows_it(desk):
    desk.sign_in()
    right = a_delegation(status=Status.ACTIVE)
    desk.server.delegations[right.id] = right
    account_id = desk.account.account_id
    change = OpenReview(FIRM.id, date(2026, 4, 11))
    ids = [new_uuid(), new_uuid()]
    for new_id in ids:
        firm.queue(desk.stores, change=change, subject="", account_id=account_id, now=desk.now, new_id=new_id)
        desk.turn()
    assert [desk.states()[one] for one in ids] == [("sent", ""), ("needs_you", "REVIEW_OPEN")]
    found = reviews.fetch(desk.gateways, firm_id=FIRM.id, account_id=account_id)
    assert [item.delegation.id for item in found.review.items] == [right.id]


def test_a_firm_that_never_had_one_says_so(desk):
    desk.sign_in()
    assert reviews.desk(desk.stores, firm_id="").read_at is None
    found = reviews.fetch(desk.gateways, firm_id=FIRM.id, account_id=desk.account.account_id)
    reviews.keep(desk.stores, fetched=found, account_id=desk.account.account_id, now=desk.now)
    seen = reviews.desk(desk.stores, firm_id="")
    assert (seen.page, seen.read_at) == (None, NOW)


def test_somebody_who_grants_nothing_has_no_review(desk):
    desk.account = an_account("karim.leroux", may_grant=False)
    desk.restart()
    desk.sign_in()
    assert reviews.desk(desk.stores, firm_id="").firms == ()
