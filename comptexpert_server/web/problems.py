"""Refusals as the API words them: RFC 9457 documents with a stable `code`, never a French sentence."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import ConfigDict

from comptexpert_server.web import request_id
from comptexpert_server.web.codes import RefusalCode  # noqa: TC001 - pydantic reads it when the module is imported

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """What is wrong with one member of the body."""

    field: str
    code: str


class ProblemOut(Schema):
    """The body of every refusal (RFC 9457); some codes carry more members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: RefusalCode
    detail: str = ""
    instance: str | None = None
    """Names the request, as the header `X-Request-ID` and the server's log do."""
    errors: list[FieldProblem] | None = None


class ProblemError(Exception):
    """A refusal on its way to the client; what the transaction wrote is undone."""

    def __init__(
        self,
        status: int,
        code: RefusalCode,
        *,
        detail: str = "",
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code: RefusalCode = code
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """Give the JSON document, our own members last."""
        return {
            "type": f"urn:comptexpert:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **instance(),
            **self.members,
        }

    def response(self) -> HttpResponse:
        """Give the answer to send."""
        body = json.dumps(self.document(), ensure_ascii=False, default=str)
        return HttpResponse(body, status=self.status, content_type=MEDIA_TYPE, headers=self.headers)


def instance() -> dict[str, str]:
    """Name the request under way, so that a person can quote it and support find it in the log."""
    name = request_id.current()
    return {"instance": f"urn:comptexpert:request:{name}"} if name else {}


def not_found() -> ProblemError:
    """Answer alike for what does not exist and for what the caller may not see."""
    return ProblemError(HTTPStatus.NOT_FOUND, "NOT_FOUND", detail="No such object, or none that you may see.")


def invalid(**fields: str) -> ProblemError:
    """Refuse a body whose named members have the given faults."""
    errors = [{"field": field, "code": code} for field, code in fields.items()]
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT", detail="Some members are wrong.", members={"errors": errors}
    )


def too_many(code: RefusalCode, *, retry_after: int) -> ProblemError:
    """Refuse until `retry_after` seconds have passed."""
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        code,
        detail="Too many tries.",
        members={"retry_after": retry_after},
        headers={"Retry-After": str(retry_after)},
    )
