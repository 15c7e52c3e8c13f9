"""Where the caller is signed in, and how one of these places is signed out."""

from http import HTTPStatus

from django.http import HttpRequest
from ninja import Router, Status

from comptexpert_server.accounts.caller import caller
from comptexpert_server.sessions import listing
from comptexpert_server.sessions.schemas import SessionsOut
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, StepUp, declare

router = Router()


@router.get("/sessions", response=SessionsOut, **declare(Policy.ACCOUNT, rate=rates.READ))
def list_sessions(request: HttpRequest) -> SessionsOut:
    """List where the caller is signed in."""
    return SessionsOut(items=listing.sessions_of(caller(request), bearer=_bearer(request)))


@router.delete(
    "/sessions/{session_id}", response={204: None}, **declare(Policy.ACCOUNT, rate=rates.WRITE, step_up=StepUp.NONE)
)
def end_session(request: HttpRequest, session_id: str) -> Status[None]:
    """Sign out one place; ending it again changes nothing."""
    listing.end_session(caller(request), session_id=session_id)
    return Status(HTTPStatus.NO_CONTENT, None)


def _bearer(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
