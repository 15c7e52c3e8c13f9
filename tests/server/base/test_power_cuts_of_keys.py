"""Whatever a power cut leaves of the folder `secrets`, every key that was used is there, and none is half a key.

What a key sealed or signed is in the database by then: the answers that are given again, the registers, the sessions.
"""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from comptexpert_server.base.keys import KeptSecret, LazyPem, signing_key
from tests.recorded_folder import RecordedFolder, recorded_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows writes names by itself")
ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "10000"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SIGNING, SECRET = "signing.pem", "secret_key"


def record(root: Path, patch: pytest.MonkeyPatch) -> RecordedFolder:
    """Make both keys at their first use, and replace each twice."""
    used: dict[str, list[str]] = {SIGNING: [], SECRET: []}
    with recorded_folder(root, patch) as folder:
        signing, secret = LazyPem(root / "data", name=SIGNING), KeptSecret(root / "data", name=SECRET)
        for days in range(3):
            at = NOW + timedelta(minutes=days)
            if days:
                signing.rotate(at)
            used[SIGNING].append(signing.read())
            folder.acknowledge(json.dumps(used))
            if days:
                secret.rotate(at)
            used[SECRET].append(secret.read())
            folder.acknowledge(json.dumps(used))
    return folder


def check(place: Path, said: str) -> None:
    """Read the keys as a server does that starts again, and look for those that were used."""
    used: dict[str, list[str]] = json.loads(said) if said else {SIGNING: [], SECRET: []}
    for name, keys in used.items():
        if keys:
            assert (place / "data" / "secrets" / name).is_file(), f"{name} is lost"
    signing, secret = LazyPem(place / "data", name=SIGNING), KeptSecret(place / "data", name=SECRET)
    now = NOW + timedelta(hours=1)
    known = {SIGNING: [signing.read(), *signing.retired(now)], SECRET: [secret.read(), *secret.replaced()]}
    for name, keys in used.items():
        assert set(keys) <= set(known[name]), f"a key of {name} is lost"
    for pem in known[SIGNING]:
        signing_key(pem)
    assert all(len(key) > 40 for key in known[SECRET]), "half a key"


def run(tmp_path: Path, patch: pytest.MonkeyPatch, *, images: int) -> None:
    root = tmp_path / "recorded"
    root.mkdir()
    folder, chance = record(root, patch), random.Random(SEED)
    for number in range(images):
        place = tmp_path / str(number)
        place.mkdir()
        said = folder.image(chance.randrange(len(folder.events) + 1), into=place, chance=chance)
        try:
            check(place, said)
        except (AssertionError, ValueError) as error:
            pytest.fail(f"image {number}, seed {SEED}: {error}")
    print(f"{images} images of {len(folder.events)} steps, seed {SEED}")


def test_no_power_cut_loses_a_key_that_was_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, images=300)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_ten_thousand_power_cuts_of_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, images=ROUNDS)
