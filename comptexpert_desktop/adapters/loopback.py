"""The listener that sends the browser to the server and takes its answer: for one sign-in, on this machine alone.

The browser's command line is read by every account of the machine. It names a page of this listener that serves once;
the authorization request itself, whose state and challenge would let another sign *their* account in here, is never
on it. A page that is asked for twice was asked for by somebody else too, and ends the sign-in.
"""

from __future__ import annotations

import hmac
import queue
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs

from comptexpert_desktop.errors import SignInCancelled, SignInExpired, SignInForged

if TYPE_CHECKING:
    from types import TracebackType

PATH = "/callback"
START = "/start/"
MAX_CHARACTERS = 4096
"""Of the query of an answer; a code and a state of ours take some 200."""

_MAX_FIELDS = 16
_POLL = 0.1

_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Comptexpert</title>
<style>body{{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#1c2733;
background:#f6f7f9}}h1{{font-size:1.4rem}}@media(prefers-color-scheme:dark){{body{{color:#e6eaf0;
background:#161b22}}}}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>
"""
_DONE = _PAGE.format(
    title="Vous pouvez fermer cet onglet",
    text="Votre réponse a été transmise à l’application Comptexpert. Revenez à sa fenêtre.",
)
_USED = _PAGE.format(
    title="Cette adresse a déjà servi",
    text="Par sécurité, la connexion en cours est arrêtée. Recommencez depuis l’application Comptexpert.",
)
_NOT_OURS = _PAGE.format(
    title="Adresse inattendue",
    text="Cette page ne correspond à aucune connexion en cours. Recommencez depuis l’application Comptexpert.",
)


class Loopback:
    """A listener on 127.0.0.1, on a port that the system chose."""

    def __init__(self, *, state: str) -> None:
        """Listen at once; only an answer that carries this state is taken."""
        self._answers: queue.SimpleQueue[dict[str, str] | None] = queue.SimpleQueue()
        self._server = _Server(state=state, answers=self._answers)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """The address that the browser is sent to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def page_to(self, address: str) -> str:
        """Return the address of a page that leads to this one, once."""
        self._server.target = address
        return f"http://127.0.0.1:{self._server.server_address[1]}{START}{self._server.token}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def wait(self, *, seconds: float, cancelled: threading.Event) -> dict[str, str]:
        """Return the first valid answer; raises SignInExpired, SignInCancelled or SignInForged."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if cancelled.is_set():
                raise SignInCancelled
            try:
                answer = self._answers.get(timeout=_POLL)
            except queue.Empty:
                continue
            if answer is None:
                raise SignInForged("SIGN_IN_PAGE_TAKEN")
            return answer
        raise SignInExpired


def read_answer(path: str) -> dict[str, str] | None:
    """Read an answer: each field once, a code or else an error, nothing but printable text; None when it is none."""
    query = path.partition("?")[2]
    if len(query) > MAX_CHARACTERS or "#" in query:
        return None
    try:
        found = parse_qs(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:
        return None
    answer = {name: values[0] for name, values in found.items()}
    is_single = all(len(values) == 1 for values in found.values())
    is_printable = all(value.isprintable() for value in answer.values())
    says_one_thing = bool(answer.get("code")) is not bool(answer.get("error")) and not {"code", "error"} <= set(answer)
    return answer if is_single and is_printable and says_one_thing else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, *, state: str, answers: queue.SimpleQueue[dict[str, str] | None]) -> None:
        self.state = state
        self.answers = answers
        self.token = secrets.token_urlsafe(32)
        self.target = ""
        self._was_started = False
        self.was_answered = False
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  (as in the base class)
        """Say nothing of a peer that went away: its address and its request are nobody's business."""

    def start(self, token: str) -> str | None:
        """Return where the page leads: empty when it served already, None when there is no such page."""
        if not self.target or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        with self.lock:
            if self._was_started:
                self.was_answered = True
                self.answers.put(None)
                return ""
            self._was_started = True
        return self.target

    def take(self, answer: dict[str, str]) -> bool:
        """Take an answer when it is the first one that carries our state."""
        with self.lock:
            if self.was_answered or not hmac.compare_digest(answer.get("state", "").encode(), self.state.encode()):
                return False
            self.was_answered = True
        self.answers.put(answer)
        return True


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server: _Server
    server_version = "Comptexpert"
    sys_version = ""
    error_message_format = _NOT_OURS
    """What the base class says of a request that is none: nothing of what it held."""
    error_content_type = "text/html; charset=utf-8"

    def do_GET(self) -> None:
        """Lead to the server, take the answer, or say that it is not ours."""
        is_ours = self.headers.get_all("Host", []) == [f"127.0.0.1:{self.server.server_address[1]}"]
        if is_ours and self.path.startswith(START):
            self._start()
            return
        if not is_ours or not self.path.startswith(f"{PATH}?"):
            self._say(_NOT_OURS, status=404)
            return
        answer = read_answer(self.path)
        if answer is not None and self.server.take(answer):
            self._say(_DONE, status=200)
        else:
            self._say(_NOT_OURS, status=400)

    def _start(self) -> None:
        target = self.server.start(self.path.removeprefix(START))
        if target is None:
            self._say(_NOT_OURS, status=404)
        elif target:
            self._say("", status=303, target=target)
        else:
            self._say(_USED, status=410)

    def _say(self, page: str, *, status: int, target: str = "") -> None:
        content = page.encode()
        self.send_response(status)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (named by the base class)
        """Log nothing: the address holds the code."""
