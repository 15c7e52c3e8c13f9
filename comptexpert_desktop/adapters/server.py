"""The gateway to our API: documents go out, the domain's words come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from comptexpert_desktop.adapters import http, http_date, snapshots, write_answers
from comptexpert_desktop.adapters.api.commands import CommandCalls
from comptexpert_desktop.adapters.api.effects import EffectCalls
from comptexpert_desktop.adapters.api.firm import FirmCalls
from comptexpert_desktop.adapters.api.own_account import OwnAccountCalls
from comptexpert_desktop.adapters.api.registry import RegistryCalls
from comptexpert_desktop.adapters.api.reviews import ReviewCalls
from comptexpert_desktop.adapters.api_client import SUCCESSES, read
from comptexpert_desktop.adapters.snapshot_keys import UNTRUSTED, SnapshotKeys
from comptexpert_desktop.domain.attestation import read_drawn
from comptexpert_desktop.domain.documents import (
    flag,
    items,
    read_catalogue,
    read_council,
    read_delegation,
    read_me,
    read_session,
    required_text,
    texts,
)
from comptexpert_desktop.domain.signup import MAIL_REFUSED, SignupStatus
from comptexpert_desktop.domain.wire_types import Snapshot, SyncPage
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    import httpx

    from comptexpert_desktop.adapters.network_proxy import ProxyAccess
    from comptexpert_desktop.domain.attestation import Drawn
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.session import Me, OwnSession
    from comptexpert_desktop.settings import Network

_LONG_DOWNLOAD = 600.0


class HttpServer(RegistryCalls, FirmCalls, ReviewCalls, OwnAccountCalls, EffectCalls, CommandCalls):
    """The server at one address. Implements `ports.Server`; safe to use from several threads."""

    def __init__(
        self,
        server_url: str,
        *,
        pins: Path,
        network: Network | None = None,
        access: ProxyAccess | None = None,
        transport: httpx.BaseTransport | None = None,
        snapshot_key: str = "",
    ) -> None:
        """Speak to this server; `pins` is the file that remembers the keys of first contact.

        `snapshot_key` is the one that a policy imposes: it wins over all of them.
        """
        super().__init__(server_url, http.new_client(network=network, access=access, transport=transport))
        self._keys = SnapshotKeys(pins, imposed=snapshot_key)

    def snapshot(self, *, since: int | None) -> Snapshot | None:
        """Fetch and verify the public lists; None when `since` is the newest version.

        Raises UnexpectedReply for a copy that was touched, that is older than ours or too large.
        """
        query = f"?{urlencode({'from': since})}" if since is not None else ""
        checked = self._manifest(query)
        if checked is None:
            return None
        if since is not None and checked.version < since:
            raise UnexpectedReply("SNAPSHOT_OLDER")
        if checked.version == since:
            return None
        url = snapshots.file_address(checked.url, root=self._root)
        reply = http.exchange(self._client, "GET", url, max_bytes=checked.size, max_seconds=_LONG_DOWNLOAD)
        if reply.status not in SUCCESSES:
            raise http.refusal(reply)
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
        reply = http.exchange(self._client, "GET", url, headers=headers)
        if reply.status not in SUCCESSES:
            raise http.refusal(reply)
        return reply.content

    def attestation(self, firm_id: str, *, account_id: str, token: str, on: date | None = None) -> Drawn:
        """Attest what a person may do for a firm today, or could do on a past day; for those who grant for it."""
        day = {} if on is None else {"on": on.isoformat()}
        query = urlencode({"firm": firm_id, "account": account_id} | day)
        found = self._call("GET", f"/register/attestation?{query}", token=token)
        return read(lambda: read_drawn(found))

    def pinned_key(self) -> bytes | None:
        """Return the server's public key as it was at first contact, without asking anybody."""
        return self._keys.known(self._root)

    def _manifest(self, query: str) -> snapshots.Manifest | None:
        """Fetch what describes the public lists, and the key that signed it; once more when they do not fit.

        A server that replaces its key between the two answers signed the first with the old one.
        """
        for is_last in (False, True):
            manifest = self._call("GET", f"/registry/snapshot{query}")
            if manifest is None:
                return None
            key = self._snapshot_key()
            try:
                checked = snapshots.check_manifest(manifest, key=key)
            except UnexpectedReply as fault:
                if is_last or fault.code != UNTRUSTED:
                    raise
                continue
            self._keys.keep(self._root, key=key)  # whoever offered it has proved that it holds it
            return checked
        raise AssertionError

    def _snapshot_key(self) -> bytes:
        found = self._call("GET", "/.well-known/comptexpert", under="")
        return self._keys.expected(
            self._root,
            offered=read(lambda: required_text(found["snapshot_key"])),
            handovers=read(lambda: found.get("snapshot_key_handovers")),
        )

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
                cursor=required_text(found["cursor"]),
                delegations=tuple(read_delegation(item) for item in items(found["delegations"])),
                removed=texts(found.get("removed")),
                is_full=flag(found.get("full")),
            ),
        )

    def sessions(self, *, token: str) -> tuple[OwnSession, ...]:
        """List the places where this account is signed in, the latest used first."""
        found = self._call("GET", "/sessions", token=token)
        return read(lambda: tuple(read_session(item) for item in items(found["items"])))

    def end_session(self, session_id: str, *, token: str) -> None:
        """End one of them; one that ended already is nothing."""
        self._call("DELETE", f"/sessions/{quote(session_id, safe='')}", token=token)

    def signup_status(self, signup_id: str, *, claim: str) -> str:
        """Tell `activation_sent`, `mail_refused` when nobody takes that mail, `activated` or `expired`."""
        path = f"/signups/{quote(signup_id, safe='')}"
        found = self._call("GET", path, headers={"Comptexpert-Claim": claim})
        return read(lambda: _progress_of(found))

    def escalation(self, escalation_id: str, *, claim: str) -> Mapping[str, object]:
        """Tell where a file with the Conseil régional stands."""
        path = f"/escalations/{quote(escalation_id, safe='')}"
        found = self._call("GET", path, headers={"Comptexpert-Claim": claim})
        return read(lambda: write_answers.check_state(found | {"status": required_text(found["status"])}))

    def ping(self) -> None:
        """Return when the server answers; it tells its epoch, which `/healthz` does not."""
        found = self._call("GET", "/.well-known/comptexpert", under="")
        read(lambda: required_text(found["epoch"]))

    def clock(self) -> datetime:
        """Tell the server's time, to the second."""
        reply = http.exchange(self._client, "GET", f"{self._root}/healthz")
        found = http_date.read(reply.headers.get("date"))
        if found is None:
            raise UnexpectedReply
        return found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _progress_of(found: Mapping[str, Any]) -> str:
    status, is_refused = required_text(found["status"]), flag(found.get(MAIL_REFUSED))
    return MAIL_REFUSED if is_refused and status == SignupStatus.ACTIVATION_SENT else status
