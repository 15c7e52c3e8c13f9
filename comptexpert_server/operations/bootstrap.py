"""Answering requests: the port is bound before anything slow is imported, so that early callers only wait."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import socket
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from comptexpert_server.base.environment import in_brackets, read_environment
from comptexpert_server.operations.handover import LEAVE, keep
from comptexpert_server.operations.template_database import lay_template

if TYPE_CHECKING:
    import argparse

BACKLOG = 1024
"""Connections that wait to be taken, and those that one worker holds at once."""


def serve(asked: argparse.Namespace) -> int:
    """Serve until SIGTERM, or until the parent's pipe closes; print the address once it answers."""
    host = in_brackets(asked.host)
    try:
        listener = bind(asked.host, port=asked.port) if asked.listener < 0 else socket.socket(fileno=asked.listener)
    except OSError as fault:
        sys.stderr.write(f"cannot listen on {host}:{asked.port}: {fault.strerror}\n")
        return 1
    url = f"http://{host}:{listener.getsockname()[1]}"
    os.environ.setdefault("COMPTEXPERT_PUBLIC_URL", url)
    if not is_loopback(listener) and not read_environment().trusted_proxies:
        sys.stderr.write(f"{host} is reached from elsewhere: put a proxy in front, set COMPTEXPERT_TRUSTED_PROXIES\n")
        return 2
    if not asked.exit_with_parent and os.name == "posix":
        return keep(listener, command=[sys.executable, *sys.orig_argv[1:]], announce=lambda: announce(url))
    if asked.exit_with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        is_copy = lay_template(asked.template)
    except OSError as fault:
        sys.stderr.write(f"the template cannot be copied: {fault.strerror}\n")
        return 1
    import_module("django").setup()
    http_server = import_module("comptexpert_server.operations.http_server")
    asked.workers = asked.workers or http_server.workers_asked()
    http_server.prepare(is_copy=is_copy)
    if refusal := http_server.why_not(workers=asked.workers):
        sys.stderr.write(f"{refusal}\n")
        return 1
    http_server.serve(asked, listener=listener, announce=lambda: announce(url))
    return 0


def bind(host: str, *, port: int) -> socket.socket:
    """Bind and listen; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def is_loopback(listener: socket.socket) -> bool:
    """Tell whether a socket takes connections of this machine alone."""
    return ipaddress.ip_address(str(listener.getsockname()[0]).partition("%")[0]).is_loopback


def announce(url: str) -> None:
    """Print the one line that tells where the server answers."""
    sys.stdout.write(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """Wait for the end of standard input: the parent is gone, however it died. Before, it may say that others come."""
    try:
        while said := os.read(0, 4096):
            if LEAVE in said:
                import_module("comptexpert_server.web.admission").leave()
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
