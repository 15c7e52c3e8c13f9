"""The environment: defaults that are safe on one machine, and contradictions refused by name."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from comptexpert_server.base.environment import UnusableEnvironmentError, kept_secret, read_environment

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_said_means_this_machine_alone() -> None:
    found = read_environment({"HOME": "/nowhere"})
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.is_loopback
    assert not found.debug
    assert found.address_limits
    assert not found.neutral_identification
    assert found.email_url.startswith("file://")
    assert not found.factor_required
    assert found.step_up_age is None


def test_people_who_come_over_a_network_prove_more() -> None:
    network = {"COMPTEXPERT_PUBLIC_URL": "https://comptexpert.example"}
    found = read_environment(network)
    assert found.factor_required
    assert found.step_up_age == timedelta(minutes=5)
    lax = read_environment(network | {"COMPTEXPERT_FACTOR_REQUIRED": "0", "COMPTEXPERT_STEP_UP_MINUTES": "0"})
    assert not lax.factor_required
    assert lax.step_up_age is None
    assert read_environment({"COMPTEXPERT_STEP_UP_MINUTES": "7"}).step_up_age == timedelta(minutes=7)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMPTEXPERT_PUBLIC_URL", "ftp://x.example"),
        ("COMPTEXPERT_PUBLIC_URL", "https://x.example/path"),
        ("COMPTEXPERT_PUBLIC_URL", "http://x.example"),
        ("COMPTEXPERT_PUBLIC_URL", "x.example"),
        ("COMPTEXPERT_ALLOWED_HOSTS", "a.example, *"),
        ("COMPTEXPERT_DEBUG", "maybe"),
        ("COMPTEXPERT_TRUSTED_PROXIES", "one"),
        ("COMPTEXPERT_STEP_UP_MINUTES", "five"),
    ],
)
def test_a_contradiction_is_refused_and_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(UnusableEnvironmentError, match=name):
        read_environment({name: value})


@pytest.mark.parametrize(("text", "meant"), [("0", False), ("no", False), ("1", True), ("TRUE", True)])
def test_flags_are_read_in_several_spellings(text: str, meant: bool) -> None:
    assert read_environment({"COMPTEXPERT_ADDRESS_LIMITS": text}).address_limits is meant


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = kept_secret(tmp_path, "key")
    assert kept_secret(tmp_path, "key", make="another") == first
    file = tmp_path / "secrets" / "key"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://comptexpert.example", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://[2001:db8::1]", False),
        ("https://192.0.2.7:8443", False),
    ],
)
def test_only_a_named_host_takes_passkeys(url: str, named: bool) -> None:
    assert read_environment({"COMPTEXPERT_PUBLIC_URL": url}).has_name is named
