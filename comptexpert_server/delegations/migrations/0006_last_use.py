"""The last use stands with the delegation that it is of, and cabinets with the registry; the tables stay."""

import django.db.models.deletion
from django.db import migrations, models

from comptexpert_server.base.moved_models import keep_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("delegations", "0005_change_order"),
        ("registry", "0004_firm"),
        ("reviews", "0001_initial"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LastUse",
                    fields=[
                        (
                            "delegation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="last_use",
                                serialize=False,
                                to="delegations.delegation",
                            ),
                        ),
                        ("on", models.DateField()),
                    ],
                    options={"db_table": "reviews_lastuse"},
                ),
                migrations.AlterField(
                    model_name="delegation",
                    name="firm",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="registry.firm",
                    ),
                ),
            ],
        ),
        keep_permissions("lastuse", before="reviews", after="delegations"),
    ]
