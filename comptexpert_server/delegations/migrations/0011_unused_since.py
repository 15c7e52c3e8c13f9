"""A right that renews another counts its days without use from that one's first day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delegations", "0010_weekly_notice"),
    ]

    operations = [
        migrations.AddField(
            model_name="unusedright",
            name="since",
            field=models.DateField(blank=True, null=True),
        ),
    ]
