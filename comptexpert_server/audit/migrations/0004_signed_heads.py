from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from comptexpert_server.audit import triggers
from comptexpert_server.audit.seals import sign
from comptexpert_server.audit.verification import broken_link


def open_register(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.drop(schema_editor.connection)


def close_register(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.create(schema_editor.connection)


def sign_heads(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Sign the head of each chain whose links hold: from now on each line is signed when it is written."""
    events, heads = apps.get_model("audit", "AuditEvent"), apps.get_model("audit", "ChainHead")
    for head in heads.objects.filter(number__gt=0):
        lines = list(events.objects.filter(firm_id=head.chain or None).order_by("number"))
        if broken_link(lines) is not None or not lines or (len(lines), lines[-1].digest) != (head.number, head.digest):
            continue
        head.signature = lines[-1].signature = sign(firm=head.chain, count=head.number, head=head.digest)
        head.save(update_fields=["signature"])
        lines[-1].save(update_fields=["signature"])


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_firm'),
    ]

    operations = [
        migrations.RunPython(open_register, close_register),
        migrations.AddField(
            model_name='auditevent',
            name='signature',
            field=models.CharField(blank=True, default='', max_length=88),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='chainhead',
            name='signature',
            field=models.CharField(blank=True, default='', max_length=88),
            preserve_default=False,
        ),
        migrations.RunPython(sign_heads, migrations.RunPython.noop),
        migrations.RunPython(close_register, open_register),
    ]
