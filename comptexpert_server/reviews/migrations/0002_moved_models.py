"""The last use now stands with the delegations, and cabinets with the registry; the tables stay."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delegations", "0006_last_use"), ("registry", "0004_firm"), ("reviews", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="review",
                    name="firm",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="registry.firm"
                    ),
                ),
                migrations.DeleteModel(name="LastUse"),
            ],
        ),
    ]
