"""The API: one entrance, one router a room, every refusal a problem document, nothing served without a policy."""

from __future__ import annotations

import json
import logging
import traceback
from functools import partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser

from comptexpert_server import __version__
from comptexpert_server.accounts.api import router as accounts
from comptexpert_server.accounts.bearer import Bearer
from comptexpert_server.accounts.caller import caller
from comptexpert_server.base.clock import now
from comptexpert_server.catalogue.api import router as catalogue
from comptexpert_server.config.vocabulary import vocabulary
from comptexpert_server.delegations.api import router as delegations
from comptexpert_server.desk.api import router as desk
from comptexpert_server.firms.register_api import router as register
from comptexpert_server.me.absence_api import router as absences
from comptexpert_server.me.api import router as me
from comptexpert_server.me.firm_api import router as firms
from comptexpert_server.registry.api import router as registry
from comptexpert_server.reviews.api import router as reviews
from comptexpert_server.sessions.api import router as sessions
from comptexpert_server.sessions.step_up import latest_proof, require_step_up
from comptexpert_server.web.openapi import complete
from comptexpert_server.web.policy import Policy, StepUp, before_effect
from comptexpert_server.web.problems import ProblemError, not_found, too_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation

    from comptexpert_server.web.codes import RefusalCode

logger = logging.getLogger(__name__)
READS = {"GET", "HEAD", "OPTIONS"}
ROUTERS = (
    ("signup", accounts),
    ("signup", me),
    ("signup", sessions),
    ("registry", registry),
    ("desk", desk),
    ("catalogue", catalogue),
    ("firms", firms),
    ("firms", absences),
    ("firms", reviews),
    ("delegations", delegations),
    ("register", register),
)


class OneMeaning(Parser):
    """Reads bodies of JSON; one that names a member twice says two things, and is refused."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 - the library's own
        """Read a body."""
        return json.loads(request.body, object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands there twice")
    return found


class Api(NinjaAPI):
    """A NinjaAPI whose every answer below its prefix is JSON, also 404 and 405."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _only_problems(pattern.callback)
        return [*patterns, re_path("", _unknown_address)]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation after its function."""
        return str(getattr(operation.view_func, "__name__", operation.path))

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Give the document, completed with what every operation may answer."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return complete(document, vocabulary=vocabulary())


def build_api() -> Api:
    """Build the API; raise when an operation declares no policy."""
    api = Api(
        title="Comptexpert",
        version=__version__,
        description="Sign-up, registry and delegations. Refusals are `application/problem+json` with a `code`.",
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
        parser=OneMeaning(),
        auth=Bearer(),
    )
    for tag, router in ROUTERS:
        api.add_router("", router, tags=[tag])
    for exception, handler in HANDLERS.items():
        api.add_exception_handler(exception, handler)
    if missing := undeclared(api):
        raise ImproperlyConfigured(f"operations without a policy and a rate: {', '.join(missing)}")
    for operation in operations(api):
        operation.view_func = _strong(operation)
    return api


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Walk through every operation of the API."""
    for bound in api._get_bound_routers():  # noqa: SLF001 - ninja has no public way to list its operations
        for view in bound.path_operations.values():
            yield from view.operations


def undeclared(api: NinjaAPI) -> list[str]:
    """Name the operations that declare no policy or no rate, and the writes of an account that declare no step-up."""
    return [
        f"{'/'.join(operation.methods)} {operation.path}"
        for operation in operations(api)
        if not _is_declared(operation)
    ]


def _is_declared(operation: Operation) -> bool:
    said = operation.openapi_extra or {}
    is_read = set(operation.methods) <= READS
    is_counted = {"x-policy", "x-rate"} <= set(said) and bool(operation.throttle_objects)
    return is_counted and (is_read or said["x-policy"] == Policy.PUBLIC.value or "x-step-up" in said)


def _strong(operation: Operation) -> Callable[..., Any]:
    """Ask for what an operation declares as its step-up: at once, or before the effect of a key."""
    view, said = operation.view_func, operation.openapi_extra or {}
    step_up = StepUp(said.get("x-step-up", StepUp.NONE))
    if step_up in {StepUp.NONE, StepUp.BY_RIGHT}:
        return view

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - what a view answers
        signed_in = partial(latest_proof, request)
        require = partial(require_step_up, caller(request), step_up, signed_in=signed_in, now=now())
        if not said["x-idempotent"]:
            require()
            return view(request, *args, **kwargs)
        mark = before_effect.set(require)
        try:
            return view(request, *args, **kwargs)
        finally:
            before_effect.reset(mark)

    return asked


def _only_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"  # the server sends the head of the same answer
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # the library's own pages, which are closed
            return _unknown_address(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": response.headers.get("Allow", "")}
            return ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", headers=headers).response()
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined] # no cookie authenticates here
    return answered


def _unknown_address(_request: HttpRequest) -> HttpResponse:
    return not_found().response()


_unknown_address.csrf_exempt = True  # type: ignore[attr-defined] # the answer is 404 for every method


def _problem(_request: HttpRequest, exception: ProblemError) -> HttpResponse:
    return exception.response()


def _absent(_request: HttpRequest, _exception: Http404) -> HttpResponse:
    return not_found().response()


def _unauthenticated(_request: HttpRequest, _exception: AuthenticationError) -> HttpResponse:
    headers = {"WWW-Authenticate": "Bearer"}
    problem = ProblemError(HTTPStatus.UNAUTHORIZED, "AUTH_FAILED", detail="Sign in first.", headers=headers)
    return problem.response()


def _http_error(_request: HttpRequest, exception: HttpError) -> HttpResponse:
    if isinstance(exception.__cause__, RequestDataTooBig):
        return ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "BODY_TOO_LARGE").response()
    status = HTTPStatus(exception.status_code)
    is_unread = status == HTTPStatus.BAD_REQUEST
    code: RefusalCode = "BODY_UNREADABLE" if is_unread else "INVALID_INPUT"
    return ProblemError(status, code, detail=status.description).response()


def _too_often(_request: HttpRequest, exception: Throttled) -> HttpResponse:
    return too_many("TOO_MANY_REQUESTS", retry_after=int(exception.wait or 1)).response()


def _invalid(_request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in error.get("loc", ())[2:]) or str(error.get("loc", ("",))[-1]),
            "code": str(error.get("type", "invalid")).upper(),
        }
        for error in exception.errors
    ]
    problem = ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT", detail="Some members are wrong.", members={"errors": errors}
    )
    return problem.response()


def _busy(_request: HttpRequest, exception: OperationalError) -> HttpResponse:
    logger.error("database unavailable: %s", type(exception).__name__)
    headers = {"Retry-After": "2"}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "SERVER_FAULT", headers=headers).response()


def _fault(_request: HttpRequest, exception: Exception) -> HttpResponse:
    # The message may quote personal data (a database's « Key (email)=… »): the type and the lines say enough.
    lines = "".join(traceback.format_tb(exception.__traceback__))
    logger.error("fault %s\n%s", type(exception).__name__, lines)
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "SERVER_FAULT").response()


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ProblemError: _problem,
    Http404: _absent,
    AuthenticationError: _unauthenticated,
    Throttled: _too_often,
    HttpError: _http_error,
    ValidationError: _invalid,
    OperationalError: _busy,
    Exception: _fault,
}

api = build_api()
