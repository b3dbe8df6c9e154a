import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_no_badges")]

    operations = [
        migrations.AddField(
            model_name="absence",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
    ]
