"""Answering requests: the port is bound before anything slow is imported, so that early callers only wait."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from comptexpert_server.config.prepared import lay_template

if TYPE_CHECKING:
    import argparse


def serve(asked: argparse.Namespace) -> int:
    """Serve until SIGTERM, or until the parent's pipe closes; print the address once it answers."""
    try:
        listener = bind(asked.host, port=asked.port)
    except OSError as fault:
        sys.stderr.write(f"cannot listen on {asked.host}:{asked.port}: {fault.strerror}\n")
        return 1
    url = f"http://{asked.host}:{listener.getsockname()[1]}"
    os.environ.setdefault("COMPTEXPERT_PUBLIC_URL", url)
    if asked.exit_with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        is_copy = lay_template(asked.template)
    except OSError as fault:
        sys.stderr.write(f"the template cannot be copied: {fault.strerror}\n")
        return 1
    import_module("django").setup()
    answering = import_module("comptexpert_server.config.answering")
    asked.workers = asked.workers or answering.workers_asked()
    answering.prepare(is_copy=is_copy)
    if refusal := answering.why_not(workers=asked.workers):
        sys.stderr.write(f"{refusal}\n")
        return 1
    run = answering.answer_with_many if asked.workers > 1 else answering.answer_here
    run(asked, listener=listener, announce=lambda: announce(url))
    return 0


def bind(host: str, *, port: int) -> socket.socket:
    """Bind and listen; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(256)
    return listener


def announce(url: str) -> None:
    """Print the one line that tells where the server answers."""
    sys.stdout.write(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """Wait for the end of standard input: the parent is gone, however it died."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
