"""`register` writes a register for machines and for people; `attestation` its line and its page."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from pypdf import PdfReader

from comptexpert_desktop.domain.attestation import Drawn
from comptexpert_desktop.settings import sources
from tests.desktop.app.test_commands import DONE, FAILED, NEEDS_YOU, SIGN_IN_FIRST, USAGE
from tests.desktop.app.test_policy import impose, root_only
from tests.desktop.app.test_who_can import a_register, serve
from tests.desktop.ui.documents.test_attestation_page import CODE
from tests.desktop.usecases import test_attestation
from tests.fakes import FIRM


def text_of(path):
    pages = PdfReader(io.BytesIO(path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "written"
    made.mkdir()
    return made


def test_the_pdf_says_to_a_stranger_who_could_do_what(terminal, folder, qapp):
    terminal.sign_in()
    serve(terminal, a_register())
    target = folder / "registre.pdf"
    code, found = terminal.json("register", "--output", str(target))
    assert (code, found["ok"], found["lines"], found["format"]) == (DONE, True, 2, "pdf")
    said = text_of(target)
    for words in ("Qui pouvait quoi, et quand", "Karim LEROUX", "Claire AUBIER", "12/03/2026", "14/03/2026"):
        assert words in said, words
    assert [one.name for one in folder.iterdir()] == ["registre.pdf"]


def test_the_workbook_says_each_line_in_a_sentence(terminal, folder, qapp):
    terminal.sign_in()
    serve(terminal, a_register())
    target = folder / "registre"
    assert terminal.run("register", "--firm", FIRM.id, "--format", "xlsx", "--output", str(target)) == DONE
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as book:
        said = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Karim LEROUX" in said
    assert "2 lines hold, signature: verified" in terminal.out


def test_data_verifies_again(terminal, folder):
    terminal.sign_in()
    serve(terminal, a_register())
    for name in ("registre.json", "registre.csv"):
        assert terminal.run("register", "--output", str(folder / name)) == DONE
        assert terminal.run("verify-register", str(folder / name)) == DONE
    assert json.loads((folder / "registre.json").read_text()) == a_register()


def test_a_register_that_was_touched_is_written_and_is_a_failure(terminal, folder, qapp):
    terminal.sign_in()
    document = a_register()
    document["events"][1]["actor"] = "account-9"
    serve(terminal, document)
    target = folder / "registre.pdf"
    assert terminal.run("register", "--output", str(target)) == FAILED
    assert "REGISTER_LINE_CHANGED line=2" in terminal.errors
    assert "La chaîne est rompue à la ligne 2" in text_of(target)


def test_wrong_uses_write_nothing(terminal, folder):
    target = str(folder / "registre.json")
    assert terminal.run("register", "--output", target) == SIGN_IN_FIRST
    terminal.sign_in()
    serve(terminal, a_register())
    assert terminal.run("register", "--output", str(folder / "registre.doc")) == USAGE
    assert terminal.run("register", "--output", str(folder / "none" / "x.json"), "--firm", "another") == USAGE
    assert terminal.run("register", "--output", str(folder)) == USAGE
    assert list(folder.iterdir()) == []


@root_only
def test_a_policy_without_exports_writes_no_register(terminal, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "POLICY_FILE", tmp_path / "policies.json")
    impose(tmp_path, {"exports": False})
    terminal.sign_in()
    serve(terminal, a_register())
    assert terminal.run("register", "--output", str(folder / "registre.json")) == NEEDS_YOU
    assert "EXPORTS_OFF" in terminal.errors
    assert list(folder.iterdir()) == []


def attested(terminal, **changes):
    """Let the server hand over an attestation of account-1, and verify it with the key that this machine met."""
    line = test_attestation.sealed(test_attestation.STATEMENT | changes)
    terminal.server.pinned_key = lambda: test_attestation.public(test_attestation.KEY)
    terminal.server.attestations[FIRM.id, "account-1"] = Drawn(line, CODE)
    return line


def test_an_attestation_is_written_as_a_line_and_as_its_page(terminal, folder, qapp):
    terminal.sign_in()
    line = attested(terminal)
    asked = ("attestation", "--firm", FIRM.id, "--person", "account-1")
    files = ("--output", str(folder / "ligne.txt"), "--page", str(folder / "page.pdf"))
    assert terminal.run(*asked, *files) == DONE
    assert (folder / "ligne.txt").read_text() == f"{line}\n"
    assert "Attestation du 24 novembre 2026" in text_of(folder / "page.pdf")
    assert sorted(one.name for one in folder.iterdir()) == ["ligne.txt", "page.pdf"]
    assert terminal.run(*asked, "--page", str(folder / "page.pdf" / "x.pdf")) == USAGE


def test_an_attestation_is_checked_without_a_network_and_refused_once_a_word_is_changed(terminal, folder, monkeypatch):
    terminal.sign_in()
    line = attested(terminal)
    monkeypatch.setattr(terminal.server, "attestation", None)
    (folder / "ligne.txt").write_text(f"{line}\n")
    assert terminal.run("verify-register", str(folder / "ligne.txt")) == DONE
    assert "Lou MARCHETTI" in terminal.out
    other = test_attestation.sealed(
        test_attestation.STATEMENT | {"on": "2026-11-25"}, key=test_attestation.OTHER
    ).split(".")
    for changed in (".".join([*line.split(".")[:2], other[2]]), ".".join([*other[:2], line.split(".")[2]])):
        (folder / "autre.txt").write_text(changed)
        assert terminal.run("verify-register", str(folder / "autre.txt")) == FAILED
        assert "Lou MARCHETTI" not in terminal.out


def test_an_attestation_in_parts_is_written_whole_and_a_file_without_a_part_says_which(terminal, folder, qapp):
    terminal.sign_in()
    drawn = test_attestation.in_parts([14, 11])
    attested(terminal)
    terminal.server.attestations[FIRM.id, "account-1"] = drawn
    asked = ("attestation", "--firm", FIRM.id, "--person", "account-1")
    files = ("--output", str(folder / "lignes.txt"), "--page", str(folder / "pages.pdf"))
    assert terminal.run(*asked, *files) == DONE
    assert (folder / "lignes.txt").read_text().splitlines() == [one.sealed for one in drawn.parts]
    assert "droits 15 à 25 sur 25" in text_of(folder / "pages.pdf").replace("\u00a0", " ")
    assert terminal.run("verify-register", str(folder / "lignes.txt")) == DONE
    assert ("Hélène DELORME 25" in terminal.out, "missing" in terminal.out) == (True, False)
    (folder / "une.txt").write_text(drawn.parts[1].sealed)
    assert terminal.run("verify-register", str(folder / "une.txt")) == DONE
    assert "11 of 25 rights: missing of 2 parts: 1" in terminal.out


def test_the_server_is_not_believed_when_it_keeps_a_part_back(terminal, folder):
    terminal.sign_in()
    drawn = test_attestation.in_parts([14, 11])
    attested(terminal)
    terminal.server.attestations[FIRM.id, "account-1"] = Drawn(drawn.sealed, drawn.qr)
    written = ("--output", str(folder / "lignes.txt"))
    assert terminal.run("attestation", "--firm", FIRM.id, "--person", "account-1", *written) != DONE
    assert list(folder.iterdir()) == []
