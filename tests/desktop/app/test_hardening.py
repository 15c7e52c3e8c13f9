"""A crash leaves no image of the memory, and no variable names other authorities in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, json, os, resource, sys
from comptexpert_desktop.app import hardening
hardening.harden()
print(json.dumps([
    resource.getrlimit(resource.RLIMIT_CORE),
    ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0,
    [name for name in hardening.AUTHORITIES if name in os.environ],
    hardening.ignored(),
]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no core files")
def test_a_program_that_holds_keys_leaves_no_image_and_trusts_no_variable():
    environment = os.environ | {"SSL_CERT_FILE": "/tmp/other.pem", "SSL_CERT_DIR": "/tmp"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[0, 0], 0, [], ["SSL_CERT_FILE", "SSL_CERT_DIR"]]


def test_every_start_of_the_program_does_it(tmp_path):
    environment = os.environ | {"SSL_CERT_FILE": "/tmp/other.pem"}
    command = [sys.executable, "-m", "comptexpert_desktop", "--data-dir", str(tmp_path), "outbox"]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    log = (tmp_path / "logs" / "command.log").read_text(encoding="utf-8")
    assert "SSL_CERT_FILE names other authorities and is not heard" in log
