"""The identifiant: what it may be, whether it is free, and what else to offer."""

from __future__ import annotations

import re

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.registry.fold import fold

SHORTEST, LONGEST = 6, 32
MOST_SUGGESTIONS = 3
_FORM = re.compile(r"[a-z][a-z0-9._-]{5,31}")


def clean_login_id(text: str) -> str | None:
    """Give the identifiant in lower case, or None when its form is wrong."""
    cleaned = text.strip().lower()
    return cleaned if _FORM.fullmatch(cleaned) else None


def is_taken(login_id: str) -> bool:
    """Tell whether an account has it or a sign-up has reserved it; once given it is never given again."""
    taken = Account.objects.filter(login_id=login_id).exists()
    return taken or Signup.objects.filter(login_id=login_id).exists()


def suggestions(login_id: str, *, given_name: str, surname: str) -> list[str]:
    """Give free identifiants close to the wish."""
    given, last = "".join(fold(given_name)), "".join(fold(surname))
    bases = [f"{given}.{last}", f"{given[:1]}.{last}", f"{last}.{given}", login_id]
    wishes = [base for base in bases if base.isascii()]
    wishes += [f"{login_id[: LONGEST - 3]}.{number}" for number in range(2, 30)]
    free: list[str] = []
    for wish in wishes:
        cleaned = clean_login_id(wish)
        if cleaned and cleaned != login_id and cleaned not in free and not is_taken(cleaned):
            free.append(cleaned)
        if len(free) == MOST_SUGGESTIONS:
            break
    return free


def mask_email(email: str) -> str:
    """Show enough of an address to recognise it, too little to write to it."""
    name, _, domain = email.partition("@")
    host, _, suffix = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{suffix}" if name and host else ""
