"""The image, the compose file and the alert rules name what exists; engines check them where they are installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from comptexpert_server.__main__ import build_parser
from comptexpert_server.web import metrics
from tests.operations.hosting import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

ROOT = SHIPPED.parents[1]
CONTAINER = SHIPPED / "container"
IMAGE = (CONTAINER / "Containerfile").read_text("utf-8")
COMPOSE = (CONTAINER / "compose.yaml").read_text("utf-8")
ALERTS = SHIPPED / "prometheus" / "comptexpert-alerts.yml"
SUFFIXES = ("_bucket", "_total")

docker = shutil.which("docker")
promtool = shutil.which("promtool")


def has_engine() -> bool:
    """Tell whether an engine answers, and not only its client."""
    if docker is None:
        return False
    return subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


def test_the_image_copies_what_the_repository_holds() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE) for name in line.split()]
    assert "requirements/server.txt" in copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "--require-hashes" in IMAGE


def test_the_image_runs_as_nobody_and_says_how_it_feels() -> None:
    assert re.search(r"^USER 10001:10001$", IMAGE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", IMAGE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE) == ["docker.io/library/python:3.11-slim-bookworm"] * 2


def test_every_command_exists() -> None:
    (last,) = re.findall(r"^CMD (\[.+\])$", IMAGE, re.MULTILINE)
    commands = [json.loads(last)]
    written = re.findall(r"^    command: \[(.+)\]$", COMPOSE, re.MULTILINE)
    commands += [[word.strip(' "') for word in found.split(",")] for found in written]
    assert [words[0] for words in commands] == ["serve", "migrate", "serve", "worker"]
    for words in commands:
        build_parser().parse_args(words)


def test_the_files_that_the_composition_mounts_exist() -> None:
    mounted = re.findall(r"^\s+- (\.\./\S+?):\S+:ro$", COMPOSE, re.MULTILINE)
    assert len(mounted) == 2
    assert [name for name in mounted if not (CONTAINER / name).exists()] == []


def test_what_must_be_written_first_is_said() -> None:
    head = COMPOSE.partition("name:")[0]
    needed = [*re.findall(r"env_file: (\S+)", COMPOSE), *re.findall(r"\{file: \./(\S+)\}", COMPOSE), "tls/"]
    assert [name for name in needed if name not in head] == []


@pytest.mark.django_db
def test_every_alert_is_about_a_figure_that_the_server_gives() -> None:
    metrics.count_refused()
    metrics.count_wait(0.0)
    Client().get("/api/v1/catalogue")
    given = set(re.findall(r"^# TYPE (\w+) ", Client().get("/metrics").content.decode(), re.MULTILINE))
    text = ALERTS.read_text("utf-8")
    named = set(re.findall(r"\b(comptexpert_\w+)", text))
    unknown = {name for name in named if not ({name, *(name.removesuffix(one) for one in SUFFIXES)} & given)}
    assert named
    assert unknown == set()
    assert text.count("- alert: ") == text.count("summary: ") == text.count("severity: ")


@pytest.mark.skipif(promtool is None, reason="Prometheus is not installed")
def test_prometheus_understands_the_alerts() -> None:
    done = subprocess.run([str(promtool), "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.campaign
@pytest.mark.skipif(not has_engine(), reason="no container engine answers")
def test_the_image_is_built_and_answers(tmp_path: Path) -> None:
    assert docker is not None
    build = [docker, "build", "--quiet", "--file", str(CONTAINER / "Containerfile"), str(ROOT)]
    image = subprocess.run(build, capture_output=True, text=True, check=True).stdout.strip()
    done = subprocess.run([docker, "run", "--rm", image, "openapi"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["openapi"].startswith("3.1")
