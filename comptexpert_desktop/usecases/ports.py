"""The doors to the outside, as the use cases see them; each has a fake in `tests/fakes.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from comptexpert_desktop.domain.exchange import Call, Snapshot, SyncPage
from comptexpert_desktop.store.stores import Stores

__all__ = ["Browser", "Call", "Doors", "NetworkDoor", "Server", "Snapshot", "Stores", "SyncPage", "Vault"]

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.importing import ImportAnswer
    from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry
    from comptexpert_desktop.domain.review import Chosen, ReviewPage, Told
    from comptexpert_desktop.domain.session import Me, OwnSession, Tokens
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.usecases.access import Session


class Server(Protocol):
    """Our API. Every method may raise a `ServerError` and nothing else."""

    def search(self, text: str, *, profile: Profile, limit: int) -> tuple[RegistryEntry, ...]:
        """Search a list of the registry by name."""

    def lookup(self, registration_number: str, *, profile: Profile) -> RegistryEntry:
        """Find an entry by its number; raises `Refused` with REG_NUMBER_UNKNOWN."""

    def snapshot(self, *, since: int | None) -> Snapshot | None:
        """Fetch and verify the public lists; None when `since` is the newest version."""

    def catalogue(self) -> Catalogue:
        """Fetch the services and their rights."""

    def councils(self) -> tuple[RegionalCouncil, ...]:
        """Fetch the Conseils régionaux."""

    def me(self, *, token: str) -> Me:
        """Tell who holds this access token."""

    def sync(self, *, token: str, cursor: str) -> SyncPage | None:
        """Fetch what changed since the cursor; None when nothing did."""

    def entry_firms(self, entry_id: str, *, token: str) -> tuple[Firm, ...]:
        """Tell the firms of a registry entry."""

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        """Give a cabinet with its people, terms and settings; for those who grant for it."""

    def change_firm(self, call: Call, *, token: str) -> FirmPage:
        """Send one change of a cabinet; raises Stale when it changed since it was read."""

    def review(self, firm_id: str, review_id: str, *, token: str) -> ReviewPage:
        """Give a yearly review with every right in it; for those who grant for the firm."""

    def answer_review(self, firm_id: str, review_id: str, answers: Sequence[Chosen], *, token: str) -> tuple[Told, ...]:
        """Send at most 200 answers; tells what each key came to."""

    def sessions(self, *, token: str) -> tuple[OwnSession, ...]:
        """List the places where this account is signed in, the latest used first."""

    def end_session(self, session_id: str, *, token: str) -> None:
        """End one of them; one that ended already is nothing."""

    def submit(self, call: Call, *, token: str) -> Mapping[str, object]:
        """Send one write; an empty token for a sign-up."""

    def decide(self, calls: Sequence[Call], *, token: str) -> Mapping[str, Mapping[str, object] | ServerError]:
        """Send many decisions in one call; gives what each key came to."""

    def import_grants(self, table: str, *, dry_run: bool, key: str, token: str) -> ImportAnswer:
        """Tell what each line of a table gives; without `dry_run`, grant them all, or none when one is refused."""

    def signup_status(self, signup_id: str, *, claim: str) -> str:
        """Tell `activation_sent`, `activated` or `expired`."""

    def resend_activation(self, signup_id: str, *, claim: str) -> str:
        """Ask for the activation mail again; tells the status, `activated` when none was needed."""

    def escalation(self, escalation_id: str, *, claim: str) -> Mapping[str, object]:
        """Tell where a file with the Conseil régional stands."""

    def register(self, firm_id: str, *, form: str, token: str) -> bytes:
        """Export the register of a firm, `json` or `csv`, byte for byte."""

    def pinned_key(self) -> bytes | None:
        """Return the server's public key as it was at first contact, without asking anybody."""

    def epoch(self) -> str:
        """Tell the epoch of the server's database, as its last answer told it, without asking; empty before any."""

    def ping(self) -> None:
        """Return when the server answers."""

    def clock(self) -> datetime:
        """Tell the server's time, to the second."""


class Vault(Protocol):
    """The OS keyring. Every method may raise a `VaultError` and nothing else."""

    def read(self, name: str) -> bytes | None:
        """Return the secret kept under this name."""

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret under this name."""

    def delete(self, name: str) -> None:
        """Forget the secret kept under this name, if any."""

    def backend(self) -> str:
        """Name the keyring in use, for people."""


class Browser(Protocol):
    """The system browser and the token endpoint. May raise `SignInError` or `ServerError`."""

    def sign_in(self, *, cancelled: threading.Event, fresh: bool = False) -> Tokens:
        """Let the person sign in; returns once the answer came, within 120 s. `fresh` asks for the password."""

    def refresh(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for a new pair; raises `SessionExpired` when it is dead."""

    def revoke(self, refresh_token: str) -> None:
        """End the token family on the server."""


class NetworkDoor(Protocol):
    """What stands between this machine and the server; nothing is raised, what is wrong is found."""

    def check(self, step: Step) -> Finding:
        """Look at one step."""

    def proxy(self) -> ProxyAccount:
        """Tell which proxy stands before the server, and who we are to it."""

    def sign_in_to_proxy(self, *, user: str, password: str) -> bool:
        """Take the account of the proxy; False when it holds for this run only."""

    def forget_proxy_account(self) -> None:
        """Show the proxy no account any more."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything that leaves this process."""

    server: Server
    vault: Vault
    browser: Browser
    session: Session
    network: NetworkDoor
