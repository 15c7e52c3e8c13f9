"""The registry's operations: search, lookup, councils and the snapshot."""

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.base.clock import now
from comptexpert_server.registry import closed_lists, selectors, snapshots
from comptexpert_server.registry.finding import find
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.profiles import GRANTOR, PUBLIC_LISTS
from comptexpert_server.registry.schemas import (
    CouncilsOut,
    EntryOut,
    EntryWithFirmsOut,
    FirmRefOut,
    LookupIn,
    ManifestOut,
    SearchIn,
    SearchOut,
)
from comptexpert_server.web import rates
from comptexpert_server.web.limits import Limit, address_of, consume
from comptexpert_server.web.policy import Policy, declare
from comptexpert_server.web.problems import ProblemError, not_found, too_many

router = Router()
LOOKUPS = Limit(name="lookup", count=600, window=timedelta(hours=1), by_address=True)


@router.post("/registry/search", response=SearchOut, **declare(Policy.PUBLIC, rate=rates.TYPEAHEAD))
def search_registry(request: HttpRequest, body: SearchIn) -> SearchOut:
    """Find people by the beginning of any part of their surname, or by their number.

    `grantor` in place of a profile searches everybody who may be asked for a right.

    On a list that is not public at most three are shown, unless the whole name was typed.
    """
    if body.profile == GRANTOR:
        return SearchOut(items=[entry_out(entry) for entry in selectors.search_grantors(body.q, limit=body.limit)])
    found = find(body.q, profile=body.profile, limit=body.limit, address=address_of(request), at=now())
    if isinstance(found, int):
        raise too_many("TOO_MANY_REQUESTS", retry_after=found)
    return SearchOut(items=[entry_out(entry) for entry in found])


@router.post(
    "/registry/lookup",
    response=EntryOut,
    **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ, codes=("REG_NUMBER_UNKNOWN",)),
)
def look_up_entry(request: HttpRequest, body: LookupIn) -> EntryOut:
    """Find one person by the numéro d'inscription."""
    _count(request, LOOKUPS)
    entry = selectors.lookup(body.registration_number, profile=body.profile)
    if entry is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "REG_NUMBER_UNKNOWN", detail="No entry has this number.")
    _count_shown(request, [entry], limits=closed_lists.LOOKED_UP)
    return entry_out(entry)


@router.get(
    "/registry/entries/{entry_id}",
    response=EntryWithFirmsOut,
    **declare(Policy.ACCOUNT, rate=rates.READ, codes=("NOT_FOUND",)),
)
def registry_entry(request: HttpRequest, entry_id: UUID) -> EntryWithFirmsOut:
    """Give one person of a public list and the cabinets where delegations can be asked."""
    del request
    entry = RegistryEntry.objects.filter(pk=entry_id, list__in=PUBLIC_LISTS).first()
    if entry is None:
        raise not_found()
    firms = [FirmRefOut(id=firm.id, siren=firm.siren, name=firm.name) for firm in entry.firms.order_by("name", "id")]
    return EntryWithFirmsOut(**entry_out(entry).model_dump(), firms=firms)


@router.get("/councils", response={200: CouncilsOut, 304: None}, **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ))
def list_councils(request: HttpRequest) -> HttpResponse:
    """Give the Conseils régionaux; they change rarely."""
    items: list[dict[str, Any]] = list(selectors.councils())
    text = json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    version = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return _cacheable(request, etag=f'"{version}"', text=f'{{"version":"{version}","councils":{text}}}')


@router.get("/registry/snapshot", response={200: ManifestOut, 304: None}, **declare(Policy.PUBLIC, rate=rates.SNAPSHOT))
def registry_snapshot(request: HttpRequest) -> HttpResponse:
    """Describe the public lists; with `from`, what changed since that version."""
    version = snapshots.current_version()
    snapshots.keep_version(version)
    base = _base_version(request, version=version)
    file = snapshots.snapshot_file(version=version, base_version=base)
    url = f"{settings.PUBLIC_URL}/api/v1/registry/snapshot/{version}.jsonl.gz"
    text = json.dumps(snapshots.manifest(file, url=url if file.base_version is None else f"{url}?from={base}"))
    return _cacheable(request, etag=f'"{version}-{base}"', text=text)


@router.get(
    "/registry/snapshot/{version}.jsonl.gz", **declare(Policy.PUBLIC, rate=rates.SNAPSHOT, codes=("NOT_FOUND",))
)
def registry_snapshot_file(request: HttpRequest, version: int) -> HttpResponse:
    """Give the file that a manifest describes, while it is current."""
    if version != snapshots.current_version():
        raise not_found()
    base = _base_version(request, version=version)
    file = snapshots.snapshot_file(version=version, base_version=base)
    return HttpResponse(file.content, content_type="application/gzip", headers={"ETag": f'"{file.sha256}"'})


def entry_out(entry: RegistryEntry) -> EntryOut:
    """Give the public fields of an entry."""
    return EntryOut(
        entry_id=entry.id,
        surname=entry.surname,
        given_name=entry.given_name,
        town=entry.town,
        council=entry.council,
        list=entry.list,
    )


def _count(request: HttpRequest, limit: Limit) -> None:
    wait = consume(limit, subject=address_of(request), now=now())
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)


def _count_shown(request: HttpRequest, found: list[RegistryEntry], *, limits: tuple[Limit, Limit]) -> None:
    wait = closed_lists.count_shown(found, limits=limits, address=address_of(request), now=now())
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)


def _base_version(request: HttpRequest, *, version: int) -> int | None:
    """Read `from`; an unknown or later version gets the whole file."""
    asked = request.GET.get("from", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= len(str(version))):
        return None
    base = int(asked)
    return base if 0 < base <= version else None


def _cacheable(request: HttpRequest, *, etag: str, text: str) -> HttpResponse:
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HttpResponse(text, content_type="application/json", headers=headers)
