"""The calls of a person about their own account that no outbox keeps: its data, its profile, its end."""

from __future__ import annotations

from comptexpert_desktop.adapters import http
from comptexpert_desktop.adapters.api_client import SUCCESSES, Caller, read
from comptexpert_desktop.domain.documents import read_document
from comptexpert_desktop.domain.profile_story import ProfileStory

MAX_DATA_BYTES = 64 * 1024 * 1024
"""Of the download of one person's data."""
MAX_SECONDS = 120.0
"""That the server may take to gather it."""


class OwnAccountCalls(Caller):
    """Reads and closes the account that holds the token."""

    def my_data(self, *, token: str) -> bytes:
        """Fetch what the server holds of this account, as JSON, byte for byte."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        url = f"{self._root}/api/v1/me/data"
        reply = http.exchange(
            self._client,
            "GET",
            url,
            headers=headers,
            max_bytes=MAX_DATA_BYTES,
            max_seconds=MAX_SECONDS,
            read_timeout=MAX_SECONDS,
        )
        if reply.status not in SUCCESSES:
            raise http.refusal(reply)
        return reply.content

    def profile_story(self, *, token: str) -> ProfileStory:
        """Return the profiles that the account had, and what each other one would change."""
        found = self._call("GET", "/me/profile", token=token)
        return read(lambda: read_document(ProfileStory, found))

    def close_account(self, *, token: str) -> None:
        """Close this account for good."""
        self._call("DELETE", "/me", token=token)
