"""One cabinet in which every text that is kept holds canaries: who writes what, and where."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.utils import timezone

from comptexpert_server.base.text_rules import composed, has_invisible, label_fault, name_fault
from comptexpert_server.desk.models import Correction, Escalation
from comptexpert_server.intake.importing import import_file
from comptexpert_server.registry.models import Firm, RegistryEntry
from tests.canaries import CANARIES, LINES
from tests.server import desk
from tests.server.visitor import call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.server.desk import Answer, Desk

SENTENCES = CANARIES | {name: text for name, text in LINES.items() if name in {"link alone", "calendar lines"}}
"""What a sentence of several lines takes."""


@dataclass
class World:
    """One cabinet, who works there, and what the calls that wrote were answered."""

    folder: Path
    firm: Firm = field(default_factory=desk.firm)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    """What each operation answered, by its name in the OpenAPI document."""
    signups: list[dict[str, Any]] = field(default_factory=list)
    escalations: list[dict[str, Any]] = field(default_factory=list)
    entries: list[RegistryEntry] = field(default_factory=list)
    """Who came with a file."""
    log: list[str] = field(default_factory=list)
    """What the log held after the writing."""
    staff: list[Desk] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.agathe = desk.expert(self.firm)
        self.bruno = desk.expert(self.firm, surname="Ferrand")
        self.head = desk.account("", "", is_staff=True, is_superuser=True)

    def newcomer(self) -> Desk:
        """Give somebody who has no right yet."""
        self.staff.append(desk.staff())
        return self.staff[-1]

    def noted(self, operation: str, answer: Answer) -> dict[str, Any]:
        """Keep what an operation answered; it has to be a success."""
        assert answer.status in {200, 201, 202}, (operation, answer.body)
        self.answers.setdefault(operation, []).append(answer.body)
        return dict(answer.body)

    def asked(self, **changes: object) -> dict[str, Any]:
        """Ask Agathe for a right, as somebody new."""
        answer = self.newcomer().ask(desk.grantor_of(self.agathe), **changes)
        return self.noted("POST /api/v1/delegations", answer)


DECIDE = "POST /api/v1/delegations/{delegation_id}/"


def reason(world: World, text: str) -> None:
    """Ask with a reason."""
    world.noted(DECIDE + "approve", world.agathe.decide(world.asked(reason=text), "approve"))


def _note(action: str, *before: str) -> Callable[[World, str], None]:
    def write(world: World, text: str) -> None:
        case = world.asked()
        for move in before:
            case = world.noted(DECIDE + move, world.agathe.decide(case, move))
        person = world.staff[-1] if action in {"withdraw", "relinquish"} else world.agathe
        more = {"grantor": str(desk.grantor_of(world.bruno).pk)} if action == "transfer" else {}
        world.noted(DECIDE + action, person.decide(case, action, note=text, **more))

    return write


def note_of_change(action: str) -> Callable[[World, str], None]:
    """Change a right of several, or what is asked, with a note."""

    def write(world: World, text: str) -> None:
        until = (timezone.localdate() + timedelta(days=30)).isoformat()
        rights = ["prepare", "seal"] if action == "narrow" else ["prepare"]
        case = world.asked(service="jesignexpert", rights=rights, valid_until=until)
        if action != "edit":
            case = world.noted(DECIDE + "approve", world.agathe.decide(case, "approve"))
        person = world.agathe if action == "narrow" else world.staff[-1]
        said = {"narrow": {"rights": ["prepare"]}, "broaden": {"rights": ["seal"]}}.get(action, {})
        world.noted(DECIDE + action, person.decide(case, action, note=text, **said))

    return write


def note_of_many(world: World, text: str) -> None:
    """Decide on one of several, with a note."""
    case = world.asked()
    item = {
        "id": case["id"],
        "action": "approve",
        "version": case["version"],
        "key": str(uuid.uuid4()),
        "note": text,
    }
    world.noted("POST /api/v1/delegations/decisions", world.agathe.post("/delegations/decisions", {"items": [item]}))


def imported_reason(world: World, text: str) -> None:
    """Grant by a file, with a reason; the preview first."""
    sheet = io.StringIO(newline="")
    rows = csv.writer(sheet, delimiter=";")
    rows.writerows(
        [("grantee", "service", "rights", "reason"), (world.newcomer().account.login_id, "rfc", "access", text)]
    )
    for query in ({"dry_run": "true"}, None):
        raw = world.agathe.client.generic(
            "POST",
            "/api/v1/delegations/imports",
            data=sheet.getvalue(),
            content_type="text/csv",
            headers={"Authorization": f"Bearer {world.agathe.token}", "Idempotency-Key": str(uuid.uuid4())},
            query_params=query,
        )
        shown = desk.Answer(raw.status_code, json.loads(raw.content), raw.headers)
        world.noted("POST /api/v1/delegations/imports", shown)


def reason_in_parts(world: World, text: str) -> None:
    """Grant by a file in two parts, with a reason in each."""
    sheets = []
    for _ in range(2):
        sheet = io.StringIO(newline="")
        line = (world.newcomer().account.login_id, "rfc", "access", text)
        csv.writer(sheet).writerows([("grantee", "service", "rights", "reason"), line])
        sheets.append(sheet.getvalue())
    digest, key = hashlib.sha256("".join(sheets).encode()).hexdigest(), str(uuid.uuid4())
    for number, sheet_text in enumerate(sheets, start=1):
        raw = world.agathe.client.generic(
            "POST",
            "/api/v1/delegations/imports/parts",
            data=sheet_text,
            content_type="text/csv",
            headers={"Authorization": f"Bearer {world.agathe.token}", "Idempotency-Key": key},
            query_params={"number": str(number), "of": "2", "digest": digest},
        )
        shown = desk.Answer(raw.status_code, json.loads(raw.content), raw.headers)
        assert shown.status == (200 if number == len(sheets) else 202), shown.body
        world.noted("POST /api/v1/delegations/imports/parts", shown)


def absence(world: World, text: str) -> None:
    """Ask to decide for a peer of the cabinet."""
    one, other = desk.expert(world.firm), desk.expert(world.firm, surname="Ferrand")
    body = {
        "absent": str(desk.grantor_of(other).pk),
        "ends_on": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "reason": text,
    }
    world.noted("POST /api/v1/firms/{firm_id}/absences", one.post(f"/firms/{world.firm.pk}/absences", body))


def template(member: str) -> Callable[[World, str], None]:
    """Name or describe a template of the cabinet."""

    def write(world: World, text: str) -> None:
        page = world.agathe.get(f"/firms/{world.firm.pk}").body
        one = {
            "code": f"modele_{uuid.uuid4().hex[:8]}",
            "name": "Modèle",
            "description": "",
            "days": 365,
            "grants": [{"service": "rfc", "rights": ["access"]}],
        }
        kept = [
            shown for shown in page["templates"] if not shown.get("is_usual") and shown["code"].startswith("modele_")
        ]
        rows = [{name: shown[name] for name in one} for shown in kept]
        changed = {"templates": [*rows, one | {member: text}]}
        sent = world.agathe.send("PATCH", f"/firms/{world.firm.pk}", body=changed, version=page["version"])
        world.noted("PATCH /api/v1/firms/{firm_id}", sent)

    return write


def escalation(world: World, text: str) -> None:
    """Open a file at a council, about somebody who has no address there."""
    entry = desk.entry(world.firm, surname="Sanscourriel")
    RegistryEntry.objects.filter(pk=entry.pk).update(email="")
    body = {"entry_id": str(entry.pk), "code": "REG_NO_EMAIL", "message": text}
    sent = call("/escalations", body)
    opened = world.noted("POST /api/v1/escalations", desk.Answer(sent.status_code, sent.json(), sent.headers))
    world.escalations.append(opened)


def answer_of_council(world: World, text: str) -> None:
    """Close a file with an answer, as an operator does."""
    escalation(world, "Bonjour")
    page = f"/admin/desk/escalation/{world.escalations[-1]['id']}/change/"
    browser = Client()
    browser.force_login(world.head)
    assert browser.post(page, {"answer": text}).status_code == 302
    assert Escalation.objects.get(pk=world.escalations[-1]["id"]).answer == text


def correction(world: World, text: str) -> None:
    """Correct an entry with a reason, which the desk alone reads."""
    entry = desk.entry(world.firm, surname="Corrige")
    Correction.objects.create(operator=world.head, object_id=entry.pk, members=["email"], reason=text)


def signup(member: str) -> Callable[[World, str], None]:
    """Sign up with a text that names somebody or something."""

    def write(world: World, text: str) -> None:
        name = f"p{uuid.uuid4().hex[:10]}"
        body: dict[str, Any] = {"profile": "other", "kind": "firm_staff", "email": f"{name}@staff.example"}
        body |= {"given_name": "Lou", "surname": "Essai", "login_id": name}
        if member == "agc":
            body |= {"profile": "agc_head", "agc": {"name": text, "siren": "732829320"}, "date_of_birth": "1970-01-01"}
            body.pop("kind")
        else:
            body[member] = text
        sent = call("/signups", body)
        world.signups.append(
            world.noted("POST /api/v1/signups", desk.Answer(sent.status_code, sent.json(), sent.headers))
        )

    return write


def renamed(member: str) -> Callable[[World, str], None]:
    """Correct the name of somebody who holds a right."""

    def write(world: World, text: str) -> None:
        world.noted(DECIDE + "approve", world.agathe.decide(world.asked(), "approve"))
        body = {"given_name": "Lou", "surname": "Essai"} | {member: text}
        world.noted("PATCH /api/v1/me", world.staff[-1].send("PATCH", "/me", body=body))

    return write


def of_import(member: str) -> Callable[[World, str], None]:
    """Bring the registry up to date from a file; whom it brings grants a right."""

    def write(world: World, text: str) -> None:
        number, siren = str(uuid.uuid4().int)[:12], str(uuid.uuid4().int)[:9]
        line: dict[str, Any] = {
            "registration_number": number,
            "surname": "Importe",
            "given_name": "Ève",
            "date_of_birth": "1980-02-29",
            "email": f"e{number}@cabinet.example",
            "list": "expert_comptable",
            "status": "active",
            "council": "bretagne",
            "town": "Rennes",
            "postal_code": "35000",
            "firms": [{"siren": _siren(siren), "name": text if member == "firms" else "Cabinet Test"}],
        }
        if member != "firms":
            line[member] = text
        path = world.folder / f"{number}.jsonl"
        path.write_text(json.dumps(line) + "\n", "utf-8")
        import_file(path, is_full=False)
        entry = RegistryEntry.objects.get(registration_number=number)
        world.entries.append(entry)
        firm = str(entry.firms.get().pk)
        answer = world.newcomer().ask(entry, firm=firm)
        world.noted("POST /api/v1/delegations", answer)

    return write


def _siren(start: str) -> str:
    """Return a number of nine figures whose last one checks the others."""
    for last in "0123456789":
        whole = start[:8] + last
        doubled = [int(figure) * (1 + place % 2) for place, figure in enumerate(whole)]
        if sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0:
            return whole
    raise AssertionError(start)


def packed(texts: list[str], *, max_length: int) -> list[str]:
    """Put texts together in as few as hold them: each row of calls writes several canaries at once."""
    rows: list[str] = []
    for text in texts:
        if rows and len(rows[-1]) + len(text) + 3 <= max_length:
            rows[-1] += f" | {text}"
        else:
            rows.append(text)
    return rows


def sentences(max_length: int = 500) -> list[str]:
    """Return what a text of several lines takes."""
    found = [composed(text).strip() for text in SENTENCES.values()]
    return packed([text for text in found if len(text) <= max_length], max_length=max_length)


def lines(max_length: int) -> list[str]:
    """Return what a text of one line takes."""
    found = [text.strip() for text in CANARIES.values() if "\t" not in text.strip()]
    return packed([text for text in found if len(text) <= max_length], max_length=max_length)


def names() -> list[str]:
    """Return what passes for somebody's name."""
    return [text for text in (*CANARIES.values(), "D’Œuvre-Éluard", "N’Guyễn") if not name_fault(text)]


def labels() -> list[str]:
    """Return what passes for the name of an organisation."""
    return packed([text for text in lines(160) if not label_fault(text)], max_length=160)


def registry_texts(max_length: int = 120) -> list[str]:
    """Return what a file of a council may hold."""
    found = [text.strip() for text in CANARIES.values() if not has_invisible(text.strip())]
    return packed([text for text in found if len(text) <= max_length], max_length=max_length)


WRITERS: dict[str, tuple[Callable[[World, str], None], list[str]]] = {
    "POST /api/v1/delegations reason": (reason, sentences()),
    "POST /api/v1/delegations/decisions items.*.note": (note_of_many, sentences()),
    DECIDE + "approve note": (_note("approve"), sentences()),
    DECIDE + "refuse note": (_note("refuse"), sentences()),
    DECIDE + "withdraw note": (_note("withdraw"), sentences()),
    DECIDE + "transfer note": (_note("transfer"), sentences()),
    DECIDE + "suspend note": (_note("suspend", "approve"), sentences()),
    DECIDE + "resume note": (_note("resume", "approve", "suspend"), sentences()),
    DECIDE + "revoke note": (_note("revoke", "approve"), sentences()),
    DECIDE + "relinquish note": (_note("relinquish", "approve"), sentences()),
    DECIDE + "prolong note": (note_of_change("prolong"), sentences()),
    DECIDE + "narrow note": (note_of_change("narrow"), sentences()),
    DECIDE + "broaden note": (note_of_change("broaden"), sentences()),
    DECIDE + "edit note": (note_of_change("edit"), sentences()),
    "POST /api/v1/delegations/imports text/csv": (imported_reason, sentences()),
    "POST /api/v1/delegations/imports/parts text/csv": (reason_in_parts, sentences()),
    "POST /api/v1/firms/{firm_id}/absences reason": (absence, sentences()),
    "PATCH /api/v1/firms/{firm_id} templates.*.name": (template("name"), lines(60)),
    "PATCH /api/v1/firms/{firm_id} templates.*.description": (template("description"), sentences(200)),
    "PATCH /api/v1/me given_name": (renamed("given_name"), names()),
    "PATCH /api/v1/me surname": (renamed("surname"), names()),
    "POST /api/v1/escalations message": (escalation, sentences(2000)),
    "POST /api/v1/signups given_name": (signup("given_name"), names()),
    "POST /api/v1/signups surname": (signup("surname"), names()),
    "POST /api/v1/signups firm_hint": (signup("firm_hint"), labels()),
    "POST /api/v1/signups agc.name": (signup("agc"), labels()),
    "desk answer": (answer_of_council, sentences()),
    "desk reason": (correction, sentences()),
    "import surname": (of_import("surname"), registry_texts()),
    "import given_name": (of_import("given_name"), registry_texts()),
    "import town": (of_import("town"), registry_texts()),
    "import postal_code": (of_import("postal_code"), registry_texts(16)),
    "import firms": (of_import("firms"), registry_texts()),
}
"""Every field whose text is kept, with who writes it and what it takes."""
