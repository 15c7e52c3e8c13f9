"""Make the publisher's key, and sign the notice of a version: small JSON that the application shows and never follows.

    python -m resources.installers key PRIVATE.pem
    python -m resources.installers manifest --key PRIVATE.pem --version 1.2.3 --url https://… > manifest.json

The private key stays with the publisher; what it signs is compared with `resources/updates/publisher.pub`.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    import argparse

PUBLIC = Path(__file__).resolve().parents[1] / "updates" / "publisher.pub"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the two commands to those of `python -m resources.installers`."""
    key = commands.add_parser("key", help="make the publisher's pair of keys")
    key.add_argument("private", type=Path, metavar="FILE", help="where the private key goes; it must not exist")
    key.add_argument("--public", type=Path, default=PUBLIC, metavar="FILE", help="where the public key goes")
    notice = commands.add_parser("manifest", help="sign the notice of a version, on stdout")
    notice.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key")
    notice.add_argument("--version", required=True)
    notice.add_argument("--released-on", type=date.fromisoformat, default=None, metavar="DATE")
    notice.add_argument("--url", default="", help="a page about the version, https; none is offered without it")
    notice.add_argument("--notes", default="")


def make_key(private: Path, *, public: Path = PUBLIC) -> None:
    """Write a new pair: the private key for its owner alone, the public one below what the file says of itself."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)
    words = [line for line in public.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    told = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    public.write_text("\n".join([*words, told, ""]), encoding="utf-8")


def sign(private: Path, *, version: str, released_on: date, url: str, notes: str) -> str:
    """Return the notice of a version, signed."""
    key = load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("an Ed25519 key is needed")
    document = {"version": version, "released_on": released_on.isoformat(), "url": url, "notes": notes}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    signed = {**document, "signature": base64.b64encode(key.sign(canonical)).decode()}
    return json.dumps(signed, ensure_ascii=False, indent=1) + "\n"
