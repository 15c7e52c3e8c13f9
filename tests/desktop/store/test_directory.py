"""The local registry finds exactly whom the contract says, in its order."""

from __future__ import annotations

import random
import sqlite3

import pytest

from comptexpert_desktop.domain.profile import PUBLIC_LISTS, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.errors import StoreDamaged, StoreError
from comptexpert_desktop.store import registry_index
from comptexpert_desktop.store.registry_snapshot import Directory
from tests.desktop.domain import oracle
from tests.fakes import NOW, an_entry

STEMS = ["martin", "le gall", "legall", "de la tour", "d’aubigné", "dupont", "lefèvre", "œuvrard", "o'brien", "ait ali"]
STEMS += [
    "saint-martin",
    "müller",
    "strauß",
    "van der berg",
    "guéguen",
    "abad",
    "martinez",
    "marten",
    "νικος",
    "ben said",
]
GIVEN = ["Jean", "Anne-Marie", "Zoé", "Élodie", "Luc", "Jérôme", "Marie Laure", "Noël"]
QUERIES = [
    "m",
    "ma",
    "MARTIN",
    "martin j",
    "le gall je",
    "legall",
    "gall",
    "tour",
    "de la tour a",
    "l",
    "d",
    "oeu",
    "o brien",
]
QUERIES += [
    "strauss",
    "Mül",
    "saint",
    "aubigne",
    "d'aubigné z",
    "berg",
    "ali",
    "νικ",
    "140",
    "1400 0001",
    "zzz",
    "",
    "-",
    "ait",
]
TYPOS = [
    "matrin",
    "lefevbre",
    "dupotn",
    "gueguenn",
    "martn",
    "dpuont",
    "straus x",
    "xmartin",
    "oeuvrad",
    "νικοσα",
    "zzzzz",
]


def people(count: int = 400, *, seed: int = 7) -> list[RegistryEntry]:
    chance = random.Random(seed)
    made = []
    for rank in range(count):
        surname = chance.choice(STEMS)
        if chance.random() < 0.3:
            surname += chance.choice([" ", "-", "\u00a0"]) + chance.choice(STEMS)
        surname = chance.choice([surname, surname.upper(), surname.title()])
        made.append(
            RegistryEntry(
                entry_id=EntryId(f"{chance.getrandbits(64):016x}"),
                surname=surname,
                given_name=chance.choice(GIVEN),
                town="Rennes",
                council="bretagne",
                list=chance.choice(["expert_comptable"] * 6 + ["honorary", "agc_employee_83_ter"]),
                registration_number=f"{1400_0000_0000 + rank * 7}",
            )
        )
    return made


def rows(entries):
    return [one._asdict() | {"postal_code": "35000"} for one in entries]


@pytest.fixture
def directory(tmp_path):
    opened = Directory(tmp_path / "registry.db")
    yield opened
    opened.close()


@pytest.fixture
def everyone(directory):
    everyone = people()
    directory.replace(rows=rows(everyone), version=5, generated_at="2026-03-12T06:00:00Z", server="s")
    return everyone


def ids(answer):
    return [one.entry_id for one in answer.entries]


@pytest.mark.parametrize("query", QUERIES + TYPOS)
@pytest.mark.parametrize("profile", [None, *PUBLIC_LISTS])
def test_every_query_finds_what_the_plain_reading_of_the_contract_finds(directory, everyone, query, profile):
    listed = [one for one in everyone if profile is None or one.list == profile]
    expected = oracle.search(listed, query)
    answer = directory.search(query, profile=profile, limit=20)
    assert ids(answer) == expected[:20]
    assert answer.has_more == (len(expected) > 20)


def test_prefixes_of_real_names_agree_too(directory, everyone):
    chance = random.Random(11)
    for one in chance.sample(everyone, 60):
        line = f"{one.surname} {one.given_name}"
        query = line[: chance.randint(1, len(line))]
        assert ids(directory.search(query, profile=None, limit=20)) == oracle.search(everyone, query)[:20], query


def test_an_answer_says_how_old_the_copy_is(directory, everyone):
    assert directory.search("m", profile=None, limit=1).snapshot_date.isoformat() == "2026-03-12T06:00:00+00:00"
    assert (directory.version, directory.server, directory.count()) == (5, "s", len(everyone))


def test_an_empty_copy_finds_nobody(directory):
    assert directory.search("martin", profile=Profile.EXPERT_COMPTABLE, limit=20).entries == ()
    assert directory.version == 0


def tables(path):
    with sqlite3.connect(path) as connection:
        found = {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall())
            for name in ("person", "token", "number")
        }
    connection.close()
    return found


def test_a_delta_leads_where_a_full_copy_does(directory, everyone, tmp_path):
    gone, moved, fresh = everyone[:10], everyone[10:20], people(10, seed=99)
    changed = [one._replace(surname=f"{one.surname}-Nouveau", list="honorary") for one in moved]
    delta = [{"entry_id": one.entry_id, "deleted": True} for one in gone] + rows(changed) + rows(fresh)
    directory.change(rows=delta, version=6, generated_at="2026-03-13T06:00:00Z")
    full = Directory(tmp_path / "full.db")
    full.replace(rows=rows(changed + everyone[20:] + fresh), version=6, generated_at="", server="s")
    full.close()
    assert directory.version == 6
    assert tables(tmp_path / "registry.db") == tables(tmp_path / "full.db")


def test_a_copy_that_breaks_on_the_way_leaves_the_old_one(directory, everyone):
    broken = [*rows(people(5, seed=3)), {"entry_id": "x"}]
    with pytest.raises(KeyError):
        directory.replace(rows=broken, version=9, generated_at="", server="s")
    with pytest.raises(KeyError):
        directory.change(rows=broken, version=9, generated_at="")
    assert directory.version == 5
    assert ids(directory.search("m", profile=None, limit=20)) == oracle.search(everyone, "m")[:20]


def test_the_making_of_a_copy_tells_how_far_it_is(directory, everyone):
    told = []
    directory.replace(rows=rows(everyone), version=6, generated_at="", server="s", progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert len(set(told)) > 3


@pytest.mark.parametrize("moment", [0, 0.3, 0.4, 0.7, 1])
def test_a_copy_that_is_cancelled_leaves_the_old_one_and_nothing_else(directory, everyone, tmp_path, moment):
    def cancel(share):
        if share >= moment:
            raise KeyboardInterrupt

    before = tables(tmp_path / "registry.db")
    with pytest.raises(KeyboardInterrupt):
        directory.replace(rows=rows(everyone[:9]), version=9, generated_at="", server="s", progress=cancel)
    assert directory.version == 5
    assert tables(tmp_path / "registry.db") == before
    assert [path.name for path in tmp_path.iterdir() if ".new" in path.name] == []
    assert ids(directory.search("m", profile=None, limit=20)) == oracle.search(everyone, "m")[:20]


def test_a_damaged_copy_is_made_anew_since_the_server_has_it_all(tmp_path):
    path = tmp_path / "registry.db"
    path.write_bytes(b"garbage" * 500)
    directory = Directory(path)
    assert directory.count() == 0
    directory.close()


def test_a_copy_that_is_damaged_inside_says_so_once_and_starts_over(directory, everyone, tmp_path):
    directory.close()
    path = tmp_path / "registry.db"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    again = Directory(path)
    with pytest.raises(StoreDamaged):
        again.search("m", profile=None, limit=20)
    assert again.search("m", profile=None, limit=20).entries == ()
    assert again.version == 0
    again.replace(rows=rows(everyone), version=5, generated_at="", server="s")
    assert ids(again.search("m", profile=None, limit=20)) == oracle.search(everyone, "m")[:20]
    again.close()


def test_a_copy_that_is_only_busy_is_never_thrown_away(directory, everyone, tmp_path, monkeypatch):
    directory.close()
    monkeypatch.setattr("comptexpert_desktop.store.file_opening._BUSY_SECONDS", 0.05)
    with sqlite3.connect(tmp_path / "registry.db", isolation_level=None) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="STORE_BUSY"):
            Directory(tmp_path / "registry.db")
        other.execute("ROLLBACK")
    other.close()
    again = Directory(tmp_path / "registry.db")
    assert again.count() == len(everyone)
    again.close()


def test_a_copy_of_a_newer_version_is_fetched_again_since_it_is_only_a_copy(tmp_path):
    path = tmp_path / "registry.db"
    Directory(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    directory = Directory(path)
    assert (directory.version, directory.trouble) == (0, "")
    directory.close()


def test_without_a_place_for_the_copy_there_is_one_in_memory_and_that_is_said(tmp_path):
    path = tmp_path / "registry.db"
    (path / "in-the-way").mkdir(parents=True)
    directory = Directory(path)
    row = {"entry_id": "a", "surname": "Aubier", "given_name": "Claire", "list": "expert_comptable"}
    directory.replace(rows=[row], version=3, generated_at="2026-03-12T09:30:00+00:00", server="s")
    assert (directory.version, directory.count(), directory.trouble) == (3, 1, "STORE_NOT_A_FILE")
    directory.close()


def test_a_copy_that_another_program_replaced_is_read_from_then_on(tmp_path):
    row = {"entry_id": "a", "surname": "Aubier", "given_name": "Claire", "list": "expert_comptable"}
    one, other = Directory(tmp_path / "registry.db"), Directory(tmp_path / "registry.db")
    other.replace(rows=[row], version=3, generated_at="2026-03-12T09:30:00+00:00", server="s")
    one.refresh()
    assert (one.version, one.count()) == (3, 1)
    other.change(rows=[row | {"entry_id": "b"}], version=4, generated_at="2026-03-13T09:30:00+00:00")
    one.refresh()
    assert (one.version, one.count()) == (4, 2)
    one.close()
    other.close()


def test_an_index_made_by_another_folding_is_built_again(directory, everyone, tmp_path):
    directory.close()
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'fold_version'")
        connection.execute("DELETE FROM token")
    connection.close()
    again = Directory(tmp_path / "registry.db")
    assert ids(again.search("m", profile=None, limit=20)) == oracle.search(everyone, "m")[:20]
    again.close()


def test_public_documents_survive_a_new_copy(directory):
    directory.keep_document("catalogue", body={"version": "3"}, now=NOW)
    directory.replace(rows=rows(people(3)), version=1, generated_at="", server="s")
    assert directory.document("catalogue") == ({"version": "3"}, NOW)
    assert directory.document("councils") is None


FEW = [an_entry()._asdict(), an_entry("Aubin")._asdict(), an_entry("Zola")._asdict()]


@pytest.mark.parametrize(
    ("name", "value"), [("generated_at", "hier"), ("version", "x"), ("generated_at", "0001-01-01T00:00:00+14:00")]
)
def test_a_copy_that_says_an_odd_date_is_made_anew_and_stops_nobody(tmp_path, name, value):
    path = tmp_path / "registry.db"
    made = Directory(path)
    made.replace(rows=FEW, version=3, generated_at=NOW.isoformat(), server="s")
    made._database.execute("UPDATE meta SET value = :value WHERE name = :name", {"name": name, "value": value})
    made.close()
    again = Directory(path)
    assert (again.version, again.count(), again.trouble) == (0, 0, "")
    again.close()


def test_people_are_added_a_batch_at_a_time_and_all_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(registry_index, "_BATCH", 1)
    heard = []
    made = Directory(tmp_path / "registry.db")
    made.replace(rows=FEW, version=3, generated_at=NOW.isoformat(), server="s", progress=heard.append)
    assert made.count() == len(FEW) > 1
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert all(made.search(one["surname"], profile=None, limit=5).entries for one in FEW)
    made.close()
