"""Keys get the dates of their rotation; bytes that a new key replaced are kept."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F


def listed_when_they_began(apps, schema_editor):
    """A key that there is was listed when it began to sign."""
    apps.get_model("issuing", "SigningKey").objects.update(listed_at=F("active_from"))


class Migration(migrations.Migration):
    dependencies = [("issuing", "0005_no_reserved_awards")]

    operations = [
        migrations.AddField(
            model_name="signingkey",
            name="listed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.RunPython(listed_when_they_began, migrations.RunPython.noop),
        migrations.AddField(
            model_name="signingkey",
            name="compromised_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="compromised_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="sign_anew",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="PastDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField()),
                ("award", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="past_documents", to="issuing.award")),
                ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.signingkey")),
            ],
        ),
    ]
