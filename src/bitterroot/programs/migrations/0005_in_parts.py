"""Whether learners may show parts of a badge, and whether it can be suspended, hang on its template."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_by_key")]

    operations = [
        migrations.AddField(
            model_name="badgetemplate",
            name="shown_in_parts",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="badgetemplate",
            name="suspendable",
            field=models.BooleanField(default=False),
        ),
    ]
