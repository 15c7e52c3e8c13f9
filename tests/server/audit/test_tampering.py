"""Somebody has the database and not the key: whatever they do to a register, the server signs none of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from comptexpert_server.audit import triggers
from comptexpert_server.audit.chain import canonical, end_of, link
from comptexpert_server.audit.models import AuditEvent, ChainHead
from comptexpert_server.audit.services import RESTORED, mark_restored, record
from comptexpert_server.audit.verification import broken_link
from comptexpert_server.base.clock import now
from comptexpert_server.base.keys import LazyPem, public_text, signing_key
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from comptexpert_server.registry.models import Firm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("triggers_taken_away")]
LINES = 8


@pytest.fixture
def triggers_taken_away(db: None) -> Iterator[None]:
    """Take the triggers away as an owner of the database can; what the database refuses alone is tested below."""
    triggers.drop(connection)
    yield
    triggers.create(connection)


@pytest.fixture
def agathe() -> desk.Desk:
    person = desk.expert(desk.firm())
    for _round in range(LINES // 4):
        right = desk.active(desk.staff(), person)
        person.decide(right, "revoke")
    return person


def _firm(person: desk.Desk) -> Firm:
    return desk.grantor_of(person).firms.get()


def _export(person: desk.Desk) -> desk.Answer:
    return person.get("/register", firm=str(_firm(person).pk))


def _events(firm: Firm) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(firm=firm).order_by("number"))


def _head(firm: Firm) -> ChainHead:
    return ChainHead.objects.get(chain=str(firm.pk))


def _rebuild(events: list[AuditEvent]) -> AuditEvent:
    """Chain lines anew, with numbers and digests that hold; return the last."""
    AuditEvent.objects.filter(pk__in=[event.pk for event in events]).update(number=F("number") + 1000)
    previous = ""
    for number, event in enumerate(events, start=1):
        event.number, event.previous = number, previous
        event.digest = previous = link(event)
        event.save()
    return events[-1]


def _change_a_member(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm, number=4).update(actor=None)


def _change_what_was_decided(firm: Firm) -> None:
    event = _events(firm)[3]
    event.data = {**event.data, "rights": ["sign"]}
    event.save()


def _change_a_line_with_its_digest(firm: Firm) -> None:
    event = _events(firm)[3]
    event.actor = None
    event.digest = link(event)
    event.save()


def _rewrite_all_that_follows(firm: Firm) -> AuditEvent:
    events = _events(firm)
    events[3].actor = None
    return _rebuild(events)


def _rewrite_all_and_the_head(firm: Firm) -> None:
    last = _rewrite_all_that_follows(firm)
    ChainHead.objects.filter(chain=str(firm.pk)).update(digest=last.digest)


def _cut_a_line_in_the_middle(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm, number=4).delete()


def _cut_a_line_and_close_the_gap(firm: Firm) -> None:
    events = _events(firm)
    events.pop(3).delete()
    last = _rebuild(events)
    ChainHead.objects.filter(chain=str(firm.pk)).update(digest=last.digest, number=last.number)


def _cut_the_end(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm, number__gt=LINES - 2).delete()


def _cut_the_end_with_the_head_of_then(firm: Firm) -> None:
    _cut_the_end(firm)
    last = _events(firm)[-1]
    then = {"digest": last.digest, "number": last.number, "signature": last.signature}
    ChainHead.objects.filter(chain=str(firm.pk)).update(**then)


def _swap_two_lines(firm: Firm) -> None:
    third, fourth = _events(firm)[2:4]
    AuditEvent.objects.filter(pk=third.pk).update(number=1000)
    AuditEvent.objects.filter(pk=fourth.pk).update(number=3)
    AuditEvent.objects.filter(pk=third.pk).update(number=4)


def _add_a_line(firm: Firm, *, signature: str = "") -> None:
    last = _events(firm)[-1]
    forged = AuditEvent(firm=firm, number=last.number + 1, previous=last.digest, action="delegation.approve")
    forged.object_id, forged.signature = last.object_id, signature
    forged.digest = link(forged)
    forged.save(force_insert=True)
    head = {"digest": forged.digest, "number": forged.number, "signature": signature}
    ChainHead.objects.filter(chain=str(firm.pk)).update(**head)


def _add_a_line_under_the_last_signature(firm: Firm) -> None:
    _add_a_line(firm, signature=_head(firm).signature)


def _sign_with_another_key(firm: Firm) -> None:
    last = _rewrite_all_that_follows(firm)
    text = canonical(end_of(firm=str(firm.pk), count=last.number, head=last.digest))
    last.signature = base64.b64encode(Ed25519PrivateKey.generate().sign(text.encode())).decode("ascii")
    last.save()
    ChainHead.objects.filter(chain=str(firm.pk)).update(digest=last.digest, signature=last.signature)


def _erase_the_signatures(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm).update(signature="")
    ChainHead.objects.filter(chain=str(firm.pk)).update(signature="")


def _erase_everything(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm).delete()
    ChainHead.objects.filter(chain=str(firm.pk)).delete()


def _count_more(firm: Firm) -> None:
    ChainHead.objects.filter(chain=str(firm.pk)).update(number=F("number") + 1)


def _move_a_line_to_another_firm(firm: Firm) -> None:
    AuditEvent.objects.filter(firm=firm, number=LINES).update(firm=desk.firm("Autre"))


def _take_the_head_of_another_firm(firm: Firm) -> None:
    other = desk.firm("Autre")
    for _line in range(LINES):
        record(firm_id=other.pk, at=now(), actor=None, action="test.line", object_id="x")
    theirs = _head(other)
    head = {"digest": theirs.digest, "signature": theirs.signature}
    ChainHead.objects.filter(chain=str(firm.pk)).update(**head)


TAMPERED: dict[str, Callable[[Firm], object]] = {
    name.strip("_").replace("_", " "): act
    for name, act in list(globals().items())
    if name.startswith(("_change", "_rewrite", "_cut", "_swap", "_add", "_sign", "_erase", "_count", "_move", "_take"))
}


def test_there_are_twelve_kinds_and_more() -> None:
    assert len(TAMPERED) >= 12


@pytest.mark.parametrize("kind", TAMPERED)
def test_a_register_that_somebody_touched_is_not_signed_now_nor_after_the_next_decision(
    kind: str, agathe: desk.Desk, caplog: pytest.LogCaptureFixture
) -> None:
    firm = _firm(agathe)
    assert (_export(agathe).status, len(_events(firm))) == (200, LINES)
    TAMPERED[kind](firm)
    first = _export(agathe)
    assert (first.status, first.code) == (409, "REGISTER_BROKEN")
    assert desk.active(desk.staff(), agathe)["status"] == "ACTIVE", "a decision stands whatever the register"
    assert _export(agathe).code == "REGISTER_BROKEN"
    assert "does not hold" in caplog.text


def test_an_export_carries_the_signature_of_its_last_line(agathe: desk.Desk) -> None:
    last = _events(_firm(agathe))[-1]
    assert _export(agathe).body["end"]["signature"] == last.signature
    assert all(event.signature for event in _events(_firm(agathe)))


def test_a_restored_register_says_so_and_goes_on(agathe: desk.Desk) -> None:
    assert mark_restored("another epoch", at=now(), has_other_key=False) == 0
    body = _export(agathe).body
    assert (body["events"][-1]["action"], body["events"][-1]["data"]) == (RESTORED, {"epoch": "another epoch"})
    desk.active(desk.staff(), agathe)
    assert _export(agathe).status == 200


def test_a_broken_register_stays_broken_by_a_restoration(agathe: desk.Desk) -> None:
    _rewrite_all_and_the_head(_firm(agathe))
    assert mark_restored("another epoch", at=now(), has_other_key=False) == 1
    assert _export(agathe).code == "REGISTER_BROKEN"


def test_another_key_signs_anew_what_holds(agathe: desk.Desk, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEY = LazyPem(tmp_path, name="signing.pem")
    assert _export(agathe).code == "REGISTER_BROKEN", "nobody vouched for what another key signed"
    assert mark_restored("another epoch", at=now(), has_other_key=True) == 0
    assert _export(agathe).status == 200


@pytest.mark.parametrize("is_rewritten", [False, True])
def test_a_register_of_before_a_rotation_is_known_by_the_key_of_then(
    agathe: desk.Desk, settings: Any, tmp_path: Path, is_rewritten: bool
) -> None:
    former = [public_text(signing_key(settings.SIGNING_KEY.read()))]
    settings.SIGNING_KEY = LazyPem(tmp_path, name="signing.pem")
    if is_rewritten:
        _rewrite_all_and_the_head(_firm(agathe))
    assert mark_restored("another epoch", at=now(), has_other_key=False, former=former) == is_rewritten
    assert _export(agathe).status == (409 if is_rewritten else 200)


@pytest.mark.parametrize("kind", ["replace", "replace by number", "truncate", "delete all", "update or replace"])
def test_the_database_refuses_what_goes_round_the_rows(kind: str, agathe: desk.Desk) -> None:
    triggers.create(connection)
    event = _events(_firm(agathe))[0]
    columns = [field.column for field in AuditEvent._meta.local_fields]
    names = ", ".join(columns)
    fresh = names.replace("id,", "'ffffffffffffffffffffffffffffffff',", 1)
    on_sqlite = {
        "replace": f"REPLACE INTO audit_auditevent ({names}) SELECT {names} FROM audit_auditevent",
        "replace by number": f"REPLACE INTO audit_auditevent ({names}) SELECT {fresh} FROM audit_auditevent LIMIT 1",
        "truncate": "DELETE FROM audit_auditevent",
        "delete all": "DELETE FROM audit_auditevent WHERE number > 0",
        "update or replace": "UPDATE OR REPLACE audit_auditevent SET number = 2 WHERE number = 1",
    }
    on_postgresql = {
        "truncate": "TRUNCATE audit_auditevent",
        "delete all": "DELETE FROM audit_auditevent",
        "update or replace": "UPDATE audit_auditevent SET number = 1000 WHERE number = 1",
    }
    statement = (on_sqlite if connection.vendor == "sqlite" else on_postgresql).get(kind, "TRUNCATE audit_auditevent")
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert broken_link(_events(_firm(agathe))) is None
    assert AuditEvent.objects.get(pk=event.pk).number == 1
