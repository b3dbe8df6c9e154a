"""A program has several proposals over time: each goes by a process, in a case of its own."""

import django.db.models.deletion
from django.db import migrations, models

UNDER_WAY = [
    "draft",
    "signing",
    "submitted",
    "in_review",
    "returned",
    "approved_with_conditions",
    "on_hold",
]


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0003_pilots"),
        ("proposals", "0004_consultation_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="process",
            field=models.CharField(default="pilot-proposal", max_length=60),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="proposal",
            name="program",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="programs.program",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", UNDER_WAY)),
                fields=("program", "process"),
                name="one_open_proposal",
            ),
        ),
    ]
