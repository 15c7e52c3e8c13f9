"""The catalogue, kept by clients under its ETag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from ninja import Router

from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.catalogue.schemas import CatalogueOut
from comptexpert_server.web import rates
from comptexpert_server.web.conditional import not_modified
from comptexpert_server.web.policy import Policy, declare

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router()


@router.get("/catalogue", response={200: CatalogueOut, 304: None}, **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ))
def read_catalogue(request: HttpRequest) -> HttpResponse:
    """Give the services and their rights; 304 when the client holds them."""
    current = catalogue()
    headers = {"ETag": current.tag, "Cache-Control": "public, no-cache"}
    return not_modified(request, tag=current.tag) or HttpResponse(
        current.text, content_type="application/json; charset=utf-8", headers=headers
    )
