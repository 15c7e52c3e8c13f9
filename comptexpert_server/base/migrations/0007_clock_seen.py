from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0006_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='clockwatch',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
    ]
