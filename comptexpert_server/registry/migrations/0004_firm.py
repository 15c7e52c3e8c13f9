"""Cabinets stand with the entries that name them; the table stays where it is, rows and constraints too."""

import uuid

from django.db import migrations, models

from comptexpert_server.base.moved_models import keep_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("firms", "0002_cabinet"),
        ("registry", "0003_french_words"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Firm",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("siren", models.CharField(max_length=9, unique=True)),
                        ("name", models.CharField(max_length=160)),
                        ("two_approvers", models.BooleanField(default=False)),
                        ("review_on", models.CharField(blank=True, max_length=5)),
                        ("templates", models.JSONField(blank=True, default=list)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={"db_table": "firms_firm"},
                ),
                migrations.AlterField(
                    model_name="registryentry",
                    name="firms",
                    field=models.ManyToManyField(blank=True, related_name="entries", to="registry.firm"),
                ),
            ],
        ),
        keep_permissions("firm", before="firms", after="registry"),
    ]
