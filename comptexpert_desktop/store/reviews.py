"""Answers to a yearly review that were chosen on this machine and that the server has not confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.review import Answer, Chosen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.store.account_file import PrivateFile

_WHERE = "WHERE review_id = :review_id AND delegation_id = :delegation_id"


def choose(file: PrivateFile, *, review_id: str, chosen: Iterable[Chosen]) -> None:
    """Keep answers; each takes the place of the one that was chosen before for its right."""
    for one in chosen:
        file.database.execute(
            "INSERT INTO review_answer (review_id, delegation_id, version, answer, key)"
            " VALUES (:review_id, :delegation_id, :version, :answer, :key)"
            " ON CONFLICT (review_id, delegation_id) DO UPDATE SET version = excluded.version,"
            " answer = excluded.answer, key = excluded.key, was_sent = 0, code = ''",
            {
                "review_id": review_id,
                "delegation_id": one.delegation_id,
                "version": one.version,
                "answer": one.answer.value,
                "key": one.key,
            },
        )


def delete(file: PrivateFile, *, review_id: str, delegation_ids: Iterable[str]) -> None:
    """Forget the answers for these rights."""
    for delegation_id in delegation_ids:
        file.database.execute(
            f"DELETE FROM review_answer {_WHERE}",  # noqa: S608  (names of columns, written above)
            {"review_id": review_id, "delegation_id": delegation_id},
        )


def delete_review(file: PrivateFile, *, review_id: str) -> None:
    """Forget every answer of a review that is over."""
    file.database.execute("DELETE FROM review_answer WHERE review_id = :review_id", {"review_id": review_id})


def every(file: PrivateFile, *, review_id: str) -> dict[str, Chosen]:
    """Read what was chosen for a review, by right."""
    rows = file.database.rows(
        "SELECT * FROM review_answer WHERE review_id = :review_id ORDER BY delegation_id", {"review_id": review_id}
    )
    return {
        str(row["delegation_id"]): Chosen(
            delegation_id=str(row["delegation_id"]),
            version=int(row["version"]),
            answer=Answer(row["answer"]),
            key=str(row["key"]),
            was_sent=bool(row["was_sent"]),
            code=str(row["code"]),
        )
        for row in rows
    }


def has_any(file: PrivateFile) -> bool:
    """Tell whether any answer has not been confirmed."""
    return file.database.one("SELECT 1 FROM review_answer LIMIT 1") is not None


def mark_sent(file: PrivateFile, *, keys: Iterable[str]) -> None:
    """Note that answers leave this machine now: from here on only the server knows what they came to."""
    for key in keys:
        file.database.execute("UPDATE review_answer SET was_sent = 1, code = '' WHERE key = :key", {"key": key})


def take_back(file: PrivateFile, *, keys: Iterable[str]) -> None:
    """Note that answers did not leave after all."""
    for key in keys:
        file.database.execute("UPDATE review_answer SET was_sent = 0 WHERE key = :key", {"key": key})


def refuse(file: PrivateFile, *, key: str, code: str) -> None:
    """Note why the server did not take an answer."""
    file.database.execute(
        "UPDATE review_answer SET code = :code, was_sent = 0 WHERE key = :key", {"key": key, "code": code}
    )
