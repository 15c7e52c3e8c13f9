"""What a start leaves alone, each seen in a process of its own: what is imported once cannot be taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


def answer(program: str) -> Any:
    """Run a program and read what it prints."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_binding_reads_no_source_of_what_is_imported_after_it() -> None:
    program = """
import json, linecache, sys, tempfile
from comptexpert_desktop import settings
from comptexpert_desktop.desktop import window
window.build(settings.load(data_dir=tempfile.mkdtemp(), server="http://127.0.0.1:9"))
from comptexpert_desktop.app import main_window_factory
print(json.dumps([path for path in linecache.cache if "comptexpert_desktop" in path]))
"""
    assert answer(program) == []


def test_the_binding_still_has_what_is_switched_off() -> None:
    assert answer(
        "import json\nfrom comptexpert_desktop.app import binding\nprint(json.dumps(binding.read_no_sources()))"
    )


def test_the_http_library_comes_without_what_our_calls_never_use() -> None:
    program = """
import json, sys
from comptexpert_desktop.adapters import http, http_library
print(json.dumps([name for name in http_library.UNUSED if name in sys.modules]))
"""
    assert answer(program) == []


def test_what_was_hidden_can_be_imported_afterwards() -> None:
    program = """
import json
from comptexpert_desktop.adapters import http
import anyio
print(json.dumps(anyio.__name__))
"""
    assert answer(program) == "anyio"


def test_what_was_imported_before_stays() -> None:
    program = """
import json, anyio, sys
from comptexpert_desktop.adapters import http
print(json.dumps(sys.modules["anyio"] is anyio))
"""
    assert answer(program) is True


def test_a_window_needs_no_library_of_tokens_or_certificates() -> None:
    program = """
import json, sys
from comptexpert_desktop.adapters import browser, server
print(json.dumps([name for name in ("joserfc", "cryptography.x509") if name in sys.modules]))
"""
    assert answer(program) == []


@pytest.mark.skipif(sys.platform != "linux", reason="each system has a keyring of its own")
def test_the_keyrings_of_other_systems_are_not_looked_at() -> None:
    program = """
import json, sys
from comptexpert_desktop.adapters.vault import KeyringVault
from comptexpert_desktop.errors import VaultError
try:
    KeyringVault().backend()
except VaultError:
    pass
print(json.dumps([name for name in sys.modules if name.startswith(("keyring.backends.macOS", "keyring.backends.Win"))]))
"""
    assert answer(program) == []
