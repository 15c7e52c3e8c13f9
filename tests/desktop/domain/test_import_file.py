"""A table as spreadsheets write it: read whole, or refused with the line and the reason."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.documents import read_catalogue
from comptexpert_desktop.domain.import_cells import LineFault
from comptexpert_desktop.domain.import_columns import COLUMNS
from comptexpert_desktop.domain.import_file import MAX_LINES, FileFault, ImportFile

CATALOGUE = read_catalogue(
    json.loads(
        (Path(__file__).resolve().parents[3] / "comptexpert_server" / "catalogue" / "catalogue.json").read_text("utf-8")
    )
)
HEAD = "Identifiant ou courriel;Service;Droits;SIREN;Début;Fin;Motif"


def read(content, *, catalogue=CATALOGUE):
    return import_file.read(content if isinstance(content, bytes) else content.encode(), catalogue=catalogue)


def one(line, *, head=HEAD):
    found = read(f"{head}\n{line}\n")
    assert isinstance(found, ImportFile), found
    (only,) = found.lines
    return only


def test_a_line_is_written_as_the_server_takes_it():
    line = one("lou.marchetti;Jesignexpert;préparer un document à signer et signer au nom du cabinet;732 829 320;"
               "01/12/2026;31/12/2026;Missions de paie")  # fmt: skip
    assert line.fault is None
    assert line.cells == {
        "grantee": "lou.marchetti",
        "service": "jesignexpert",
        "rights": "prepare sign",
        "firm": "732829320",
        "valid_from": "2026-12-01",
        "valid_until": "2026-12-31",
        "reason": "Missions de paie",
    }
    table = list(csv.DictReader(io.StringIO(import_file.as_table([line]))))
    assert table == [line.cells]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("sign prepare", "prepare sign"),
        ("prepare, sign", "prepare sign"),
        ("Prepare+Seal", "prepare seal"),
        ("Signer au nom du cabinet", "sign"),
        ("Apposer le cachet du cabinet | sign", "seal sign"),
        ("sign sign", "sign"),
    ],
)
def test_rights_are_codes_or_names(written, codes):
    assert one(f"lou;jesignexpert;{written};;;;").cells["rights"] == codes


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("grantee,service,rights", "lou,rfc,access"),
        ("\ufeffE-mail\tSITE\tdroit", "lou\trfc\taccess"),
        ("sep=;\nidentifiant;service;droits", "lou;rfc;access"),
        ("\n\nDroits;Délégataire;service;Remarque", "access;lou;rfc;x"),
    ],
)
def test_headings_and_separators_are_those_of_people(head, cells):
    line = one(cells, head=head)
    assert (line.cells["grantee"], line.cells["service"], line.cells["rights"]) == ("lou", "rfc", "access")


def test_a_heading_that_means_nothing_is_said():
    found = read("Identifiant;Service;Droits;Couleur;\nlou;rfc;access;bleu;\n")
    assert (found.left_out, len(found.sound)) == (("Couleur",), 1)


@pytest.mark.parametrize(
    ("letters", "read_as"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "windows-1252")],
)
def test_letters_are_found_out(letters, read_as):
    found = read(f"{HEAD}\nlou;rfc;access;;;;Clôture d’été à 12 €\n".encode(letters))
    assert (found.letters, found.lines[0].cells["reason"]) == (read_as, "Clôture d’été à 12 €")


def test_lines_are_counted_as_an_editor_does():
    found = read(f'{HEAD}\n\nlou;rfc;access;;;;"deux\nlignes"\nzoe;rfc;access;;;;\n')
    assert [line.line for line in found.lines] == [3, 5]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (";rfc;access;;;;", LineFault("grantee", "MISSING")),
        ("lou;;access;;;;", LineFault("service", "MISSING")),
        ("lou;rfc;;;;;", LineFault("rights", "MISSING")),
        ("=cmd|' /C calc'!A0;rfc;access;;;;", LineFault("grantee", "FORMULA", "=cmd|' /C calc'!A0")),
        ("lou;rfc;access;;;;@SUM(1)", LineFault("reason", "FORMULA", "@SUM(1)")),
        ("lou;rfc;access;;;;+33", LineFault("reason", "FORMULA", "+33")),
        ("lou;inconnu;access;;;;", LineFault("service", "SERVICE", "inconnu")),
        ("lou;rfc;signer;;;;", LineFault("rights", "RIGHTS", "signer")),
        ("lou;rfc;,;;;;", LineFault("rights", "RIGHTS", ",")),
        ("lou;rfc;access;73282932;;;", LineFault("firm", "SIREN", "73282932")),
        ("lou;rfc;access;;31/02/2026;;", LineFault("valid_from", "DATE", "31/02/2026")),
        ("lou;rfc;access;;;29/02/2027;", LineFault("valid_until", "DATE", "29/02/2027")),
        ("lou;rfc;access;;;demain;", LineFault("valid_until", "DATE", "demain")),
        ("lou;rfc;access;;02/01/2027;2027-01-01;", LineFault("valid_until", "ORDER", "2027-01-01")),
        ("lou;rfc;access;;;;" + "x" * 501, LineFault("reason", "LONG")),
        ("lou;rfc;access;;;;;trop", LineFault("", "CELLS")),
    ],
)
def test_a_faulty_line_says_which_cell(cells, fault):
    assert one(cells).fault == fault


def test_the_29th_of_february_of_a_leap_year_is_a_day():
    assert one("lou;rfc;access;;;29/02/2028;").cells["valid_until"] == "2028-02-29"


def test_the_same_person_and_service_twice_names_the_first_line():
    found = read(f"{HEAD}\nlou;rfc;access;;;;\nzoe;rfc;access;;;;\nLOU;rfc;access;;;;\n")
    assert [line.fault for line in found.lines] == [None, None, LineFault("grantee", "REPEATED", "2")]
    assert len(found.sound) == 2


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault("EMPTY")),
        (b"\n \n", FileFault("EMPTY")),
        (HEAD.encode(), FileFault("EMPTY")),
        (b"PK\x03\x04rest", FileFault("NOT_TEXT")),
        (b"abc\x00def", FileFault("NOT_TEXT")),
        (b"\xff\xfea", FileFault("NOT_TEXT")),
        ("Identifiant;Nom\nlou;x\n", FileFault("COLUMNS", 1, ("Service", "Droits"))),
        ("\nService;Droits;service\n", FileFault("TWICE", 2, ("Service",))),
        (f'{HEAD}\nlou;rfc;access;;;;\nzoe;rfc;"access;;;;\n', FileFault("BROKEN", 3)),
        ("sep=!\nidentifiant!service\n", FileFault("BROKEN", 1)),
    ],
)
def test_a_file_that_is_no_import_says_why(content, fault):
    assert read(content) == fault


def test_a_file_that_no_cabinet_would_have_is_not_read():
    assert read(b"x" * (import_file.MAX_BYTES + 1)) == FileFault("TOO_LARGE")


def test_a_file_of_50_000_lines_names_the_line_beyond_the_limit():
    body = "".join(f"personne{number};rfc;access;;;;\n" for number in range(50_000))
    assert read(f"{HEAD}\n{body}") == FileFault("TOO_LONG", MAX_LINES + 2)
    whole = read("".join(f"{HEAD}\n{body}".splitlines(keepends=True)[: MAX_LINES + 1]))
    assert len(whole.sound) == MAX_LINES


def test_without_a_catalogue_codes_are_left_to_the_server():
    found = read(f"{HEAD}\nlou;inconnu;access;;;;\n", catalogue=None)
    assert found.lines[0].fault is None
    assert set(found.lines[0].cells) <= set(COLUMNS)
