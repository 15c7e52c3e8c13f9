"""Every fault of a file or of a line has its sentence; what is granted says what it lacks."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import date

import pytest

from comptexpert_desktop.domain import import_cells, import_columns, import_file
from comptexpert_desktop.domain.delegation import Party, Status
from comptexpert_desktop.domain.import_cells import LineFault
from comptexpert_desktop.domain.import_file import FileFault, ImportLine
from comptexpert_desktop.domain.importing import Checked, LineAnswer
from comptexpert_desktop.presentation.importing import words
from tests.fakes import a_delegation

LINE = ImportLine(2, {"grantee": "x"}, {"grantee": "x"})


def raised(name, *modules):
    """Find the codes that the readers name."""
    source = "".join(inspect.getsource(module) for module in modules)
    pattern = {"file": r'_Unreadable\("([A-Z_]+)"', "line": r'Wrong\([^"]*"[a-z_]*", "([A-Z_]+)"'}[name]
    return set(re.findall(pattern, source))


FILE_CODES = sorted(raised("file", import_file) | {"COLUMNS", "TWICE"})
LINE_CODES = sorted(raised("line", import_cells, import_file) | {"MISSING", "FORMULA", "DATE"})


def test_the_codes_were_found():
    assert {"EMPTY", "NOT_TEXT", "TOO_LONG", "BROKEN"} <= set(FILE_CODES)
    assert {"SERVICE", "RIGHTS", "SIREN", "ORDER", "CELLS", "REPEATED", "LONG"} <= set(LINE_CODES)
    assert "TWICE" in inspect.getsource(import_columns)


@pytest.mark.parametrize("code", FILE_CODES)
def test_a_file_fault_is_one_french_sentence(code):
    said = words.file_fault(FileFault(code, 12, ("Service", "Droits")))
    assert said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize("code", LINE_CODES)
def test_a_line_fault_is_one_french_sentence(code):
    fault = LineFault("" if code == "CELLS" else "grantee", code, "7" if code == "REPEATED" else "x" * 90)
    said = words.cell_fault(fault)
    assert said.endswith(".")
    assert "{" not in said
    assert "x" * 61 not in said


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "Sera accordée"),
        ({"status": Status.PENDING_SECOND}, "Second accord attendu"),
        ({"status": Status.SCHEDULED, "grantee": Party("", "", "", "", email="a@b.example")}, "Sera invitée"),
        ({"status": Status.SCHEDULED, "valid_from": date(2027, 1, 1)}, "Sera programmée"),
        ({"missing": ("DEL_CERT_REQUIRED",)}, "Accordée, incomplète"),
    ],
)
def test_what_would_be_granted_says_what_it_lacks(changes, word):
    given = replace(a_delegation(status=Status.ACTIVE), **changes)
    assert words.line(Checked(LINE, LineAnswer(0, delegation=given))).word == word


def test_what_replaces_a_narrower_right_says_so():
    given = replace(a_delegation(status=Status.ACTIVE), supersedes="del-9")
    assert "remplace" in words.line(Checked(LINE, LineAnswer(0, delegation=given))).detail


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"code": "DEL_NO_ACCOUNT"}, "Aucun compte n’a cet identifiant"),
        ({"code": "DEL_RIGHT_NOT_DELEGABLE"}, ""),
        ({"code": "INVALID_INPUT", "errors": [{"field": "valid_until", "code": "TOO_LONG"}]}, "dépasse la durée"),
        ({"code": "INVALID_INPUT", "errors": [{"field": "new", "code": "NEW"}]}, "n’a pas été accepté"),
    ],
)
def test_a_refusal_of_the_server_is_said(answer, sentence):
    said = words.line(Checked(LINE, LineAnswer(0, code=answer["code"], data=answer)))
    assert said.word == "Refusée"
    assert sentence in said.detail
    assert said.detail.endswith(".")
