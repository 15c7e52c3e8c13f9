"""An attestation is checked without a network: what was changed, cut or signed by another is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comptexpert_desktop.domain.attestation import MAX_SEALED, Drawn, DrawnPart, is_attestation, read, read_drawn
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.usecases.documents import attestation

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
SQUARE = tuple("10" * 12 + "1" if row % 2 else "01" * 12 + "0" for row in range(25))
STATEMENT: dict[str, Any] = {
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
    prefix = "CTXA2" if isinstance(statement, dict) and "part" in statement else "CTXA1"
    return f"{prefix}.{armoured(text)}.{armoured(key.sign(text))}"


def in_parts(sizes: list[int], *, key: Ed25519PrivateKey = KEY, by: str = "Hélène DELORME") -> Drawn:
    """Seal an attestation of so many rights a part; the code of each is a square of its own."""
    drawn = []
    for number, size in enumerate(sizes, start=1):
        first = sum(sizes[: number - 1])
        rights = [STATEMENT["rights"][0] | {"by": f"{by} {first + one + 1}"} for one in range(size)]
        part = {"number": number, "of": len(sizes), "total": sum(sizes)}
        drawn.append(DrawnPart(sealed(STATEMENT | {"rights": rights, "part": part}, key=key), SQUARE))
    return Drawn(drawn[0].sealed, drawn[0].qr, tuple(drawn[1:]))


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


def test_the_parts_of_an_attestation_hold_together_in_any_order() -> None:
    one, two, three = (part.sealed for part in in_parts([14, 10, 1]).parts)
    wrapped = f"{one[:50]}\n{one[50:]}"
    verdict = attestation.verify(f"{three}\n{wrapped}\n\n{two}\n", key=public(KEY))
    assert (verdict.holds, verdict.missing, verdict.statement.part) == (True, (), None)
    assert [right.by for right in verdict.statement.rights] == [f"Hélène DELORME {place}" for place in range(1, 26)]


def test_a_part_alone_holds_and_names_the_parts_that_are_missing() -> None:
    verdict = attestation.verify(in_parts([14, 10, 1]).parts[1].sealed, key=public(KEY))
    assert (verdict.holds, verdict.missing, len(verdict.statement.rights)) == (True, (1, 3), 10)


def test_one_forged_part_makes_the_whole_refused() -> None:
    ours, forged = in_parts([14, 10]), in_parts([14, 10], key=OTHER)
    mixed = f"{ours.parts[0].sealed}\n{forged.parts[1].sealed}"
    assert attestation.verify(mixed, key=public(KEY)).signature == "refused"
    assert attestation.verify(ours.text, key=None).signature == "unknown_key"


@pytest.mark.parametrize(
    "text",
    [
        f"{in_parts([2, 1]).parts[0].sealed}\n{in_parts([2, 1, 1]).parts[1].sealed}",
        f"{in_parts([2, 1]).parts[0].sealed}\n{in_parts([2, 1], by='Autre').parts[0].sealed}",
        f"{sealed()}\n{in_parts([2, 1]).parts[0].sealed}",
        f"{sealed()}\n{sealed(STATEMENT | {'on': '2026-11-25'})}",
        in_parts([2, 1]).sealed.replace("CTXA2", "CTXA1"),
        sealed().replace("CTXA1", "CTXA2"),
        sealed(STATEMENT | {"part": {"number": 3, "of": 2, "total": 1}}),
        sealed(STATEMENT | {"part": {"number": 0, "of": 2, "total": 1}}),
        sealed(STATEMENT | {"part": {"number": 1, "of": 2, "total": 0}}),
    ],
)
def test_what_is_not_of_one_attestation_is_refused_as_such(text: str) -> None:
    assert is_attestation(text)
    with pytest.raises(InvalidInput):
        attestation.verify(text, key=public(KEY))


def test_the_same_part_read_twice_is_one() -> None:
    part = in_parts([2, 1]).parts[0].sealed
    verdict = attestation.verify(f"{part}\n{part}", key=public(KEY))
    assert (verdict.missing, len(verdict.statement.rights)) == ((2,), 2)


def test_the_code_of_each_part_is_a_square() -> None:
    part = {"sealed": sealed(), "qr": list(SQUARE)}
    assert len(read_drawn(part | {"others": [part]}).parts) == 2
    with pytest.raises(ValueError, match="qr"):
        read_drawn(part | {"others": [part | {"qr": ["10", "1"]}]})
