"""Loading the rooms from a plain Python process, and asking whether there is a database."""

import os
from pathlib import Path

from bitterroot.conf.home import keep_private


def load_django() -> None:
    """Load the rooms. Commands that need no rows do without, and start quicker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bitterroot.conf.settings")
    keep_private()
    import django

    django.setup()


def is_prepared() -> bool:
    """Whether this installation has a database with our tables. Makes nothing."""
    from django.conf import settings
    from django.db import DatabaseError, connection

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).exists():
        return False
    try:
        return "record_event" in connection.introspection.table_names()
    except DatabaseError:
        return False
