"""The registry from a file: all or nothing, each bad line named, and what follows from a change."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.progress import Meter
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.intake.importing import BadLinesError, import_file
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.registry.selectors import search
from tests.server.visitor import person

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def line(**changes: Any) -> dict[str, Any]:
    base = {
        "registration_number": "1234 5678 9012",
        "surname": "Œuvrard",
        "given_name": "Ève",
        "date_of_birth": "1980-02-29",
        "email": "Eve@Cabinet.example",
        "list": "expert_comptable",
        "status": "active",
        "council": "bretagne",
        "town": "Rennes",
        "postal_code": "35000",
        "firms": [{"siren": "732829320", "name": "Cabinet Test"}],
    }
    return base | changes


def write(folder: Path, *lines: Any, name: str = "registry.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in lines), "utf-8")
    return path


def test_a_line_is_added_then_changed_then_left_alone(tmp_path: Path) -> None:
    assert import_file(write(tmp_path, line()), is_full=False).added == 1
    entry = RegistryEntry.objects.get()
    assert (entry.registration_number, entry.email) == ("123456789012", "eve@cabinet.example")
    assert [one.id for one in search("oeuvr", profile="expert_comptable", limit=5)] == [entry.id]
    assert import_file(write(tmp_path, line(surname="Le Goff")), is_full=False).changed == 1
    assert search("oeuvr", profile="expert_comptable", limit=5) == []
    assert [one.id for one in search("goff", profile="expert_comptable", limit=5)] == [entry.id]
    assert import_file(write(tmp_path, line(surname="Le Goff")), is_full=False).unchanged == 1


def test_csv_has_the_same_columns(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(line()))
        writer.writeheader()
        writer.writerow(line() | {"firms": json.dumps(line()["firms"])})
    assert import_file(path, is_full=False).added == 1
    assert Firm.objects.get().name == "Cabinet Test"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"surname": ""}, "surname", "MISSING"),
        ({"surname": "x" * 121}, "surname", "TOO_LONG"),
        ({"surname": "Mar\x00tin"}, "surname", "CONTROL"),
        ({"surname": "Mar\u202etin"}, "surname", "CONTROL"),
        ({"date_of_birth": "29/02/1980"}, "date_of_birth", "INVALID"),
        ({"date_of_birth": "1981-02-29"}, "date_of_birth", "INVALID"),
        ({"date_of_birth": "2999-01-01"}, "date_of_birth", "INVALID"),
        ({"date_of_birth": "1899-12-31"}, "date_of_birth", "INVALID"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email", "INVALID"),
        ({"surname": "x" * 10_000}, "surname", "TOO_LONG"),
        ({"email": "not an address"}, "email", "INVALID"),
        ({"list": "president"}, "list", "INVALID"),
        ({"status": "asleep"}, "status", "INVALID"),
        ({"council": "atlantis"}, "council", "INVALID"),
        ({"firms": [{"siren": "732829321", "name": "x"}]}, "firms", "INVALID"),
        ({"firms": "not json"}, "firms", "INVALID"),
        ({"password": "x"}, "password", "UNKNOWN"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_taken(
    tmp_path: Path, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(BadLinesError) as fault:
        import_file(write(tmp_path, line(), line(registration_number="2") | changes), is_full=False)
    assert fault.value.lines == {2: [{"field": field, "code": code}]}
    assert not RegistryEntry.objects.exists()


def test_broken_and_repeated_lines_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadLinesError) as fault:
        import_file(write(tmp_path, line(), "{broken\n", "[]\n", line(), "\n"), is_full=False)
    assert set(fault.value.lines) == {2, 3, 4}


def people(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [line(registration_number=f"77{rank:04d}", surname=f"Nom {rank:04d}") | changes for rank in range(count)]


def test_a_file_longer_than_a_batch_is_taken_whole_and_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comptexpert_server.intake.importing.BATCH", 3)
    told: list[tuple[str, int, int]] = []
    file = write(tmp_path, *people(8))
    counts = import_file(file, is_full=False, progress=lambda *step: told.append(step))
    assert (counts.added, counts.changed, counts.unchanged, counts.struck_off) == (8, 0, 0, 0)
    assert [step for step in told if step[0] == "import"] == [("import", 3, 8), ("import", 6, 8), ("import", 8, 8)]
    moved = write(tmp_path, *people(8, town="Vannes", firms=[{"siren": "404833048", "name": "Autre"}]))
    assert import_file(moved, is_full=False, allowed=1).changed == 8
    assert Firm.objects.get(siren="404833048").entries.count() == 8
    assert Firm.objects.get(siren="732829320").entries.count() == 0
    assert import_file(write(tmp_path, *people(2)[:1]), is_full=True, allowed=7).struck_off == 7


def test_an_import_that_is_stopped_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comptexpert_server.intake.importing.BATCH", 3)
    file = write(tmp_path, *people(8))

    def stop(what: str, done: int, _of: int) -> None:
        if (what, done) == ("import", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(file, is_full=False, progress=stop)
    assert not RegistryEntry.objects.exists()
    assert not Firm.objects.exists()


def test_the_meter_rewrites_a_line_on_a_terminal_and_tells_tenths_elsewhere() -> None:
    pipe, terminal = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    for out in (pipe, terminal):
        meter = Meter(out)
        for done in range(0, 1001, 5):
            meter("import", done, 1000)
    assert pipe.getvalue().splitlines() == [f"import {100 * tenth}/1000" for tenth in range(11)]
    assert terminal.getvalue().count("\r") == 201
    assert terminal.getvalue().endswith("1,000 / 1,000\n")


@pytest.mark.usefixtures("crowd")
def test_a_full_import_strikes_off_who_is_absent_and_ends_what_they_granted(tmp_path: Path) -> None:
    grantor, staff = person("ec"), person("staff")
    delegation = Delegation.objects.create(
        firm_id=grantor["firms"][0]["id"],
        service="bibliordre",
        rights=["access"],
        grantor_id=grantor["entry_id"],
        grantee=Account.objects.get(login_id=staff["login_id"]),
        status="ACTIVE",
    )
    counts = import_file(write(tmp_path, line()), is_full=True, allowed=100)
    assert counts.added == 1
    assert counts.struck_off > 50
    delegation.refresh_from_db()
    assert delegation.status == "CEASED"
    assert RegistryEntry.objects.exclude(status="struck_off").count() == 1
