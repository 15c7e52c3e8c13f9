"""Files that people really send: each gives the right value or an error by line, and none harms."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.intake.file_lines import UnreadableFileError
from comptexpert_server.intake.importing import BadLinesError, WideChangeError, import_file
from comptexpert_server.registry.models import Firm, RegistryEntry
from tests import made_once
from tests.server.served import PROGRAM
from tests.server.visitor import call, person

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
COLUMNS = (
    "registration_number", "surname", "given_name", "date_of_birth", "email", "list", "status", "council", "town",
    "postal_code", "firms",
)  # fmt: skip
HEAD = ";".join(COLUMNS)
RIGHT = "123456789012;Œuvrard;Ève;1980-02-29;eve@cabinet.example;expert_comptable;active;bretagne;Rennes;35000;[]"


def line(**changes: Any) -> dict[str, Any]:
    base = {
        "registration_number": "123456789012", "surname": "Œuvrard", "given_name": "Ève",
        "date_of_birth": "1980-02-29", "email": "eve@cabinet.example", "list": "expert_comptable", "status": "active",
        "council": "bretagne", "town": "Rennes", "postal_code": "35000",
        "firms": [{"siren": "732829320", "name": "Cabinet Test"}],
    }  # fmt: skip
    return base | changes


def jsonl(**changes: Any) -> bytes:
    return (json.dumps(line(**changes)) + "\n").encode()


def cell(column: str, value: str) -> bytes:
    cells = RIGHT.split(";")
    cells[COLUMNS.index(column)] = value
    return f"{HEAD}\n{';'.join(cells)}\n".encode()


BROKEN: dict[str, tuple[str, bytes, dict[int, list[tuple[str, str]]]]] = {
    "nothing": ("a.jsonl", b"", {1: [("file", "EMPTY")]}),
    "blank lines": ("a.jsonl", b"\n \n\n", {1: [("file", "EMPTY")]}),
    "a mark and nothing": ("a.csv", b"\xef\xbb\xbf", {1: [("file", "EMPTY")]}),
    "columns and no row": ("a.csv", f"{HEAD}\n".encode(), {1: [("file", "EMPTY")]}),
    "a column less": ("a.csv", b"surname;given_name\nA;B\n", {1: [("file", "COLUMNS")]}),
    "a column twice": ("a.csv", f"{HEAD};town\n{RIGHT};x\n".encode(), {1: [("file", "COLUMNS")]}),
    "another delimiter": ("a.csv", HEAD.replace(";", "#").encode() + b"\n", {1: [("file", "COLUMNS")]}),
    "no columns at all": ("a.csv", f"{RIGHT}\n".encode(), {1: [("file", "COLUMNS")]}),
    "an open quote": ("a.csv", f'{HEAD}\n{RIGHT}\n"{RIGHT}\n'.encode(), {3: [("line", "UNREADABLE")]}),
    "a quote within": ("a.csv", cell("surname", '"Œuv"rard'), {2: [("line", "UNREADABLE")]}),
    "a cell of 140,000 letters": ("a.csv", cell("surname", "x" * 140_000), {2: [("line", "UNREADABLE")]}),
    "cells too many": ("a.csv", f"{HEAD}\n{RIGHT};x;y\n".encode(), {2: [("line", "TOO_MANY_CELLS")]}),
    "cells too few": ("a.csv", f"{HEAD}\n{RIGHT.rpartition(';')[0]}\n".encode(), {2: [("firms", "INVALID")]}),
    "a number of hyphens": ("a.csv", cell("registration_number", "- - -"), {2: [("registration_number", "INVALID")]}),
    "a number of a spreadsheet": (
        "a.csv", cell("registration_number", "1,00E+11"), {2: [("registration_number", "INVALID")]},
    ),
    "an empty number": ("a.csv", cell("registration_number", " "), {2: [("registration_number", "MISSING")]}),
    "a date of a spreadsheet": ("a.csv", cell("date_of_birth", "29280"), {2: [("date_of_birth", "INVALID")]}),
    "a date with slashes": ("a.csv", cell("date_of_birth", "29/02/1980"), {2: [("date_of_birth", "INVALID")]}),
    "a date in words": ("a.csv", cell("date_of_birth", "1er février 1970"), {2: [("date_of_birth", "INVALID")]}),
    "a day without month": ("a.csv", cell("date_of_birth", "1958-00-12"), {2: [("date_of_birth", "INVALID")]}),
    "month 13": ("a.csv", cell("date_of_birth", "00/13/1958"), {2: [("date_of_birth", "INVALID")]}),
    "a year to come": ("a.csv", cell("date_of_birth", "00/00/2999"), {2: [("date_of_birth", "INVALID")]}),
    "firms that are no JSON": ("a.csv", cell("firms", "Cabinet Test"), {2: [("firms", "INVALID")]}),
    "firms too deep": ("a.csv", cell("firms", "[" * 5000), {2: [("firms", "INVALID")]}),
    "an e-mail list": ("a.jsonl", jsonl(email=["a@b.example"]), {1: [("email", "INVALID")]}),
    "an e-mail number": ("a.jsonl", jsonl(email=7), {1: [("email", "INVALID")]}),
    "a name that is a number": ("a.jsonl", jsonl(surname=7), {1: [("surname", "INVALID")]}),
    "a status that is a list": ("a.jsonl", jsonl(status=["active"]), {1: [("status", "INVALID")]}),
    "a list that is an object": ("a.jsonl", jsonl(list={}), {1: [("list", "INVALID")]}),
    "a date that is a number": ("a.jsonl", jsonl(date_of_birth=0), {1: [("date_of_birth", "INVALID")]}),
    "a number that is a number": (
        "a.jsonl", jsonl(registration_number=123456789012), {1: [("registration_number", "INVALID")]},
    ),
    "a lone surrogate": ("a.jsonl", jsonl(surname="\ud800"), {1: [("surname", "CONTROL")]}),
    "no firms": ("a.jsonl", jsonl(firms=None), {1: [("firms", "INVALID")]}),
    "a member twice": ("a.jsonl", b'{"surname":"A","surname":"B"}\n', {1: [("line", "UNREADABLE")]}),
    "brackets without end": ("a.jsonl", b"[" * 50_000, {1: [("line", "UNREADABLE")]}),
    "a line cut in the middle": ("a.jsonl", jsonl() + jsonl(registration_number="2")[:80], {2: [("line", "UNREADABLE")]}),
    "two encodings": ("a.csv", cell("surname", "Œuvrard") + "é".encode("cp1252"), {3: [("file", "ENCODING")]}),
    "bytes of nobody": ("a.jsonl", b'{"surname": "\x81\x8d"}\n', {1: [("file", "ENCODING")]}),
    "UTF-16 cut in a letter": ("a.csv", f"{HEAD}\n{RIGHT}\n".encode("utf-16")[:-1], {1: [("file", "ENCODING")]}),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", {1: [("file", "COLUMNS")]}),
}  # fmt: skip


def faults(folder: Path, name: str, content: bytes) -> dict[int, list[tuple[str, str]]]:
    path = folder / name
    path.write_bytes(content)
    try:
        import_file(path, is_full=True)
    except UnreadableFileError as fault:
        return {fault.line: [("file", fault.code)]}
    except BadLinesError as fault:
        return {place: [(one["field"], one["code"]) for one in found] for place, found in fault.lines.items()}
    return {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_by_line_and_harms_nobody(tmp_path: Path, name: str) -> None:
    before = tmp_path / "before.jsonl"
    before.write_bytes(jsonl(registration_number="99"))
    import_file(before, is_full=True)
    file, content, expected = BROKEN[name]
    assert faults(tmp_path, file, content) == expected
    assert list(RegistryEntry.objects.values_list("registration_number", "status")) == [("99", "active")]


def test_there_are_forty_broken_files() -> None:
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_what_a_spreadsheet_writes_is_read_right(tmp_path: Path, delimiter: str, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    text = f"{mark}{HEAD.upper()}\r\n {RIGHT} \r\n;;;;;;;;;;\r\n".replace(";", delimiter)
    path = tmp_path / "registre.csv"
    path.write_bytes(text.encode(encoding))
    assert import_file(path, is_full=False).added == 1
    entry = RegistryEntry.objects.get()
    found = (entry.registration_number, entry.surname, entry.given_name, entry.council, entry.birth, entry.email)
    assert found == ("123456789012", "Œuvrard", "Ève", "bretagne", "1980-02-29", "eve@cabinet.example")


def test_what_is_kept_is_what_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    spaced = {name: f" {line()[name]} " for name in ("list", "status", "council", "town", "date_of_birth")}
    path.write_bytes(jsonl(registration_number=" n° 1234-5678 9012 ", **spaced))
    assert import_file(path, is_full=False).added == 1
    entry = RegistryEntry.objects.get()
    assert (entry.registration_number, entry.list, entry.status, entry.council, entry.town) == (
        "123456789012", "expert_comptable", "active", "bretagne", "Rennes",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("00/00/1958", "1958-00-00"),
        ("1958-00-00", "00/00/1958"),
        ("00/03/1958", "1958-03-00"),
        ("1958-03-00", "1958-03-00"),
    ],
)
def test_a_member_whose_day_of_birth_nobody_knows_signs_up(tmp_path: Path, written: str, typed: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl(date_of_birth=written))
    import_file(path, is_full=False)
    entry = RegistryEntry.objects.get()
    body = {"profile": "expert_comptable", "entry_id": str(entry.pk), "login_id": "eve.oeuvrard"}
    for wrong in ("1958-01-01", "1958-03-01", "1959-00-00", "1958-04-00"):
        assert call("/signups", body | {"date_of_birth": wrong}).json()["code"] == "REG_DOB_MISMATCH"
    answer = call("/signups", body | {"date_of_birth": typed})
    assert answer.status_code == 202, answer.content
    assert import_file(path, is_full=False).unchanged == 1
    path.write_bytes(jsonl(date_of_birth="1958-03-07"))
    assert import_file(path, is_full=False).changed == 1
    assert RegistryEntry.objects.get().birth == "1958-03-07"


def test_a_cut_file_strikes_nobody_off(crowd: None, tmp_path: Path) -> None:
    grantor, staff = person("ec"), person("staff")
    delegation = Delegation.objects.create(
        firm_id=grantor["firms"][0]["id"], service="bibliordre", rights=["access"], grantor_id=grantor["entry_id"],
        grantee=Account.objects.get(login_id=staff["login_id"]), status="ACTIVE",
    )  # fmt: skip
    standing = RegistryEntry.objects.exclude(status="struck_off").count()
    path = tmp_path / "cut.jsonl"
    path.write_bytes(jsonl())
    with pytest.raises(WideChangeError) as fault:
        import_file(path, is_full=True)
    assert fault.value.report.struck_off > 50
    assert RegistryEntry.objects.exclude(status="struck_off").count() == standing
    delegation.refresh_from_db()
    assert delegation.status == "ACTIVE"
    with pytest.raises(WideChangeError):
        import_file(path, is_full=True, allowed=fault.value.report.struck_off - 1)


def test_a_dry_run_names_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl() + jsonl(registration_number="2", email="lou@cabinet.example"))
    import_file(path, is_full=False)
    path.write_bytes(
        jsonl(town="Vannes", firms=[]) + jsonl(registration_number="3", email="lou@cabinet.example", firms=[])
    )
    report = import_file(path, is_full=True, is_dry_run=True)
    assert report.changes == {"123456789012": ("firms", "town"), "3": ()}
    assert (report.gone, report.firms_closed, report.renumbered) == (["2"], 1, [("2", "3")])
    assert set(RegistryEntry.objects.values_list("registration_number", flat=True)) == {"123456789012", "2"}
    assert Firm.objects.get().entries.count() == 2


def test_cabinets_left_empty_ask_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl())
    import_file(path, is_full=False)
    path.write_bytes(jsonl(firms=[]))
    with pytest.raises(WideChangeError):
        import_file(path, is_full=False)
    assert import_file(path, is_full=False, allowed=1).firms_closed == 1


def test_a_large_cabinet_that_most_people_leave_asks_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"

    def people(staying: int) -> bytes:
        here = b"".join(jsonl(registration_number=f"1{rank}", email="") for rank in range(staying))
        gone = b"".join(jsonl(registration_number=f"1{rank}", email="", firms=[]) for rank in range(staying, 10))
        other = [{"siren": "552100554", "name": "Autre cabinet"}]
        return here + gone + b"".join(jsonl(registration_number=f"2{rank}", email="", firms=other) for rank in range(9))

    path.write_bytes(people(10))
    import_file(path, is_full=True)
    path.write_bytes(people(4))
    with pytest.raises(WideChangeError) as fault:
        import_file(path, is_full=True)
    found = fault.value.report
    assert (found.struck_off, found.firms_closed, found.firms_halved) == (0, 0, ["732829320"])
    assert import_file(path, is_full=True, is_dry_run=True).firms_halved == ["732829320"]
    path.write_bytes(people(5))
    assert import_file(path, is_full=True).firms_halved == [], "half stays"
    path.write_bytes(people(10))
    import_file(path, is_full=True)
    path.write_bytes(people(4))
    assert import_file(path, is_full=True, allowed=1).firms_halved == ["732829320"]


@pytest.mark.own_database
def test_the_command_tells_by_its_exit_code(tmp_path: Path) -> None:
    environment = os.environ | {"COMPTEXPERT_DATA_DIR": str(tmp_path / "data"), "COMPTEXPERT_DATABASE_URL": ""}
    made_once.lay(tmp_path / "data")

    def run(content: bytes, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        done = subprocess.run(
            [*PROGRAM, "import-registry", str(path), *options], env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    two = jsonl() + jsonl(registration_number="2")
    code, out, _err = run(two, "--dry-run")
    assert (code, [json.loads(one)["change"] for one in out.splitlines()[:2]]) == (0, ["added", "added"])
    assert run(two)[0] == 0
    code, _out, err = run(b"", "--full")
    assert (code, json.loads(err)) == (1, {"line": 1, "errors": [{"field": "file", "code": "EMPTY"}]})
    code, _out, err = run(jsonl(), "--full")
    assert code == 1
    assert "--allow-strike-off" in err
    assert run(jsonl(), "--full", "--dry-run")[0] == 0
    code, out, _err = run(jsonl(), "--full", "--allow-strike-off", "1")
    assert (code, json.loads(out)["struck_off"]) == (0, 1)
