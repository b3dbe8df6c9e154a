"""Pages among thousands find their rows without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0001_tables'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['-step_since'], name='case_moved_last'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['policy', 'state'], name='case_by_policy'),
        ),
    ]
