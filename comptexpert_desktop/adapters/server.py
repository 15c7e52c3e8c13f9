"""The door to our API: documents go out, the domain's words come back."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from comptexpert_desktop.adapters import batch, snapshots, wire
from comptexpert_desktop.adapters.calling import SUCCESSES, read
from comptexpert_desktop.adapters.firm_calls import FirmCalls
from comptexpert_desktop.adapters.import_calls import ImportCalls
from comptexpert_desktop.adapters.review_calls import ReviewCalls
from comptexpert_desktop.domain.documents import (
    items,
    read_catalogue,
    read_council,
    read_delegation,
    read_entry,
    read_firm,
    read_me,
    read_session,
    text,
    texts,
)
from comptexpert_desktop.domain.exchange import Snapshot, SyncPage
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import httpx

    from comptexpert_desktop.adapters.network_proxy import ProxyAccess
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.exchange import Call
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry
    from comptexpert_desktop.domain.session import Me, OwnSession
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.settings import Network

_LONG_DOWNLOAD = 600.0


class HttpServer(FirmCalls, ReviewCalls, ImportCalls):
    """The server at one address. Implements `ports.Server`; safe to use from several threads."""

    def __init__(
        self,
        server_url: str,
        *,
        pins: Path,
        network: Network | None = None,
        access: ProxyAccess | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Speak to this server; `pins` is the file that remembers the keys of first contact."""
        super().__init__(server_url, wire.new_client(network=network, access=access, transport=transport))
        self._pins = snapshots.Pins(pins)

    def search(self, text: str, *, profile: Profile, limit: int) -> tuple[RegistryEntry, ...]:
        """Search a list of the registry by name."""
        body = {"q": text, "profile": profile.value, "limit": limit}
        found = self._call("POST", "/registry/search", document=body)
        return read(lambda: tuple(read_entry(item) for item in items(found["items"])))

    def lookup(self, registration_number: str, *, profile: Profile) -> RegistryEntry:
        """Find an entry by its number; raises `Refused` with REG_NUMBER_UNKNOWN."""
        body = {"registration_number": registration_number, "profile": profile.value}
        found = self._call("POST", "/registry/lookup", document=body)
        return read(lambda: read_entry(found))

    def entry_firms(self, entry_id: str, *, token: str) -> tuple[Firm, ...]:
        """Tell the firms of a registry entry."""
        found = self._call("GET", f"/registry/entries/{quote(entry_id, safe='')}", token=token)
        return read(lambda: tuple(read_firm(firm) for firm in items(found["firms"])))

    def snapshot(self, *, since: int | None) -> Snapshot | None:
        """Fetch and verify the public lists; None when `since` is the newest version.

        Raises UnexpectedReply for a copy that was touched, that is older than ours or too large.
        """
        query = f"?{urlencode({'from': since})}" if since is not None else ""
        manifest = self._call("GET", f"/registry/snapshot{query}")
        if manifest is None:
            return None
        checked = snapshots.check_manifest(manifest, key=self._snapshot_key())
        if since is not None and checked.version < since:
            raise UnexpectedReply("SNAPSHOT_OLDER")
        if checked.version == since:
            return None
        url = snapshots.file_address(checked.url, root=self._root)
        reply = wire.exchange(self._client, "GET", url, most_bytes=checked.size, most_seconds=_LONG_DOWNLOAD)
        if reply.status not in SUCCESSES:
            raise wire.refusal(reply)
        return Snapshot(
            version=checked.version,
            base_version=checked.base_version,
            generated_at=checked.generated_at,
            rows=snapshots.read_rows(reply.content, manifest=checked),
        )

    def register(self, firm_id: str, *, form: str, token: str) -> bytes:
        """Export the register of a firm, `json` or `csv`, byte for byte."""
        url = f"{self._root}/api/v1/register?{urlencode({'firm': firm_id, 'format': form})}"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/csv, application/problem+json"}
        reply = wire.exchange(self._client, "GET", url, headers=headers)
        if reply.status not in SUCCESSES:
            raise wire.refusal(reply)
        return reply.content

    def pinned_key(self) -> bytes | None:
        """Return the server's public key as it was at first contact, without asking anybody."""
        return self._pins.known(self._root)

    def _snapshot_key(self) -> bytes:
        found = self._call("GET", "/.well-known/comptexpert", under="")
        told = read(lambda: str(found["snapshot_key"]))
        return self._pins.key(self._root, told=told)

    def catalogue(self) -> Catalogue:
        """Fetch the services and their rights."""
        found = self._call("GET", "/catalogue")
        return read(lambda: read_catalogue(found))

    def councils(self) -> tuple[RegionalCouncil, ...]:
        """Fetch the Conseils régionaux."""
        found = self._call("GET", "/councils")
        return read(lambda: tuple(read_council(item) for item in items(found["councils"])))

    def me(self, *, token: str) -> Me:
        """Tell who holds this access token."""
        found = self._call("GET", "/me", token=token)
        return read(lambda: read_me(found))

    def sync(self, *, token: str, cursor: str) -> SyncPage | None:
        """Fetch what changed since the cursor; None when nothing did."""
        query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        found = self._call("GET", f"/sync{query}", token=token)
        if found is None:
            return None
        return read(
            lambda: SyncPage(
                cursor=str(found["cursor"]),
                delegations=tuple(read_delegation(item) for item in items(found["delegations"])),
                removed=texts(found.get("removed")),
                is_full=bool(found.get("full")),
            ),
        )

    def sessions(self, *, token: str) -> tuple[OwnSession, ...]:
        """List the places where this account is signed in, the latest used first."""
        found = self._call("GET", "/sessions", token=token)
        return read(lambda: tuple(read_session(item) for item in items(found["items"])))

    def end_session(self, session_id: str, *, token: str) -> None:
        """End one of them; one that ended already is nothing."""
        self._call("DELETE", f"/sessions/{quote(session_id, safe='')}", token=token)

    def submit(self, call: Call, *, token: str) -> Mapping[str, object]:
        """Send one write; an empty token for a sign-up."""
        headers = {"Idempotency-Key": call.key}
        if call.if_match is not None:
            headers["If-Match"] = f'"{call.if_match}"'
        found = self._call(call.method, call.path, token=token, document=dict(call.body), headers=headers)
        if not isinstance(found, dict) or "id" not in found:
            raise UnexpectedReply
        return found

    def decide(self, calls: Sequence[Call], *, token: str) -> Mapping[str, Mapping[str, object] | ServerError]:
        """Send many decisions in one call; gives what each key came to."""
        found = self._call("POST", "/delegations/decisions", token=token, document=batch.document(calls))
        return batch.read(found, calls=calls)

    def signup_status(self, signup_id: str, *, claim: str) -> str:
        """Tell `activation_sent`, `activated` or `expired`."""
        path = f"/signups/{quote(signup_id, safe='')}"
        found = self._call("GET", path, headers={"Comptexpert-Claim": claim})
        return read(lambda: text(found["status"]))

    def resend_activation(self, signup_id: str, *, claim: str) -> str:
        """Ask for the activation mail again; tells the status, `activated` when none was needed."""
        headers = {"Comptexpert-Claim": claim, "Idempotency-Key": str(uuid.uuid4())}
        found = self._call("POST", f"/signups/{quote(signup_id, safe='')}/resend", document={}, headers=headers)
        return read(lambda: text(found["status"]))

    def escalation(self, escalation_id: str, *, claim: str) -> Mapping[str, object]:
        """Tell where a file with the Conseil régional stands."""
        path = f"/escalations/{quote(escalation_id, safe='')}"
        found = self._call("GET", path, headers={"Comptexpert-Claim": claim})
        if not isinstance(found, dict) or "status" not in found:
            raise UnexpectedReply
        return found

    def ping(self) -> None:
        """Return when the server answers; it tells its epoch, which `/healthz` does not."""
        found = self._call("GET", "/.well-known/comptexpert", under="")
        read(lambda: found["epoch"])

    def clock(self) -> datetime:
        """Tell the server's time, to the second."""
        reply = wire.exchange(self._client, "GET", f"{self._root}/healthz")
        return read(lambda: parsedate_to_datetime(reply.headers["date"]).astimezone(UTC))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
