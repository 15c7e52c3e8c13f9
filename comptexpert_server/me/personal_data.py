"""What the server holds of one person, table by table, readable and without a secret (BR-39).

The tables are found, not listed: each that points at an account, an entry, a delegation or a sign-in is read, so that a
new one is in the download by itself.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent, SaidText
from comptexpert_server.base.models import LimitKey
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.mail.recipient_limits import mailbox_of
from comptexpert_server.me.schemas import MyDataOut, MyTableOut
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.sessions.models import TokenFamily

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SECRET = ("password", "digest", "hash", "fingerprint", "session_key", "signature", "claim", "body", "headers")
"""Parts of the names of columns that hold no word about a person, but a proof or a secret."""
SECRET_COLUMNS = frozenset(
    {
        "mfa_authenticator.data",
        "allauth_idp_oidc_token.data",
        "post_office_email.message",  # it may carry a link that still opens the account
        "post_office_email.html_message",
    }
)


def data_of(account: Account, *, now: datetime) -> MyDataOut:
    """Return every row about a person, by table."""
    tables = []
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.db_table):  # noqa: SLF001 - Django documents it
        rows = [_row(one) for one in _about(model, account=account)]
        if rows:
            tables.append(MyTableOut(name=model._meta.db_table, rows=rows))  # noqa: SLF001 - the same
    return MyDataOut(generated_at=now, login_id=account.login_id, tables=tables)


def _about(model: type[Model], *, account: Account) -> QuerySet[Any]:
    """Select the rows of a table that concern a person."""
    manager = model._default_manager  # noqa: SLF001 - Django documents it
    found = list(_clauses(model, account=account))
    return manager.filter(_any(found)).distinct() if found else manager.none()


def _any(clauses: list[dict[str, object]]) -> Q:
    return reduce(or_, (Q(**clause) for clause in clauses))


def _clauses(model: type[Model], *, account: Account) -> Iterator[dict[str, object]]:
    yield from _by_name(account).get(model, [])
    by_target = _by_target(account)
    for field in model._meta.get_fields():  # noqa: SLF001 - Django documents it
        target = by_target.get(field.related_model) if isinstance(field, ForeignKey) else None
        if target is not None and not (field.related_model is Delegation and model is Delegation):
            path, value = target
            yield {f"{field.name}{path}": value}


def _by_name(account: Account) -> dict[type[Model], list[dict[str, object]]]:
    """Return how the tables that point at nobody name a person."""
    people = [account.pk] if account.entry_id is None else [account.pk, account.entry_id]
    return {
        Account: [{"pk": account.pk}],
        RegistryEntry: [{"pk__in": people[1:]}],
        AuditEvent: [{"actor": account.pk}, {"object_id": str(account.pk)}, {"data__grantee": str(account.pk)}],
        SaidText: [{"about__in": people}],
        InboxRecord: [{"scope": str(account.pk)}],
        Email: [{"delivery__recipient__iexact": account.email}],
        Delegation: [{"invited_email__iexact": account.email}],
        LimitKey: _counted(account),
    }


def _counted(account: Account) -> list[dict[str, object]]:
    """Return how what limits count names a person: a number of theirs, or the digest of their mailbox."""
    people = [account.pk] if account.entry_id is None else [account.pk, account.entry_id]
    numbers: list[dict[str, object]] = [{"key__endswith": f":{one}"} for one in people]
    return [*numbers, {"key": f"mailbox:{mailbox_of(account.email)}"}]


def _by_target(account: Account) -> dict[object, tuple[str, object]]:
    """Return which rows count of a table that points at one of these."""
    found: dict[object, tuple[str, object]] = {
        Account: ("", account.pk),
        TokenFamily: ("__account", account.pk),
        Email: ("__delivery__recipient__iexact", account.email),
        Delegation: ("__grantee", account.pk),
        LimitKey: ("__in", LimitKey.objects.filter(_any(_counted(account)))),
    }
    if account.entry_id is not None:
        found[RegistryEntry] = ("", account.entry_id)
    return found


def _row(one: Model) -> dict[str, str]:
    table = one._meta.db_table  # noqa: SLF001 - Django documents it
    shown = {}
    for field in one._meta.concrete_fields:  # noqa: SLF001 - the same
        is_secret = any(part in field.name for part in SECRET) or f"{table}.{field.name}" in SECRET_COLUMNS
        value = getattr(one, field.attname)
        if not is_secret and value not in (None, "", [], {}):
            shown[field.name] = str(value)
    return shown
