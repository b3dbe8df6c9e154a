"""The index of the newest awards, ascending: bulk issuing appends to it instead of writing before it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0002_newest")]

    operations = [
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["valid_from", "id"], name="award_in_time"),
        ),
        migrations.RemoveIndex(model_name="award", name="award_newest"),
    ]
