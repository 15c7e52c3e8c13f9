"""The gateways to the outside, as the use cases see them; each has a fake in `tests/fakes.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from comptexpert_desktop.domain.wire_types import Sending, Snapshot, SyncPage
from comptexpert_desktop.store.stores import Stores

__all__ = ["Browser", "Gateways", "NetworkGateway", "Sending", "Server", "Snapshot", "Stores", "SyncPage", "Vault"]

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.attestation import Drawn
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.effects import Effects, Gesture
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.domain.importing import ImportAnswer
    from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.profile_story import ProfileStory
    from comptexpert_desktop.domain.registry import FirmGrantor, RegionalCouncil, RegistryEntry
    from comptexpert_desktop.domain.review import ReviewPage
    from comptexpert_desktop.domain.session import Me, OwnSession, Tokens
    from comptexpert_desktop.domain.wire_types import Answer
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.usecases.token_session import Session


class RegistryCalls(Protocol):
    """The registry and the public documents; most of it asks for no account."""

    def search(self, text: str, *, profile: Profile, limit: int) -> tuple[RegistryEntry, ...]:
        """Search a list of the registry by name."""

    def search_grantors(self, text: str, *, limit: int) -> tuple[RegistryEntry, ...]:
        """Search everybody who may be asked for a right by name."""

    def lookup(self, registration_number: str, *, profile: Profile) -> RegistryEntry:
        """Find an entry by its number; raises `Refused` with REG_NUMBER_UNKNOWN."""

    def grantors(self, *, token: str) -> tuple[FirmGrantor, ...]:
        """List those who grant for the cabinets of whoever is signed in."""

    def entry_firms(self, entry_id: str, *, token: str) -> tuple[Firm, ...]:
        """Tell the firms of a registry entry."""

    def snapshot(self, *, since: int | None) -> Snapshot | None:
        """Fetch and verify the public lists; None when `since` is the newest version."""

    def catalogue(self) -> Catalogue:
        """Fetch the services and their rights."""

    def councils(self) -> tuple[RegionalCouncil, ...]:
        """Fetch the Conseils régionaux."""


class AccountCalls(Protocol):
    """Who is signed in, where, and what is theirs."""

    def me(self, *, token: str) -> Me:
        """Tell who holds this access token."""

    def sync(self, *, token: str, cursor: str) -> SyncPage | None:
        """Fetch what changed since the cursor; None when nothing did."""

    def sessions(self, *, token: str) -> tuple[OwnSession, ...]:
        """List the places where this account is signed in, the latest used first."""

    def end_session(self, session_id: str, *, token: str) -> None:
        """End one of them; one that ended already is nothing."""

    def my_data(self, *, token: str) -> bytes:
        """Fetch what the server holds of this account, as JSON, byte for byte."""

    def profile_story(self, *, token: str) -> ProfileStory:
        """Tell the profiles that this account had, and what each other one would change."""

    def close_account(self, *, token: str) -> None:
        """Close this account for good."""


class FirmCalls(Protocol):
    """The cabinets, for those who grant for them."""

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        """Give a cabinet with its people, terms and settings; for those who grant for it."""

    def review(self, firm_id: str, review_id: str, *, token: str) -> ReviewPage:
        """Give a yearly review with every right in it; for those who grant for the firm."""

    def register(self, firm_id: str, *, form: str, token: str) -> bytes:
        """Export the register of a firm, `json` or `csv`, byte for byte."""


class CommandCalls(Protocol):
    """What is written, and what came of it."""

    def parcels(self, sendings: Sequence[Sending]) -> Sequence[Sequence[Sending]]:
        """Split commands into what travels together, in their order."""

    def send(self, sendings: Sequence[Sending], *, token: str) -> Mapping[str, Answer | ServerError]:
        """Send one parcel; gives what each key came to. An empty token for what needs no account."""

    def show_effects(self, gestures: Sequence[Gesture], *, token: str) -> Effects:
        """Tell what gestures would change; nothing is done. Raises what one of them alone would be refused with."""

    def identity(self, delegation_id: str, *, token: str) -> Identity:
        """Tell whom a delegation is about: its other party, and who may be taken for them."""

    def preview_import(self, table: str, *, key: str, token: str) -> ImportAnswer:
        """Tell what each line of a table would give; nothing is granted."""

    def signup_status(self, signup_id: str, *, claim: str) -> str:
        """Tell `activation_sent`, `mail_refused`, `activated` or `expired`."""

    def escalation(self, escalation_id: str, *, claim: str) -> Mapping[str, object]:
        """Tell where a file with the Conseil régional stands."""


class ServerState(Protocol):
    """The server itself: its key, its epoch, its clock."""

    def attestation(self, firm_id: str, *, account_id: str, token: str, on: date | None = None) -> Drawn:
        """Attest what a person may do for a firm today; for those who grant for it."""

    def pinned_key(self) -> bytes | None:
        """Return the server's public key as it was at first contact, without asking anybody."""

    def epoch(self) -> str:
        """Tell the epoch of the server's database, as its last answer told it, without asking; empty before any."""

    def date(self) -> datetime | None:
        """Return the server's time now, as its last answer told it, without asking; None before any."""

    def poll_after(self) -> float | None:
        """Return in how many seconds the server asks for the next synchronisation; None before it said."""

    def ping(self) -> None:
        """Return when the server answers."""

    def clock(self) -> datetime:
        """Tell the server's time, to the second."""


class Server(RegistryCalls, AccountCalls, FirmCalls, CommandCalls, ServerState, Protocol):
    """Our API. Every method may raise a `ServerError` and nothing else."""


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

    def sign_in(
        self, *, cancelled: threading.Event, fresh: bool = False, hand_over: Callable[[str], bool] | None = None
    ) -> Tokens:
        """Let the person sign in; returns once the answer came, within 120 s. `fresh` asks for the password.

        `hand_over` takes the address of the page, which leads on once, instead of the system's browser.
        """

    def refresh(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for a new pair; raises `SessionExpired` when it is dead."""

    def revoke(self, refresh_token: str) -> None:
        """End the token family on the server."""


class NetworkGateway(Protocol):
    """What stands between this machine and the server; nothing is raised, what is wrong is found."""

    def check(self, step: Step) -> Finding:
        """Look at one step."""

    def proxy(self) -> ProxyAccount:
        """Tell which proxy stands before the server, and who we are to it."""

    def sign_in_to_proxy(self, *, user: str, password: str) -> bool:
        """Take the account of the proxy; False when it holds for this run only."""

    def delete_proxy_account(self) -> None:
        """Show the proxy no account any more."""


def _close_nothing() -> None:
    """Close gateways that keep no connection."""


@dataclass(frozen=True, slots=True)
class Gateways:
    """Everything that leaves this process."""

    server: Server
    vault: Vault
    browser: Browser
    session: Session
    network: NetworkGateway
    close: Callable[[], None] = _close_nothing
    """Close the connections that are kept open."""
