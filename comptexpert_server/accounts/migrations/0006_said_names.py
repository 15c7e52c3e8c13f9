from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_copies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Erase the names that were copied from the registry: they are read there (docs/adr/0053)."""
    accounts = apps.get_model("accounts", "Account").objects.using(schema_editor.connection.alias)
    accounts.exclude(entry=None).update(said_given_name="", said_surname="")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_sealed_seeds'),
    ]

    operations = [
        migrations.RenameField(model_name='account', old_name='given_name', new_name='said_given_name'),
        migrations.RenameField(model_name='account', old_name='surname', new_name='said_surname'),
        migrations.RenameField(model_name='account', old_name='profile', new_name='said_profile'),
        migrations.RunPython(forget_copies, migrations.RunPython.noop),
    ]
