"""Every output of the server, each read back as its reader reads it: parsed, and as a list of the texts that it shows."""

from __future__ import annotations

import csv
import io
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from django.test import Client
from post_office.models import Email

from comptexpert_server.desk import admin, upkeep
from comptexpert_server.desk.site import desk as pages_of_desk
from comptexpert_server.mail.models import Delivery
from comptexpert_server.mail.outgoing import Kind
from comptexpert_server.rehearsal.demo_people import describe
from tests.canaries import document
from tests.server.desk import prove
from tests.server.visitor import call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.canaries.writing import World
    from tests.server.desk import Desk

DESK = (admin, upkeep)
"""The modules that register the pages of the desk."""
HAMECON = "hameconnage.example"
"""The host of every link that a canary carries: no output makes a link of it."""


def texts_of(value: Any) -> Iterator[str]:
    """List every string of a JSON document, its keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from texts_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts_of(member)


class Page(HTMLParser):
    """A page as a browser reads it: texts, values of attributes, and what none of ours holds."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = [""]
        self.hostile: list[str] = []
        self._inside = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.texts[-1] += "\n"
            return
        self._inside = tag
        self.texts.append("")
        if tag in {"b", "iframe", "object"}:
            self.hostile.append(tag)
        for name, value in attrs:
            self.texts.append(value or "")
            is_link = name in {"href", "src", "action"} and (HAMECON in (value or "") or value == "x")
            if is_link or (name.startswith("on") and "alert" in (value or "")):
                self.hostile.append(f"{tag} {name} {value}")

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and ("alert" in data or HAMECON in data):
            self.hostile.append("script")
        self.texts[-1] += data


def page_texts(content: bytes) -> list[str]:
    """Read a page; none of its tags, links and handlers came from a text."""
    page = Page(content.decode())
    assert page.hostile == []
    return page.texts


def one_after_the_other(person: Desk, path: str, **query: object) -> Iterator[Any]:
    """Give each page of a list."""
    shown = person.get(path, **query)
    yield shown.body
    while shown.body["next"]:
        shown = person.get(path, **query, cursor=shown.body["next"])
        yield shown.body


def delegations(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno):
        for page in one_after_the_other(person, "/delegations"):
            yield from texts_of(page)
    for person in world.staff:
        yield from texts_of(person.get("/delegations").body)


def one_delegation(world: World) -> Iterator[str]:
    for person in world.staff:
        for case in person.get("/delegations").body["items"]:
            yield from texts_of(person.get(f"/delegations/{case['id']}").body)


def identities(world: World) -> Iterator[str]:
    """Read whom each case is about, with those who may be taken for them."""
    for person in (world.agathe, world.bruno, *world.staff):
        for one in person.get("/delegations", limit=200).body["items"]:
            shown = person.get(f"/delegations/{one['id']}/identity")
            assert shown.status == 200, shown.body
            yield from texts_of(shown.body)


def profile_story(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno, *world.staff):
        yield from texts_of(person.get("/me/profile").body)


def grantors(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno, *world.staff):
        yield from texts_of(person.get("/me/grantors").body)


def sync(world: World) -> Iterator[str]:
    for person in (world.agathe, *world.staff):
        yield from texts_of(person.get("/sync").body)


def firm(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno):
        yield from texts_of(person.get(f"/firms/{world.firm.pk}").body)


def review(world: World) -> Iterator[str]:
    opened = world.agathe.post(f"/firms/{world.firm.pk}/reviews", {})
    if opened.status != 200:
        return  # nothing to review
    for one in opened.body["reviews"]:
        yield from texts_of(world.agathe.get(f"/firms/{world.firm.pk}/reviews/{one['id']}").body)


def me(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno, *world.staff):
        yield from texts_of(person.get("/me").body)


def my_data(world: World) -> Iterator[str]:
    for person in (world.agathe, world.bruno, *world.staff):
        yield from texts_of(prove(person).get("/me/data").body)


def register_json(world: World) -> Iterator[str]:
    shown = world.agathe.get("/register", firm=world.firm.pk)
    assert shown.status == 200
    yield from texts_of(shown.body)


def register_csv(world: World) -> Iterator[str]:
    shown = world.agathe.get("/register", firm=world.firm.pk, format="csv")
    rows = list(csv.reader(io.StringIO(shown.body.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) <= 2, "every row has the same cells, but the signed end"
    for row in rows:
        yield from row


def sessions(world: World) -> Iterator[str]:
    yield from texts_of(world.agathe.get("/sessions").body)


def signup_status(world: World) -> Iterator[str]:
    for one in world.signups:
        headers = {"Comptexpert-Claim": one["claim"]}
        yield from texts_of(Client().get(f"/api/v1/signups/{one['id']}", headers=headers).json())


def escalation_status(world: World) -> Iterator[str]:
    for one in world.escalations:
        headers = {"Comptexpert-Claim": one["claim"]}
        yield from texts_of(Client().get(f"/api/v1/escalations/{one['id']}", headers=headers).json())


def registry_entry(world: World) -> Iterator[str]:
    for entry in world.entries:
        yield from texts_of(world.staff[0].get(f"/registry/entries/{entry.pk}").body)


def registry_search(world: World) -> Iterator[str]:
    for entry in world.entries:
        for name in (entry.surname, entry.given_name):
            found = call("/registry/search", {"q": name, "profile": "expert_comptable", "limit": 20})
            yield from texts_of(found.json())


def registry_lookup(world: World) -> Iterator[str]:
    for entry in world.entries:
        body = {"registration_number": entry.registration_number, "profile": "expert_comptable"}
        yield from texts_of(call("/registry/lookup", body).json())


def snapshot(world: World) -> Iterator[str]:
    del world
    told = Client().get("/api/v1/registry/snapshot").json()
    whole = Client().get(told["url"].partition("://")[2].partition("/")[2].join(("/", "")))
    content = b"".join(whole.streaming_content) if whole.streaming else whole.content
    import gzip

    for line in gzip.decompress(content).decode().splitlines():
        yield from texts_of(json.loads(line))


def effects(world: World) -> Iterator[str]:
    body = {"service": "rfc", "rights": ["access"], "grantee": str(world.newcomer().account.pk)}
    shown = world.agathe.post("/delegations/effects", {"gestures": [body]})
    assert shown.status == 200, shown.body
    yield from texts_of(shown.body)


def answered(operation: str) -> Callable[[World], Iterator[str]]:
    """Read what an operation answered to those who wrote."""

    def read(world: World) -> Iterator[str]:
        for body in world.answers.get(operation, []):
            yield from texts_of(body)

    return read


def _sent(kind: Kind) -> Iterator[EmailMessage]:
    """Give the mails of a kind as they leave: one recipient, the headers of ours, text and at most the same in HTML."""
    for delivery in Delivery.objects.filter(kind=kind).select_related("email"):
        content = delivery.email.email_message().message().as_bytes()
        sent = message_from_bytes(content, EmailMessage, policy=policy.default)
        assert sent["To"] == delivery.recipient
        assert not {"Cc", "Bcc", "Reply-To"} & set(sent.keys())
        has_html = bool(delivery.email.html_message)
        kinds = ["multipart/alternative", "text/plain", "text/html"] if has_html else ["text/plain"]
        assert [part.get_content_type() for part in sent.walk()] == kinds
        yield sent


def _unquoted(text: str) -> str:
    """Take away the mark before each line of a quotation."""
    return "\n".join(line.removeprefix(">") for line in text.splitlines())


def html_of_mails(kind: Kind) -> Callable[[World], Iterator[str]]:
    """Read the HTML of the mails of a kind."""

    def read(world: World) -> Iterator[str]:
        del world
        for sent in _sent(kind):
            page = sent.get_body(("html",))
            if page is not None:
                yield from (_unquoted(text) for text in page_texts(page.get_content().encode()))

    return read


def mails(kind: Kind) -> Callable[[World], Iterator[str]]:
    """Read the text of the mails of a kind: nothing of theirs begins a line."""

    def read(world: World) -> Iterator[str]:
        del world
        for sent in _sent(kind):
            body = sent.get_body(("plain",))
            assert body is not None
            text = body.get_content()
            assert not [line for line in text.splitlines() if line.startswith((f"https://{HAMECON}", "Bcc:", "END:"))]
            yield str(sent["Subject"])
            yield _unquoted(text)

    return read


def desk_page(label: str) -> Callable[[World], Iterator[str]]:
    """Read the list and every form of a page of the desk."""

    def read(world: World) -> Iterator[str]:
        browser = Client()
        browser.force_login(world.head)
        app, _, model = label.partition(".")
        yield from page_texts(browser.get(f"/admin/{app}/{model}/", query_params={"q": "e"}).content)
        shown = browser.get(f"/admin/{app}/{model}/")
        assert shown.status_code == 200, shown
        yield from page_texts(shown.content)
        registered = next(one for one in pages_of_desk._registry if one._meta.label_lower == label)
        for row in registered._default_manager.order_by("-pk")[:40]:
            shown = browser.get(f"/admin/{app}/{model}/{row.pk}/change/")
            if shown.status_code == 200:
                yield from page_texts(shown.content)

    return read


def home(world: World) -> Iterator[str]:
    """Read the pages of somebody who is signed in."""
    for person in (world.agathe, *world.staff[:3]):
        browser = Client()
        browser.force_login(person.account)
        for path in ("/", "/aide/", "/compte/sessions/", "/compte/2fa/", "/compte/logout/"):
            shown = browser.get(path)
            if shown.status_code == 200:
                yield from page_texts(shown.content)


def pages_of_cabinet(world: World) -> Iterator[str]:
    """Read the page of the cabinet, as those who grant and those who work there do."""
    for person in (world.agathe, world.bruno, *world.staff[:3]):
        browser = Client()
        browser.force_login(person.account)
        shown = browser.get(f"/cabinet/{world.firm.pk}/")
        if shown.status_code == 200:
            yield from page_texts(shown.content)


def activation(world: World) -> Iterator[str]:
    """Read the pages behind the links of the mails."""
    del world
    for email in Email.objects.all():
        for line in email.message.splitlines():
            if "/activation/" in line or "/pas-moi/" in line:
                shown = Client().get("/" + line.strip().split("/", 3)[3])
                yield from page_texts(shown.content)


def terminal(world: World) -> Iterator[str]:
    """Read what the commands print: JSON, and no letter that a terminal obeys."""
    printed = io.StringIO()
    printed.write(json.dumps(describe(), ensure_ascii=False))
    shown = printed.getvalue()
    assert not [letter for letter in shown if ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0]
    del world
    yield from texts_of(json.loads(shown))


def log(world: World) -> Iterator[str]:
    """Read what the log of the writing held."""
    yield from world.log


API: dict[str, Callable[[World], Iterator[str]]] = {
    "GET /api/v1/delegations": delegations,
    "GET /api/v1/delegations/{delegation_id}": one_delegation,
    "GET /api/v1/delegations/{delegation_id}/identity": identities,
    "GET /api/v1/sync": sync,
    "GET /api/v1/firms/{firm_id}": firm,
    "GET /api/v1/firms/{firm_id}/reviews/{review_id}": review,
    "GET /api/v1/me": me,
    "GET /api/v1/me/data": my_data,
    "GET /api/v1/me/grantors": grantors,
    "GET /api/v1/me/profile": profile_story,
    "GET /api/v1/register": register_json,
    "GET /api/v1/sessions": sessions,
    "GET /api/v1/signups/{signup_id}": signup_status,
    "GET /api/v1/escalations/{escalation_id}": escalation_status,
    "GET /api/v1/registry/entries/{entry_id}": registry_entry,
    "POST /api/v1/registry/search": registry_search,
    "POST /api/v1/registry/lookup": registry_lookup,
    "POST /api/v1/delegations/effects": effects,
}
QUIET = {
    "GET /api/v1/catalogue": "data of the release",
    "GET /api/v1/councils": "data of the release",
    "GET /api/v1/registry/snapshot": "a manifest: figures and a signature",
    "POST /api/v1/me/email": "a masked address and a time",
    "POST /api/v1/password-resets": "one word",
    "POST /api/v1/signups/{signup_id}/resend": "the same status as GET",
    "POST /api/v1/firms/{firm_id}/absences/{absence_id}/end": "the page of the firm",
    "POST /api/v1/firms/{firm_id}/absences/{absence_id}/object": "the page of the firm",
    "DELETE /api/v1/firms/{firm_id}/members/{account_id}": "the page of the firm",
    "DELETE /api/v1/firms/{firm_id}/members/{account_id}/departure": "the page of the firm",
    "POST /api/v1/firms/{firm_id}/unused/{delegation_id}/keep": "the page of the firm",
    "POST /api/v1/firms/{firm_id}/reviews": "the page of the firm",
    "POST /api/v1/firms/{firm_id}/reviews/{review_id}/answers": "the page of a review",
    "POST /api/v1/firms/{firm_id}/terms": "the page of the firm",
    "GET /api/v1/register/attestation": "one line in base64url: the names that the list of delegations shows",
    "POST /api/v1/delegations/{delegation_id}/renew": "takes no text, and shows what GET shows",
}
"""Operations that show no text of outside, or what another one shows by the same schema, and why."""


def speaking_operations() -> set[str]:
    """List the operations whose success holds a JSON document."""
    return {
        f"{method.upper()} {path}"
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
        if any(
            "json" in kind
            for status, answer in operation["responses"].items()
            if status.startswith("2")
            for kind in answer.get("content", {})
        )
    }


def _outputs() -> dict[str, Callable[[World], Iterator[str]]]:
    operations = {name: API.get(name) or answered(name) for name in sorted(speaking_operations() - QUIET.keys())}
    return (
        operations
        | {f"mail {kind.value}": mails(kind) for kind in Kind}
        | {f"mail {kind.value} in HTML": html_of_mails(kind) for kind in Kind}
        | {f"desk {model._meta.label_lower}": desk_page(model._meta.label_lower) for model in pages_of_desk._registry}
        | {
            "register CSV": register_csv,
            "snapshot": snapshot,
            "pages": home,
            "pages of a cabinet": pages_of_cabinet,
            "pages of links": activation,
            "terminal": terminal,
            "log": log,
        }
    )


OUTPUTS = _outputs()
"""Every output by its name: the operations come from the OpenAPI document, mails from their kinds, pages from the desk."""
