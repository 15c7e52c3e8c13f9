"""The identifiant of an account that was active never changes: the database itself refuses (BR-26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

IS_PROPOSED = """EXISTS (
    SELECT 1 FROM accounts_signup
    WHERE account_id = OLD.id AND link_used_at IS NULL AND ended_at IS NULL
)"""
"""A sign-up of the account waits for its activation: until then the identifiant is a proposal."""
IS_CLOSED = "(OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.login_id LIKE 'efface.%')"
"""The account is closed by this very update, under a pseudonym (BR-39)."""
SQLITE_DROP = "DROP TRIGGER IF EXISTS account_login_id_is_final"
SQLITE = f"""
CREATE TRIGGER account_login_id_is_final BEFORE UPDATE OF login_id ON accounts_account
WHEN OLD.login_id IS NOT NEW.login_id AND NOT {IS_CLOSED} AND (OLD.activated_at IS NOT NULL OR NOT {IS_PROPOSED})
BEGIN SELECT RAISE(ABORT, 'ID_IMMUTABLE'); END
"""
POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION account_login_id_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.login_id IS DISTINCT FROM OLD.login_id AND NOT {IS_CLOSED}
     AND (OLD.activated_at IS NOT NULL OR NOT {IS_PROPOSED}) THEN
    RAISE EXCEPTION 'ID_IMMUTABLE' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER account_login_id_is_final BEFORE UPDATE ON accounts_account
FOR EACH ROW EXECUTE FUNCTION account_login_id_is_final();
"""


def let_tables_be_rebuilt(connection: BaseDatabaseWrapper) -> None:
    """Take the trigger away from SQLite for the time of a migrate: it names a table that a step may rebuild."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(SQLITE_DROP)


def keep_login_id_final(connection: BaseDatabaseWrapper) -> None:
    """Lay the trigger; done after each migrate."""
    let_tables_be_rebuilt(connection)
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
