"""The listener that takes the browser's answer: on this machine only, for one sign-in, then closed."""

from __future__ import annotations

import hmac
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs

from comptexpert_desktop.errors import SignInCancelled, SignInExpired

if TYPE_CHECKING:
    from types import TracebackType

PATH = "/callback"
MOST_CHARACTERS = 4096
"""Of the query of an answer; a code and a state of ours take some 200."""

_MOST_FIELDS = 16
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
_NOT_OURS = _PAGE.format(
    title="Adresse inattendue",
    text="Cette page ne correspond à aucune connexion en cours. Recommencez depuis l’application Comptexpert.",
)


class Loopback:
    """A listener on 127.0.0.1, on a port that the system chose."""

    def __init__(self, *, state: str) -> None:
        """Listen at once; only an answer that carries this state is taken."""
        self._answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._server = _Server(state=state, answers=self._answers)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """The address that the browser is sent to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

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
        """Return the first valid answer; raises SignInExpired or SignInCancelled."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if cancelled.is_set():
                raise SignInCancelled
            try:
                return self._answers.get(timeout=_POLL)
            except queue.Empty:
                continue
        raise SignInExpired


def read_answer(path: str) -> dict[str, str] | None:
    """Read an answer: each field once, a code or else an error, nothing but printable text; None when it is none."""
    query = path.partition("?")[2]
    if len(query) > MOST_CHARACTERS or "#" in query:
        return None
    try:
        found = parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
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

    def __init__(self, *, state: str, answers: queue.SimpleQueue[dict[str, str]]) -> None:
        self.state = state
        self.answers = answers
        self.was_answered = False
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  (as in the base class)
        """Say nothing of a peer that went away: its address and its request are nobody's business."""

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
        """Take the answer, or say that it is not ours."""
        hosts = self.headers.get_all("Host", [])
        if hosts != [f"127.0.0.1:{self.server.server_address[1]}"] or not self.path.startswith(f"{PATH}?"):
            self._say(_NOT_OURS, status=404)
            return
        answer = read_answer(self.path)
        if answer is not None and self.server.take(answer):
            self._say(_DONE, status=200)
        else:
            self._say(_NOT_OURS, status=400)

    def _say(self, page: str, *, status: int) -> None:
        content = page.encode()
        self.send_response(status)
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
