"""The identifiant: what it may be, whether it is free, and what else to offer."""

from __future__ import annotations

import hashlib

from comptexpert_server.accounts.models import Account, RetiredLoginId, Signup
from comptexpert_server.base.typed_values import clean_login_id
from comptexpert_server.registry.name_folding import fold

MIN_LENGTH, MAX_LENGTH = 6, 32
MAX_SUGGESTIONS = 3


def is_taken(login_id: str, *, besides: Account | None = None) -> bool:
    """Return whether an account has it or a proposal holds it; once active it is never given again.

    What `besides` holds does not count: its own proposal may be replaced.
    """
    accounts = Account.objects.filter(login_id=login_id)
    proposals = Signup.objects.filter(login_id=login_id, ended_at=None)
    if besides is not None:
        accounts = accounts.exclude(pk=besides.pk)
        proposals = proposals.exclude(account=besides.pk)
    return accounts.exists() or proposals.exists() or RetiredLoginId.objects.filter(digest=retired(login_id)).exists()


def retired(login_id: str) -> str:
    """Return what is kept of an identifiant whose account was closed."""
    return hashlib.sha256(f"comptexpert.login_id\0{login_id}".encode()).hexdigest()


def suggestions(login_id: str, *, given_name: str, surname: str) -> list[str]:
    """Give free identifiants close to the wish."""
    given, last = "".join(fold(given_name)), "".join(fold(surname))
    bases = [f"{given}.{last}", f"{given[:1]}.{last}", f"{last}.{given}", login_id]
    wishes = [base for base in bases if base.isascii()]
    wishes += [f"{login_id[: MAX_LENGTH - 3]}.{number}" for number in range(2, 30)]
    free: list[str] = []
    for wish in wishes:
        cleaned = clean_login_id(wish)
        if cleaned and cleaned != login_id and cleaned not in free and not is_taken(cleaned):
            free.append(cleaned)
        if len(free) == MAX_SUGGESTIONS:
            break
    return free


def mask_email(email: str) -> str:
    """Show enough of an address to recognise it, too little to write to it."""
    name, _, domain = email.partition("@")
    host, _, suffix = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{suffix}" if name and host else ""
