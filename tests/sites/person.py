"""A person in front of a browser who walks between the server and the sites; no JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import httpx

from tests.server.visitor import Form

MAX_WALK = 15


class Person:
    """One browser with its cookies; it stops where it is sent to an address outside its world."""

    def __init__(self, *worlds: str) -> None:
        """Know the addresses, such as http://127.0.0.1:8000, that answer."""
        self._worlds = worlds
        self._client = httpx.Client(trust_env=False, timeout=20)
        self.page = httpx.Response(204)
        self.at = ""

    def close(self) -> None:
        self._client.close()

    def visit(self, url: str) -> str:
        """Open an address, follow it to its end, and give where that is."""
        return self._walk("GET", url, None)

    def send(self, **fields: str) -> str:
        """Fill in the first form of the page and send it."""
        form = Form(self.page.content)
        values: dict[str, Any] = {**form.fields, **{name: [value] for name, value in fields.items()}}
        return self._walk("POST", urljoin(self.at, form.action or self.at), values)

    def sign_in(self, login_id: str, password: str) -> str:
        return self.send(login=login_id, password=password)

    def _walk(self, method: str, url: str, values: dict[str, Any] | None) -> str:
        for _step in range(MAX_WALK):
            self.at = url
            if not url.startswith(tuple(f"{world}/" for world in self._worlds)):
                return url
            self.page = self._client.request(method, url, data=values)
            if not self.page.is_redirect:
                return url
            url = urljoin(url, self.page.headers["Location"])
            method, values = "GET", None
        raise AssertionError("the pages send each other around")
