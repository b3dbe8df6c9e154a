"""The tables of this room, as they stood before the first release."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('web', '0001_counts'),
        ('web', '0002_sent'),
    ]
    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('n', models.PositiveIntegerField(default=0)),
                ('ends_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Sent',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('done', models.BooleanField(default=False)),
                ('location', models.TextField(blank=True, default='')),
                ('ends_at', models.DateTimeField(db_index=True)),
            ],
        ),
    ]
