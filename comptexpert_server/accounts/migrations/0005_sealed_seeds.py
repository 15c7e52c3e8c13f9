from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from comptexpert_server.accounts.seeds import MARK, seal

SEEDS = {"totp": "secret", "recovery_codes": "seed"}


def seal_seeds(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal the seeds that were stored in the clear."""
    factors = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for factor in factors.filter(type__in=SEEDS):
        member = SEEDS[factor.type]
        seed = factor.data.get(member)
        if isinstance(seed, str) and not seed.startswith(MARK):
            factor.data[member] = seal(seed)
            factor.save(update_fields=["data"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_certificate_warned'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [migrations.RunPython(seal_seeds, migrations.RunPython.noop)]
