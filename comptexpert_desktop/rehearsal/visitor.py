"""A person in front of a browser: fetches pages, keeps cookies, fills in forms, follows redirects.

No JavaScript, which is also a promise that the pages keep. Only loopback addresses are visited. Run as a program,
it is what `$BROWSER` names during a rehearsal: it signs in with the identifiant and the password of a fictitious
person, read from the file that COMPTEXPERT_REHEARSAL_PERSON names.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

PERSON_FILE = "COMPTEXPERT_REHEARSAL_PERSON"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUT = 20.0


@dataclass
class Form:
    """A form of a page: where it goes, how, and what stands in its fields."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    """Each name with its values: boxes of one group share a name."""


@dataclass(frozen=True)
class Page:
    """What a visit gave."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]

    def form_with(self, *names: str) -> Form:
        """Find the form that has all these fields."""
        for form in self.forms:
            if set(names) <= set(form.fields):
                return form
        raise LookupError(f"No form with {', '.join(names)} on {urlsplit(self.url).path} ({self.status})")


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._inside = True
        elif self._inside and tag in {"input", "button", "select", "textarea"} and given.get("name"):
            unchecked = given.get("type") in {"checkbox", "radio"} and "checked" not in given
            if not unchecked and not (tag == "button" and given["name"] in self.forms[-1].fields):
                self.forms[-1].fields.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Visitor:
    """One person's browser."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))

    def open(self, url: str, data: dict[str, list[str]] | None = None, *, referer: str = "") -> Page:
        """Visit an address, or send a form to it; an error page is a page."""
        if urlsplit(url).hostname not in _LOOPBACK:
            raise ValueError("A rehearsal visits this machine alone.")
        body = urlencode(data, doseq=True).encode() if data is not None else None
        headers = {"Referer": referer, "Accept": "text/html", "Accept-Language": "fr"}
        request = Request(url, data=body, headers=headers)  # noqa: S310 - loopback, checked above
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                return read_page(answer.url, answer.status, answer.read())
        except HTTPError as error:
            return read_page(error.url or url, error.code, error.read())

    def submit(self, page: Page, form: Form, **fields: str) -> Page:
        """Fill in a form and send it."""
        target = urljoin(page.url, form.action)
        content = form.fields | {name: [value] for name, value in fields.items()}
        if form.method == "get":
            return self.open(f"{target}?{urlencode(content, doseq=True)}", referer=page.url)
        return self.open(target, content, referer=page.url)

    def sign_in(self, url: str, *, login_id: str, password: str) -> Page:
        """Follow an authorization address to its end: sign in, consent, and come back to the application."""
        page = self.open(url)
        if any("password" in form.fields for form in page.forms):
            page = self.submit(page, page.form_with("login", "password"), login=login_id, password=password)
        if any("action" in form.fields for form in page.forms):
            page = self.submit(page, page.form_with("action"), action="grant")
        return page

    def set_password(self, url: str, password: str) -> Page:
        """Open an activation or reset link and set the password."""
        page = self.open(url)
        form = page.form_with("password1", "password2")
        return self.submit(page, form, password1=password, password2=password)


def read_page(url: str, status: int, body: bytes) -> Page:
    """Read the forms of what an address gave."""
    text = body.decode("utf-8", errors="replace")
    reader = _FormReader()
    reader.feed(text)
    return Page(url, status, text, tuple(reader.forms))


def main() -> int:
    """Sign in at the address given as the last argument."""
    person = json.loads(Path(os.environ[PERSON_FILE]).read_text(encoding="utf-8"))
    page = Visitor().sign_in(sys.argv[-1], login_id=person["login_id"], password=person["password"])
    return 0 if page.status == 200 else 1  # noqa: PLR2004 - HTTP's own number


if __name__ == "__main__":
    raise SystemExit(main())
