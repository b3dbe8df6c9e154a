"""What a key signs: badges, or the parts of them that learners show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0004_also_named")]

    operations = [
        migrations.AddField(
            model_name="signingkey",
            name="use",
            field=models.CharField(
                choices=[
                    ("badges", "Badges, copies and status lists"),
                    ("parts", "Parts of badges that learners show"),
                ],
                default="badges",
                max_length=8,
            ),
        ),
    ]
