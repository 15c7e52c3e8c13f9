"""An attestation is checked without a network: what was changed, cut or signed by another is refused."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comptexpert_desktop.domain.attestation import MAX_SEALED, is_attestation, read, read_drawn
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.usecases.documents import attestation

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
STATEMENT = {
    "kind": "attestation",
    "firm": {"siren": "732829320", "name": "Cabinet des Aubépines"},
    "person": {"name": "Lou MARCHETTI", "login_id": "l.marchetti"},
    "on": "2026-11-24",
    "at": "2026-11-24T09:00:00Z",
    "rights": [
        {
            "service": "jesignexpert",
            "right": "prepare",
            "by": "Hélène DELORME",
            "until": "2027-05-01",
            "effective": True,
        }
    ],
    "register": {"count": 12, "head": "ab" * 32},
}


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def armoured(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def sealed(statement: object = STATEMENT, *, key: Ed25519PrivateKey = KEY) -> str:
    text = json.dumps(statement, ensure_ascii=False).encode()
    return f"CTXA1.{armoured(text)}.{armoured(key.sign(text))}"


def test_the_words_of_the_server_hold() -> None:
    verdict = attestation.verify(f"  {sealed()}\n", key=public(KEY))
    assert (verdict.holds, verdict.statement.person.name) == (True, "Lou MARCHETTI")
    assert [(one.right, one.effective) for one in verdict.statement.rights] == [("prepare", True)]


def test_each_changed_word_is_refused() -> None:
    _prefix, text, signature = sealed().split(".")
    said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for before, after in (
        ("2026-11-24", "2026-11-25"),
        ("prepare", "seal"),
        ("true", "null"),
        ("MARCHETTI", "MARCHETTO"),
    ):
        changed = armoured(said.decode().replace(before, after).encode())
        assert changed != text
        if after != "null":
            assert attestation.verify(f"CTXA1.{changed}.{signature}", key=public(KEY)).signature == "refused"


def test_another_key_signed_nothing_of_ours() -> None:
    assert attestation.verify(sealed(key=OTHER), key=public(KEY)).signature == "refused"
    assert attestation.verify(sealed(), key=None).signature == "unknown_key"


@pytest.mark.parametrize(
    "text",
    [
        "CTXA1.",
        "CTXA1.e30",
        "CTXA1.e30.AA",
        "CTXA1.é.è",
        "CTXA1.{}.{}",
        f"CTXA1.{'A' * MAX_SEALED}.AA",
        sealed({**STATEMENT, "kind": "register"}),
        sealed({**STATEMENT, "on": "hier"}),
        sealed([]),
    ],
)
def test_what_is_no_attestation_is_refused_as_such(text: str) -> None:
    assert is_attestation(text)
    with pytest.raises(InvalidInput):
        attestation.verify(text, key=public(KEY))


def test_a_register_is_no_attestation() -> None:
    assert not is_attestation('{"lines": []}')


@pytest.mark.parametrize("qr", [[], ["10", "1"], ["101"]])
def test_a_code_that_is_no_square_is_refused(qr: list[str]) -> None:
    with pytest.raises(ValueError, match="qr"):
        read_drawn({"sealed": sealed(), "qr": qr})


def test_a_statement_is_read_with_its_register() -> None:
    assert read(sealed()).statement.register.count == 12
