"""Find oneself, or one's expert-comptable, on the registry of the Ordre."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import read_council, understood
from comptexpert_desktop.domain.name_search import fold
from comptexpert_desktop.domain.profile import GRANTING_PROFILES, Profile
from comptexpert_desktop.domain.registry import SearchAnswer
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.domain.typed_values import clean_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways, Snapshot

COUNCILS = "councils"


def search(stores: Stores, *, text: str, profile: Profile | None, limit: int = 20) -> SearchAnswer:
    """Search the local copy; `profile` None searches every public list."""
    answer = stores.directory.search(text, profile=list_of(profile) if profile else None, limit=limit)
    return replace(answer, refusal=stores.heard.snapshot_refusal) if stores.heard.snapshot_refusal else answer


def search_online(gateways: Gateways, *, text: str, profile: Profile, limit: int = 20) -> SearchAnswer:
    """Search on the server, for the lists that are not public."""
    found = gateways.server.search(text, profile=list_of(profile), limit=limit)
    return SearchAnswer(found, has_more=len(found) >= limit, snapshot_date=None)


def search_grantors(stores: Stores, *, text: str, limit: int = 20) -> SearchAnswer:
    """Search the local copy for everybody who may be asked for a right, in the order of their names (BR-37)."""
    answers = [stores.directory.search(text, profile=profile, limit=limit) for profile in GRANTING_PROFILES]
    found = sorted(
        (entry for answer in answers for entry in answer.entries),
        key=lambda entry: (fold(entry.surname), fold(entry.given_name), entry.entry_id),
    )
    has_more = len(found) > limit or any(answer.has_more for answer in answers)
    return SearchAnswer(tuple(found[:limit]), has_more, answers[0].snapshot_date, refusal=stores.heard.snapshot_refusal)


def search_grantors_online(gateways: Gateways, *, text: str, limit: int = 20) -> SearchAnswer:
    """Search the same people on the server, for want of a local copy."""
    found = gateways.server.search_grantors(text, limit=limit)
    return SearchAnswer(found, has_more=len(found) >= limit, snapshot_date=None)


def lookup(gateways: Gateways, *, registration_number: str, profile: Profile) -> RegistryEntry:
    """Find an entry by its number."""
    return gateways.server.lookup(clean_number(registration_number), profile=list_of(profile))


def firms_of(gateways: Gateways, *, entry_id: str) -> tuple[Firm, ...]:
    """Tell the firms of an expert-comptable, to choose one in a request."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.entry_firms(entry_id, token=token)
    )


def list_of(profile: Profile) -> Profile:
    """Tell the list on which a profile stands: the head of an AGC who is an expert stands with the experts."""
    return Profile.EXPERT_COMPTABLE if profile is Profile.AGC_HEAD else profile


def snapshot_version(stores: Stores) -> int | None:
    """Tell the version of the local copy, for this server; None when there is none."""
    directory = stores.directory
    return directory.version if directory.version and directory.server == stores.server_url else None


def fetch_snapshot(gateways: Gateways, *, since: int | None) -> Snapshot | None:
    """Fetch and verify the public lists; None when the local copy is the newest."""
    return gateways.server.snapshot(since=since)


def keep_snapshot(
    stores: Stores, *, snapshot: Snapshot | None, progress: Callable[[float], object] | None = None
) -> Topics:
    """Put a verified snapshot in place; an older one than ours is ignored. What `progress` raises cancels it."""
    known = snapshot_version(stores)
    if snapshot is None or (known is not None and snapshot.version <= known):
        return frozenset()
    if snapshot.base_version is None:
        stores.directory.replace(
            rows=snapshot.rows,
            version=snapshot.version,
            generated_at=snapshot.generated_at,
            server=stores.server_url,
            progress=progress,
        )
    elif snapshot.base_version == known:
        stores.directory.change(rows=snapshot.rows, version=snapshot.version, generated_at=snapshot.generated_at)
    else:
        return frozenset()
    return frozenset({Topic.REGISTRY})


def councils(stores: Stores) -> tuple[RegionalCouncil, ...]:
    """List the Conseils régionaux that were last fetched."""
    kept = stores.directory.document(COUNCILS)
    return () if kept is None else understood(lambda: tuple(read_council(item) for item in kept[0])) or ()


def council(stores: Stores, *, code: str) -> RegionalCouncil | None:
    """Find a Conseil régional by its code."""
    return next((found for found in councils(stores) if found.code == code), None)


def keep_councils(stores: Stores, *, found: tuple[RegionalCouncil, ...], now: datetime) -> Topics:
    """Keep the Conseils régionaux."""
    before = councils(stores)
    stores.directory.keep_document(COUNCILS, body=[codec.write(item) for item in found], now=now)
    return frozenset() if before == found else frozenset({Topic.REGISTRY})
