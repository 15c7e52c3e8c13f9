"""The folder of a person who is signed in and has seen many delegations: `python -m tests.benchmarks.signed_in_data`.

The keyring of the session keeps its key: run it inside the Secret Service in which the window will look for it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from comptexpert_desktop.adapters.vault import KeyringVault
from comptexpert_desktop.domain.session import Tokens
from comptexpert_desktop.store import delegations
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.session import session
from tests.benchmarks import desk
from tests.desktop.ui import kit

SERVER = "http://127.0.0.1:9"
"""Where nothing answers: the start of the window is measured, not a server."""


def write(folder: Path, *, rows: int) -> None:
    """Write the catalogue, the session and the delegations, as the window writes them."""
    stores = Stores(folder, server_url=SERVER, vault=KeyringVault())
    now = datetime.now(UTC)
    catalogue.keep(stores, catalogue=kit.catalogue(), now=now)
    tokens = Tokens(access_token="a", refresh_token="r", expires_in=600, subject="")
    session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=kit.me()), now=now)
    assert stores.account is not None
    with stores.account.database.transaction():
        delegations.keep(stores.account, delegations=tuple(desk.history(rows)))
    stores.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), rows=int(sys.argv[2]))
