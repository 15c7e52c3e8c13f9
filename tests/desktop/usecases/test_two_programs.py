"""Every use case that writes, once more with a second program acting between any two of its steps.

Nothing that a program said is saved is lost, nothing is done twice, what was taken back is not done, and no session
ends. A use case that is new is in no list: the first test asks for it.
"""

from __future__ import annotations

import ast
import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.domain.saved_view import Look, SavedView
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.usecases.delegations import saved_filters
from comptexpert_desktop.usecases.session import pin_hash
from comptexpert_desktop.usecases.signup import drafts
from tests.desktop.usecases import two_programs
from tests.desktop.usecases.two_programs import ACTS, Office
from tests.desktop.usecases.two_programs_machine import (
    MACHINE,
    correcting,
    discarding,
    opening_a_form_again_that_waits,
    sending_a_form_of_two_windows,
    taking_back,
    trying_again,
    trying_many_again,
    turning,
)
from tests.desktop.usecases.two_programs_rights import RIGHTS
from tests.fakes import new_uuid

USE_CASES = RIGHTS | MACHINE
PUBLIC_COPIES = {
    "catalogue.keep",
    "registry.keep_snapshot",
    "support/local_files.delete_troubles",
    "sync/cache_expiry.expire",
    "sync/epoch.note",
    "sync/retention.ask_again",
    "sync/sync_notices.of_turn",
    "sync/sync_notices.of_time",
}
"""What keeps nothing of a person's, or is a part of a turn."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(pin_hash, "ITERATIONS", 1)
    monkeypatch.setattr(pin_hash, "MEMORY_KIB", 32)


def writers():
    """List the use cases that say what changed: by the custom of this house, those that write."""
    root = Path(two_programs.__file__).parents[3] / "comptexpert_desktop" / "usecases"
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).with_suffix("").as_posix()
        for one in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and one.args.args:
                is_writer = one.returns is not None and ast.unparse(one.returns) == "Topics"
                if one.args.args[0].arg == "stores" and is_writer:
                    yield f"{room}.{one.name}"


def test_every_use_case_that_writes_is_in_the_table():
    assert set(writers()) - set(USE_CASES) == PUBLIC_COPIES


def play(folder, monkeypatch, *, use_case, act, at):
    """Play a use case with an act of another program before one of its steps; returns how many steps there were."""
    with monkeypatch.context() as patch:
        office = Office(folder, patch)
        try:
            steps = office.play(use_case, act=act, at=at)
            office.settle()
            office.check()
        except AssertionError as error:
            pytest.fail(f"{act.__name__} before step {at} of {use_case.__name__}: {error}")
        finally:
            office.close()
    return steps


@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_with_another_program_in_the_middle_loses_doubles_and_ends_nothing(tmp_path, monkeypatch, name):
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    chance = random.Random(f"{seed}/{name}")
    use_case = USE_CASES[name]
    steps = play(tmp_path / "none", monkeypatch, use_case=use_case, act=lambda _office: None, at=None)
    for act in chance.sample(ACTS, 4):
        at = chance.randrange(max(steps, 1))
        play(tmp_path / f"{act.__name__}-{at}", monkeypatch, use_case=use_case, act=act, at=at)


def every_step(folder, monkeypatch, *, use_case, act, stride=1):
    steps = play(folder / "none", monkeypatch, use_case=use_case, act=lambda _office: None, at=None)
    for at in range(0, steps, stride):
        play(folder / str(at), monkeypatch, use_case=use_case, act=act, at=at)


def test_two_windows_never_send_one_form(tmp_path, monkeypatch):
    def sends_it_too(office):
        draft, version = office.form
        options = {"draft": draft, "version": version, "now": office.now, "copy_id": new_uuid()}
        with suppress(NotAllowed):
            office.terminal.do(drafts.send, new_id=new_uuid(), **options)

    every_step(tmp_path, monkeypatch, use_case=sending_a_form_of_two_windows, act=sends_it_too)


@pytest.mark.parametrize("use_case", [trying_again, trying_many_again, correcting])
def test_two_programs_never_ask_twice_for_what_came_back(tmp_path, monkeypatch, use_case):
    every_step(tmp_path, monkeypatch, use_case=use_case, act=two_programs.tries_again)


@pytest.mark.parametrize("act", [two_programs.takes_back, two_programs.forgets])
def test_what_another_program_takes_back_does_not_leave(tmp_path, monkeypatch, act):
    every_step(tmp_path, monkeypatch, use_case=turning, act=act, stride=4)


@pytest.mark.parametrize("use_case", [taking_back, discarding, opening_a_form_again_that_waits])
def test_what_another_program_is_sending_is_not_taken_back(tmp_path, monkeypatch, use_case):
    every_step(tmp_path, monkeypatch, use_case=use_case, act=two_programs.is_in_the_middle_of_a_turn)


def test_two_programs_save_a_view_each(tmp_path, monkeypatch):
    def saves_one_too(office):
        office.terminal.do(saved_filters.keep, role=Role.GRANTOR, view=SavedView("Also", Look("all")))

    def saving(office):
        yield
        office.window.do(saved_filters.keep, role=Role.GRANTOR, view=SavedView("Mine", Look("all")))
        saves_one_too(office)
        assert [one.name for one in office.window.do(saved_filters.every, role=Role.GRANTOR)] == ["Also", "Mine"]

    every_step(tmp_path, monkeypatch, use_case=saving, act=saves_one_too)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_with_another_program_between_any_two_of_its_steps(tmp_path, monkeypatch, name):
    use_case = USE_CASES[name]
    steps = play(tmp_path / "none", monkeypatch, use_case=use_case, act=lambda _office: None, at=None)
    for act in ACTS:
        for at in range(steps):
            play(tmp_path / f"{act.__name__}-{at}", monkeypatch, use_case=use_case, act=act, at=at)
    print(f"{name}: {len(ACTS)} acts at {steps} steps")
