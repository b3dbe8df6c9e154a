"""The newest badges and the reports that wait are found without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0001_tables'),
        ('learning', '0001_tables'),
        ('people', '0001_tables'),
        ('programs', '0001_tables'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['-valid_from', '-id'], name='award_newest'),
        ),
        migrations.AddIndex(
            model_name='problemreport',
            index=models.Index(fields=['state', 'reported_at'], name='problem_waits'),
        ),
    ]
