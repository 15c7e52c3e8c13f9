"""The identifiant never changes: the database itself refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = """
CREATE TRIGGER IF NOT EXISTS account_login_id_is_final BEFORE UPDATE OF login_id ON accounts_account
WHEN OLD.login_id IS NOT NEW.login_id
BEGIN SELECT RAISE(ABORT, 'ID_IMMUTABLE'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION account_login_id_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.login_id IS DISTINCT FROM OLD.login_id THEN
    RAISE EXCEPTION 'ID_IMMUTABLE' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER account_login_id_is_final BEFORE UPDATE ON accounts_account
FOR EACH ROW EXECUTE FUNCTION account_login_id_is_final();
"""


def keep_login_id_final(connection: BaseDatabaseWrapper) -> None:
    """Lay the trigger; done after each migrate, since SQLite drops triggers when a table is rebuilt."""
    statement = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        cursor.execute(statement)
