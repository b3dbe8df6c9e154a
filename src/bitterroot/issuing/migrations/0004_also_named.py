"""Let people be found by the names on their badges, where those are not the names that they have."""

from typing import Any

from django.db import migrations
from django.db.models import F


def note(apps: Any, schema_editor: Any) -> None:
    """One pass through the awards; people whose badges have their name are left alone."""
    award, person = apps.get_model("issuing", "Award"), apps.get_model("people", "Person")
    other = award.objects.exclude(display_name=F("learner__display_name"))
    names: dict[Any, set[str]] = {}
    for learner, name in other.values_list("learner", "display_name").distinct().iterator():
        names.setdefault(learner, set()).add(name)
    rows = [person(pk=pk, also_named="\n".join(sorted(found))) for pk, found in names.items()]
    person.objects.bulk_update(rows, ["also_named"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("issuing", "0003_in_time"), ("people", "0003_also_named")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
