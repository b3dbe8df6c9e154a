"""Pages among thousands find their rows without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('governance', '0002_by_day'),
        ('people', '0001_tables'),
        ('programs', '0001_tables'),
        ('proposals', '0001_tables'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='mou',
            index=models.Index(fields=['state'], name='mou_state'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state'], name='proposal_state'),
        ),
    ]
