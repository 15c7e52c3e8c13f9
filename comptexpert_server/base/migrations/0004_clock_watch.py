from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0003_set_aside'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockWatch',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('known', models.DateTimeField()),
                ('held_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_clock_watch')],
            },
        ),
    ]
