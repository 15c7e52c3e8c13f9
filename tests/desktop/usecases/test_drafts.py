"""Two windows on one form, a full disk, a copy, a file of one's own: nothing that was entered is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft
from comptexpert_desktop.errors import InvalidInput, NotAllowed, StoreError, VaultUnavailable
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.signup import drafts, signup
from comptexpert_desktop.usecases.signup.drafts import DraftVersion
from tests.fakes import an_entry, new_uuid

DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1975, 6, 2),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
    alternates=("claire.aubier2",),
)
STAFF = SignupDraft(
    id=DraftId("d2"),
    profile=Profile.OTHER,
    kind=OtherKind.FIRM_STAFF,
    email="karim@cabinet.example",
    given_name="Karim",
    surname="Leroux",
    firm_hint="Cabinet <b>Aubier</b>",
    login_id="karim.leroux",
    login_id_again="karim.leroux",
    first_requests=(FirstRequest("jesignexpert", ("prepare",), "Préparer les envois de paie", date(2027, 1, 1)),),
)
HEAD = SignupDraft(
    id=DraftId("d3"),
    profile=Profile.AGC_HEAD,
    also_expert=False,
    email="head@agc.example",
    given_name="Ève",
    surname="Le Goff",
    agc_name="AGC des Abers",
    agc_siren="732829320",
    login_id="eve.legoff",
    login_id_again="eve.legoff",
)


class Window:
    """One window on a form."""

    def __init__(self, desk, draft):
        self.desk, self.draft = desk, draft
        self.version = DraftVersion(draft.id, at=draft.updated_at)

    def keep(self, **changes):
        self.draft = replace(self.draft, **changes)
        self.desk.later(seconds=1)
        drafts.keep(self.desk.stores, draft=self.draft, version=self.version, now=self.desk.now, copy_id=new_uuid())

    def send(self):
        self.desk.later(seconds=1)
        drafts.send(
            self.desk.stores,
            draft=self.draft,
            version=self.version,
            now=self.desk.now,
            new_id=new_uuid(),
            copy_id=new_uuid(),
        )


def kept(desk):
    return sorted(draft.firm_hint for draft in signup.drafts(desk.stores))


def two_windows(desk):
    signup.save_draft(desk.stores, draft=DRAFT, now=desk.now)
    [stored] = signup.drafts(desk.stores)
    return Window(desk, stored), Window(desk, stored)


def test_one_window_keeps_one_form_however_often(desk):
    window = Window(desk, replace(DRAFT, updated_at=None))
    for text in ("a", "ab", "abc"):
        window.keep(firm_hint=text)
    assert kept(desk) == ["abc"]


def test_two_windows_on_one_form_lose_nothing_and_the_second_is_told(desk):
    first, second = two_windows(desk)
    first.keep(firm_hint="first")
    with pytest.raises(NotAllowed) as told:
        second.keep(firm_hint="second")
    assert told.value.code == "DRAFT_ELSEWHERE"
    first.keep(firm_hint="first again")
    second.keep(firm_hint="second again")
    assert kept(desk) == ["first again", "second again"]


@pytest.mark.parametrize("ending", ["sent", "discarded"])
def test_a_form_that_another_window_ended_is_kept_as_a_copy(desk, ending):
    first, second = two_windows(desk)
    if ending == "sent":
        first.send()
    else:
        signup.discard_draft(desk.stores, draft_id=DRAFT.id)
    with pytest.raises(NotAllowed, match="DRAFT_ELSEWHERE"):
        second.keep(firm_hint="second")
    assert kept(desk) == ["second"]


def test_a_form_that_another_window_sent_is_not_sent_twice(desk):
    first, second = two_windows(desk)
    first.send()
    with pytest.raises(NotAllowed, match="DRAFT_ELSEWHERE"):
        second.send()
    assert len(outbox.entries(desk.stores)) == 1
    assert len(signup.drafts(desk.stores)) == 1


def test_a_form_is_sent_from_its_window_and_leaves_no_draft(desk):
    window = Window(desk, replace(DRAFT, updated_at=None))
    window.keep(firm_hint="x")
    window.send()
    assert signup.drafts(desk.stores) == ()
    assert len(outbox.entries(desk.stores)) == 1


def test_a_full_disk_is_told_and_what_was_kept_before_stays(desk):
    window = Window(desk, replace(DRAFT, updated_at=None))
    window.keep(firm_hint="before")
    database = desk.stores.signups.database
    [size] = database.one("PRAGMA page_count")
    database.rows(f"PRAGMA max_page_count = {size}")
    with pytest.raises(StoreError) as told:
        window.keep(firm_hint="x" * 60_000)
    assert told.value.code == "STORE_FULL"
    assert kept(desk) == ["before"]
    database.rows("PRAGMA max_page_count = 1000000")
    window.keep()
    assert kept(desk) == ["x" * 60_000]


def test_without_a_keyring_a_form_is_known_to_be_in_memory_only(desk):
    desk.vault.failure = VaultUnavailable()
    window = Window(desk, replace(DRAFT, updated_at=None))
    window.keep(firm_hint="x")
    assert window.version.in_memory
    desk.vault.failure = None
    desk.stores.unlock()
    window.keep(firm_hint="y")
    assert not window.version.in_memory
    assert kept(desk) == ["y"]


def test_a_copy_is_a_form_of_its_own_without_the_identifiants(desk):
    signup.save_draft(desk.stores, draft=DRAFT, now=desk.now)
    drafts.duplicate(desk.stores, draft=DRAFT, now=desk.now + timedelta(seconds=1), new_id="copy")
    copy, first = signup.drafts(desk.stores)
    assert (copy.id, copy.login_id, copy.login_id_again, copy.alternates) == ("copy", "", "", ())
    assert copy.entry == first.entry
    assert first.login_id == "claire.aubier"


@pytest.mark.parametrize("draft", [DRAFT, STAFF, HEAD, SignupDraft(id=DraftId("d"), profile=Profile.TRAINEE)])
def test_a_form_comes_back_from_its_file(draft):
    read = drafts.from_file(drafts.to_file(draft), draft_id=draft.id)
    where = {"town": "", "council": "", "registration_number": ""}
    requested = draft if draft.entry is None else replace(draft, entry=draft.entry._replace(**where))
    if draft.entry is not None:
        read = replace(read, surname="", given_name="")
    assert replace(read, also_expert=None) == replace(requested, also_expert=None)


def test_a_file_holds_nothing_of_another_profile():
    changed = replace(STAFF, profile=Profile.TRAINEE, date_of_birth=date(1990, 1, 1))
    document = json.loads(drafts.to_file(changed))
    assert "email" not in document
    assert "first_requests" not in document
    assert "password" not in str(document)


def test_a_form_without_a_profile_has_no_file():
    with pytest.raises(InvalidInput):
        drafts.to_file(SignupDraft(id=DraftId("d")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"profile": "king"}',
        b'{"profile": "trainee", "password": "x"}',
        b'{"profile": "other", "first_requests": [1]}',
        b'{"profile": "other", "first_requests": [{"service": "x"}]}',
        b'{"profile": "trainee", "surname": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_a_file_that_is_no_form_is_told(content):
    with pytest.raises(InvalidInput):
        drafts.from_file(content, draft_id="d")


def test_a_chosen_entry_is_shown_by_name_after_a_file():
    read = drafts.from_file(drafts.to_file(DRAFT), draft_id="d")
    assert read.entry == RegistryEntry(EntryId(an_entry().entry_id), "Aubier", "Claire", "", "", "expert_comptable")
