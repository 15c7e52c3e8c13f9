"""Cabinets now stand with the registry; the table stays, and what names it does."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _firm(related_name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to="registry.firm")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_firm"),
        ("delegations", "0006_last_use"),
        ("firms", "0002_cabinet"),
        ("registry", "0004_firm"),
        ("reviews", "0002_moved_models"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(model_name="absence", name="firm", field=_firm("absences")),
                migrations.AlterField(model_name="membership", name="firm", field=_firm("memberships")),
                migrations.AlterField(model_name="termsacceptance", name="firm", field=_firm("terms")),
                migrations.DeleteModel(name="Firm"),
            ],
        ),
    ]
