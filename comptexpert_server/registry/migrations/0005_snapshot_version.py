from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0004_firm'),
    ]

    operations = [
        migrations.CreateModel(
            name='SnapshotVersion',
            fields=[
                ('version', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
    ]
