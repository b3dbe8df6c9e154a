"""From which day a confirmed version holds, so that a later confirmation does not undo it unseen."""

from django.db import migrations, models
from django.utils import timezone


def from_confirmed(apps, schema_editor):
    """As it held until now: from its own day, and not before it was confirmed."""
    versions = apps.get_model("governance", "PolicyVersion").objects.exclude(confirmed_at=None)
    for row in versions.defer("document"):
        row.holds_from = max(row.effective_from, timezone.localtime(row.confirmed_at).date())
        row.save(update_fields=["holds_from"])


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_in_order")]

    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="holds_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(from_confirmed, migrations.RunPython.noop),
    ]
