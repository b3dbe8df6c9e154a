from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proposals", "0009_copies")]

    operations = [
        migrations.AlterField(
            model_name="concurrence",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Not answered yet"),
                    ("concurs", "Concurs"),
                    ("comments", "Concurs, with a comment"),
                    ("objects", "Objects"),
                    ("not_answered", "Did not answer"),
                    ("withdrawn", "Is not asked any more"),
                ],
                default="asked",
                max_length=12,
            ),
        ),
    ]
