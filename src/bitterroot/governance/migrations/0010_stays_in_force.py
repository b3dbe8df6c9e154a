"""What two had put in force under the rule of before stays in force.

Until 0005 the version that was confirmed last held, whatever its day; since then the latest day does.
"""

from datetime import timedelta

from django.db import migrations
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

MOST = timedelta(days=1)  # between two migrations of one upgrade


def keep(apps, schema_editor):
    """Let the last confirmed whose own day has come hold from today, where another would take its place."""
    if _runs_already(schema_editor):
        return
    today = timezone.localdate()
    versions = apps.get_model("governance", "PolicyVersion").objects.defer("document")
    confirmed = versions.filter(confirmed_at__isnull=False, effective_from__lte=today)
    row = confirmed.order_by("-confirmed_at").first()
    if row is None:
        return
    if versions.filter(holds_from__gt=row.holds_from, holds_from__lte=today).exists():
        row.holds_from = today
        row.save(update_fields=["holds_from"])


def _runs_already(schema_editor):
    """Whether the installation has run under the rule of 0005: what holds by that is not touched."""
    done = MigrationRecorder(schema_editor.connection).applied_migrations()
    since = done.get(("governance", "0005_holds_from"))
    return since is not None and since.applied < timezone.now() - MOST


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_readings")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
