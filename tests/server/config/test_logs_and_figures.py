"""What those who run the server see of it: lines, figures, and whether it is ready."""

from __future__ import annotations

import json
import logging
import logging.config
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.base import migration_status
from comptexpert_server.delegations.jobs import count_due
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.web.json_lines import JsonLine
from comptexpert_server.web.log_lines import JSON_FIELDS, JSON_NAMES, TextLine, configuration
from comptexpert_server.web.metrics import note_worker_turn
from comptexpert_server.web.request_id import HEADER
from tests.server import desk

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="comptexpert_server.requests")
    return caplog


def only_line(lines: pytest.LogCaptureFixture) -> Any:
    (record,) = [one for one in lines.records if one.name == "comptexpert_server.requests"]
    return record


def test_a_request_is_one_line_without_what_it_held(lines: pytest.LogCaptureFixture) -> None:
    body = {"q": "DELAUNAY", "profile": "expert_comptable", "limit": 5, "date_of_birth": "1980-02-03"}
    Client().post("/api/v1/registry/search?secret=canary", body, content_type="application/json")
    record = only_line(lines)
    assert (record.method, record.route, record.status) == ("POST", "/api/v1/registry/search", 422)
    assert record.ms >= 0
    assert record.account is None
    told = json.dumps(record.__dict__, default=str)
    assert not [word for word in ("DELAUNAY", "canary", "1980-02", "secret") if word in told]


def test_the_holes_of_an_address_are_not_logged(lines: pytest.LogCaptureFixture) -> None:
    Client().get(f"/activation/{'s' * 40}/")
    assert "s" * 40 not in only_line(lines).getMessage()
    assert only_line(lines).route.startswith("/^activation/")


def test_an_address_that_leads_nowhere_is_not_logged_either(lines: pytest.LogCaptureFixture) -> None:
    Client().get("/claire.delaunay@cabinet.example")
    assert only_line(lines).route == "(none)"
    assert "claire" not in only_line(lines).getMessage()


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("4f1c2d3e-aaaa-bbbb", True),
        ("short", False),
        ("a" * 65, False),
        ("claire@x.example", False),
        ("line\tbreak-12345", False),
    ],
)
def test_the_name_of_a_request_is_taken_only_when_it_is_one(asked: str, taken: bool) -> None:
    answer = Client().get("/api/v1/nowhere", headers={HEADER: asked})
    assert (answer[HEADER] == asked) is taken
    assert len(answer[HEADER]) >= 8
    assert answer.json()["instance"] == f"urn:comptexpert:request:{answer[HEADER]}"


def test_each_request_has_a_name_of_its_own_on_pages_and_refusals_too() -> None:
    names = {Client().get(path)[HEADER] for path in ("/healthz", "/nowhere", "/compte/login/", "/api/v1/me")}
    assert len(names) == 4
    cut = Client().post("/api/v1/signups", b'{"a":"\\u0000"}', content_type="application/json")
    assert cut.status_code == 400
    assert cut.json()["instance"].endswith(cut[HEADER])


def test_an_account_is_the_same_dozen_letters_each_time_and_not_its_number(
    lines: pytest.LogCaptureFixture,
) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    for person in (agathe, agathe, lea):
        person.get("/me")
    first, second, other = [one.account for one in lines.records if one.name == "comptexpert_server.requests"]
    assert first == second != other
    assert len(first) == 12
    assert str(agathe.account.pk) not in json.dumps([first, other])


def test_lines_for_programs_are_json_with_the_request_in_them() -> None:
    record = logging.LogRecord("here", logging.INFO, "", 0, "said %s", ("so",), None)
    record.request_id = "abcdefgh"
    record.created, record.msecs = 1_772_366_400.25, 250
    line = JsonLine(list(JSON_FIELDS), style=",", rename_fields=JSON_NAMES).format(record)
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"], told["request_id"]) == (
        "INFO",
        "here",
        "said so",
        "abcdefgh",
    )
    assert told["time"] == "2026-03-01T12:00:00.250Z"


@pytest.mark.parametrize("formatter", [TextLine("%(message)s"), JsonLine("%(message)s")])
def test_the_message_of_a_fault_never_reaches_the_log(formatter: logging.Formatter) -> None:
    name = "claire"
    record = logging.LogRecord("here", logging.ERROR, "", 0, "fault", (), None)
    with pytest.raises(DatabaseError) as caught:
        raise DatabaseError(f"Key (email)=({name}@cabinet.example) already exists")
    record.exc_info = (caught.type, caught.value, caught.tb)
    assert "claire" not in formatter.format(record)
    assert "DatabaseError" in formatter.format(record)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_both_formats_are_configurations_that_logging_takes(log_format: str) -> None:
    described = configuration(log_format=log_format, level="INFO")
    class_name = described["formatters"]["line"]["()"].rpartition(".")[2]
    assert class_name == {"text": "TextLine", "json": "JsonLine"}[log_format]
    configured = logging.config.DictConfigurator(described)
    assert isinstance(configured.configure_formatter(described["formatters"]["line"]), logging.Formatter)


def figures(**headers: str) -> dict[str, float]:
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    rows = [line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_requests_are_counted_by_route_and_status() -> None:
    before = figures()
    Client().get("/api/v1/catalogue")
    Client().get("/api/v1/catalogue")
    after = figures()
    name = 'comptexpert_requests_total{method="GET",route="/api/v1/catalogue",status="200"}'
    assert after[name] - before.get(name, 0) == 2
    slow = 'comptexpert_request_seconds_count{method="GET",route="/api/v1/catalogue"}'
    assert after[slow] - before.get(slow, 0) == 2


def test_what_waits_is_told() -> None:
    Email.objects.all().delete()
    before = figures()
    assert before["comptexpert_mails_waiting"] == 0
    assert before["comptexpert_worker_last_turn_timestamp_seconds"] == 0
    Email.objects.create(from_email="a@x.example", to="b@x.example", status=STATUS.queued)
    Email.objects.update(created=timezone.now() - timedelta(minutes=7))
    note_worker_turn()
    after = figures()
    assert after["comptexpert_mails_waiting"] == 1
    assert 419 <= after["comptexpert_mails_oldest_seconds"] < 480
    assert abs(after["comptexpert_worker_last_turn_timestamp_seconds"] - timezone.now().timestamp()) < 5


def test_what_is_due_and_not_done_is_told() -> None:
    due = count_due()
    desk.pending(desk.staff(), desk.expert(desk.firm()))
    assert count_due() == due
    Delegation.objects.update(requested_at=timezone.now() - timedelta(days=15))
    assert figures()["comptexpert_moves_due"] > due


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_figures_are_not_for_who_comes_through_a_proxy(name: str) -> None:
    assert Client().get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("address", ["203.0.113.9", "", "nonsense", "10.0.0.1"])
def test_figures_are_for_this_machine(address: str) -> None:
    assert Client().get("/metrics", REMOTE_ADDR=address).status_code == 404
    assert Client().get("/metrics", REMOTE_ADDR="::1").status_code == 200


def test_figures_are_for_who_holds_the_token(settings: SettingsWrapper) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, metrics_token="m" * 40)
    for told, status in (("m" * 40, 200), ("m" * 39, 404), ("", 404), ("é" * 40, 404)):
        answer = Client().get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=f"Bearer {told}")
        assert answer.status_code == status


def test_readiness_says_what_is_missing(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/readyz").json() == {"status": "ok"}
    monkeypatch.setattr(migration_status, "_known", set())
    monkeypatch.setattr(migration_status, "_written", lambda: [("config", "9999_not_yet")])
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "missing": ["migrations"]})
    monkeypatch.undo()
    monkeypatch.setattr(cache, "get", lambda _name: 1 / 0)
    assert Client().get("/readyz").json()["missing"] == ["cache"]
    monkeypatch.setattr(migration_status, "is_migrated", raise_database)
    monkeypatch.setattr("comptexpert_server.web.readiness.is_migrated", raise_database)
    assert Client().get("/readyz").json()["missing"] == ["database"]


def raise_database() -> bool:
    raise DatabaseError


def test_a_server_that_can_write_nothing_is_not_ready(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path / "gone")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["disk"])


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/aide/", "/api/v1/councils"])
def test_while_the_database_is_away_pages_and_api_say_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception], path: str
) -> None:
    def gone() -> str:
        raise fault

    monkeypatch.setattr("comptexpert_server.web.middleware.current_epoch", gone)
    answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert ("Réessayez" in answer.content.decode()) == (path == "/aide/")


def test_our_own_migrations_are_all_known() -> None:
    assert ("config", "0001_initial") in migration_status._written()
    assert migration_status.missing() == []
