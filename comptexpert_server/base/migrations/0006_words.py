from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0005_limit_item'),
    ]

    operations = [
        migrations.AlterField(
            model_name='setaside',
            name='last_at',
            field=models.DateTimeField(verbose_name='dernière tentative le'),
        ),
        migrations.AlterField(
            model_name='setaside',
            name='next_at',
            field=models.DateTimeField(verbose_name='prochaine tentative le'),
        ),
        migrations.AlterField(
            model_name='setaside',
            name='tries',
            field=models.PositiveIntegerField(default=1, verbose_name='tentatives'),
        ),
    ]
