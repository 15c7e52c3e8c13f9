"""Bind an account to its entry: apart, since the registry names firms, and firms name accounts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("registry", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="account",
            name="entry",
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to='registry.registryentry'),
        )
    ]
