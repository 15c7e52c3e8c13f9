"""The report of a review: a paper to file, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.domain.table import Column, Sheet
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.reviews import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.review import Chosen, ReviewItem, ReviewPage
    from comptexpert_desktop.domain.table import Cell
    from comptexpert_desktop.presentation.labels import Labels

_HEADER = ("Personne", "Service et droits", "Depuis", "Dernier usage", "Fin", "Réponse", "Par")
_SHARES = (4, 6, 3, 3, 3, 4, 4)
_COLUMNS = (
    Column("Personne", 3),
    Column("Identifiant", 2),
    Column("Service", 2),
    Column("Droits", 3),
    Column("Depuis"),
    Column("Dernier usage"),
    Column("Fin"),
    Column("Délégant", 3),
    Column("Réponse"),
    Column("Répondu le"),
    Column("Répondu par", 3),
)


def paper(page: ReviewPage, *, chosen: Mapping[str, Chosen], firm: Firm, labels: Labels, now: datetime) -> Paper:
    """Write a review as a document; what was chosen here and not sent is said as such."""
    summary = page.summary
    period = f"Du {_moment_day(summary.opened_at)} au {wording.day(summary.closes_on)}"
    intro = [
        Paragraph(words.for_the_file(summary)),
        Paragraph(f"Sur {wording.count(summary.total, 'droit')}{wording.NBSP}: {words.figures(summary)}", "strong"),
    ]
    if summary.waiting:
        waiting = wording.count(summary.waiting, "droit attend", many="droits attendent")
        intro.append(Paragraph(f"{waiting} encore une réponse."))
    return Paper(
        title=f"{words.TITLE} des droits",
        subtitle=f"{firm.name} · SIREN {firm.siren}. {period}.",
        parts=(
            *intro,
            Paragraph(words.USE_RULE, "note"),
            Table(_HEADER, [_line(item, chosen=chosen, labels=labels) for item in page.items], _SHARES),
        ),
        foot=f"Comptexpert, le {_moment_day(now)} à {wording.clock_time(now)}",
        is_wide=True,
    )


def sheet(page: ReviewPage, *, chosen: Mapping[str, Chosen], firm: Firm, labels: Labels) -> Sheet:
    """Write a review as a table, each fact in a cell of its own."""
    rows = [_cells(item, chosen=chosen.get(item.delegation.id), labels=labels) for item in page.items]
    return Sheet(title=f"{words.TITLE} · {firm.name}", columns=_COLUMNS, rows=rows)


def file_name(page: ReviewPage, *, firm: Firm, kind: str) -> str:
    """Suggest a name."""
    return f"revue-{firm.siren}-{_iso(page.summary.opened_at)}.{kind}"


def _line(item: ReviewItem, *, chosen: Mapping[str, Chosen], labels: Labels) -> tuple[str, ...]:
    one = item.delegation
    return (
        one.grantee.display_name,
        labels.service_and_rights(one),
        wording.short_day(words.since(item)),
        words.last_use(item),
        wording.short_day(one.valid_until),
        words.state(item, chosen.get(one.id)).word,
        item.answered_by_name,
    )


def _cells(item: ReviewItem, *, chosen: Chosen | None, labels: Labels) -> tuple[Cell, ...]:
    one = item.delegation
    return (
        one.grantee.display_name,
        one.grantee.login_id or one.grantee.email,
        labels.service(one.service),
        labels.rights(one.service, one.rights),
        words.since(item),
        item.last_used_on,
        one.valid_until,
        one.grantor.display_name,
        words.state(item, chosen).word,
        None if item.answered_at is None else wording.local_day(item.answered_at),
        item.answered_by_name,
    )


def _moment_day(value: datetime) -> str:
    return wording.day(wording.local_day(value))


def _iso(value: datetime) -> str:
    return wording.local_day(value).isoformat()
