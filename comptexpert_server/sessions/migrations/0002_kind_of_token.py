from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KINDS = {"at": "access", "rt": "refresh"}
"""How the provider names the tokens that live."""


def name_kinds(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say what each live token is; of what is spent nobody knows any more, and both ways are open to it."""
    links = apps.get_model("sso", "FamilyToken").objects.using(schema_editor.connection.alias)
    tokens = apps.get_model("allauth_idp_oidc", "Token").objects.using(schema_editor.connection.alias)
    for theirs, ours in KINDS.items():
        links.filter(digest__in=tokens.filter(type=theirs).values("hash")).update(kind=ours)


class Migration(migrations.Migration):

    dependencies = [
        ('allauth_idp_oidc', '0001_initial'),
        ('sso', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='familytoken',
            name='kind',
            field=models.CharField(blank=True, choices=[('code', 'Code'), ('access', 'Access'), ('refresh', 'Refresh'), ('', 'Unknown')], default='', max_length=8),
        ),
        migrations.RunPython(name_kinds, migrations.RunPython.noop),
    ]
