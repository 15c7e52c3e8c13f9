from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_snapshot_version'),
    ]

    operations = [
        migrations.AddField(
            model_name='registryentry',
            name='birth_precision',
            field=models.CharField(choices=[('day', 'Jour connu'), ('month', 'Mois connu'), ('year', 'Année connue')], default='day', max_length=8),
        ),
    ]
