"""Badges that nobody has claimed are found by their day: the reminders look each ten minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("issuing", "0001_tables")]

    operations = [
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("state", "unclaimed")),
                fields=["valid_from"],
                name="award_unclaimed",
            ),
        ),
    ]
