"""The API: one door, one router a room, every refusal a problem document, nothing served without a policy."""

from __future__ import annotations

import logging
import traceback
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from comptexpert_server import __version__
from comptexpert_server.accounts.api import router as accounts
from comptexpert_server.catalogue.api import router as catalogue
from comptexpert_server.config.openapi import complete
from comptexpert_server.config.problems import ProblemError, not_found
from comptexpert_server.delegations.api import router as delegations
from comptexpert_server.delegations.firm_api import router as departures
from comptexpert_server.desk.api import router as desk
from comptexpert_server.firms.absence_api import router as absences
from comptexpert_server.firms.api import router as firms
from comptexpert_server.firms.register_api import router as register
from comptexpert_server.registry.api import router as registry
from comptexpert_server.reviews.api import router as reviews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation

logger = logging.getLogger(__name__)
ROUTERS = (
    ("signup", accounts),
    ("registry", registry),
    ("desk", desk),
    ("catalogue", catalogue),
    ("firms", firms),
    ("firms", departures),
    ("firms", absences),
    ("firms", reviews),
    ("delegations", delegations),
    ("register", register),
)


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
        return complete(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))


def build_api() -> Api:
    """Build the API; raise when an operation declares no policy."""
    api = Api(
        title="Comptexpert",
        version=__version__,
        description="Sign-up, registry and delegations. Refusals are `application/problem+json` with a `code`.",
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
    )
    for tag, router in ROUTERS:
        api.add_router("", router, tags=[tag])
    for exception, handler in HANDLERS.items():
        api.add_exception_handler(exception, handler)
    if missing := undeclared(api):
        raise ImproperlyConfigured(f"operations without a policy: {', '.join(missing)}")
    return api


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Walk through every operation of the API."""
    for bound in api._get_bound_routers():  # noqa: SLF001 - ninja has no public way to list its operations
        for view in bound.path_operations.values():
            yield from view.operations


def undeclared(api: NinjaAPI) -> list[str]:
    """Name the operations that declare no policy."""
    return [
        f"{'/'.join(operation.methods)} {operation.path}"
        for operation in operations(api)
        if "x-policy" not in (operation.openapi_extra or {})
    ]


def _only_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
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
    code = "BODY_UNREADABLE" if status == HTTPStatus.BAD_REQUEST else status.name
    return ProblemError(status, code, detail=status.description).response()


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
    HttpError: _http_error,
    ValidationError: _invalid,
    OperationalError: _busy,
    Exception: _fault,
}

api = build_api()
