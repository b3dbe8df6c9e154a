"""Badges that nobody holds, checked every night."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0007_archives")]

    operations = [
        migrations.CreateModel(
            name="Canary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("body", models.BinaryField()),
                ("expected", models.CharField(max_length=20)),
                ("made_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("found", models.CharField(blank=True, default="", max_length=20)),
                ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.signingkey")),
            ],
        ),
        migrations.AddConstraint(
            model_name="canary",
            constraint=models.UniqueConstraint(fields=("name", "key"), name="one_canary_of_a_kind"),
        ),
    ]
