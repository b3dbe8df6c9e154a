import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_order_of_runs"),
        ("people", "0002_provost"),
    ]

    operations = [
        migrations.AddField(
            model_name="conflict",
            name="recused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="conflict",
            name="recused_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="stood",
            field=models.CharField(
                blank=True,
                choices=[
                    ("flagged", "To be settled"),
                    ("cleared", "May take part"),
                    ("recused", "Recused"),
                ],
                default="",
                max_length=8,
            ),
        ),
    ]
