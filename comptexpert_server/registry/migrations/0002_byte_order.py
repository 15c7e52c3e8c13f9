"""On PostgreSQL, order keys and numbers by their bytes, as SQLite does: range scans and their order depend on it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def order_by_bytes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute('ALTER TABLE registry_entrykey ALTER COLUMN key TYPE varchar(260) COLLATE "C"')
    schema_editor.execute(
        'ALTER TABLE registry_registryentry ALTER COLUMN registration_number TYPE varchar(32) COLLATE "C"'
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(order_by_bytes, migrations.RunPython.noop)]
