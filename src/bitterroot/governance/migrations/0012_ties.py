"""One more tie that is found: a member whom an author supervises; ties to partner units and co-authors."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_asked_at")]

    operations = [
        migrations.AlterField(
            model_name="conflict",
            name="kind",
            field=models.CharField(
                choices=[
                    ("co_author", "Wrote the proposal"),
                    ("own_unit", "Comes from a unit that carries it"),
                    ("supervisor", "Supervises one who wrote it"),
                    ("supervised", "Is supervised by one who wrote it"),
                    ("signatory", "Signed the proposal"),
                    ("declared", "Declared"),
                ],
                max_length=10,
            ),
        ),
    ]
