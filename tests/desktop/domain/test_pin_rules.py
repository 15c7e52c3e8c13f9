"""Which PIN is taken, and which is refused because it is guessed first."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.pin_rules import fault


@pytest.mark.parametrize("pin", ["", "0000", "1234", "12345", "1234567890123", "12345a", "١٢٣٤٥٦", "12 456", "-12345"])
def test_other_than_six_to_twelve_digits_is_no_pin(pin):
    assert fault(pin) == "PIN_LENGTH"


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "123456",
        "987654",
        "890123",
        "135791",
        "121212",
        "123123",
        "122122",
        "112211",
        "311299",
        "010180",
        "801231",
        "31121999",
        "19991231",
    ],
)
def test_what_is_guessed_first_is_refused(pin):
    assert fault(pin) == "PIN_WEAK"


@pytest.mark.parametrize("pin", ["704913", "951847", "73920561", "480275193064"])
def test_any_other_is_taken(pin):
    assert not fault(pin)
