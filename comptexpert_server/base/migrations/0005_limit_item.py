from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0004_clock_watch'),
    ]

    operations = [
        migrations.AddField(
            model_name='limithit',
            name='item',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
    ]
