"""The database refuses to change or delete an event, whoever asks."""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER record_event_no_{act.lower()} BEFORE {act} ON record_event
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"""
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION record_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$""",
    """CREATE TRIGGER record_event_append_only BEFORE UPDATE OR DELETE ON record_event
       FOR EACH ROW EXECUTE FUNCTION record_event_append_only()""",
]
UNDO_SQLITE = [f"DROP TRIGGER record_event_no_{act}" for act in ("update", "delete")]
UNDO_POSTGRESQL = [
    "DROP TRIGGER record_event_append_only ON record_event",
    "DROP FUNCTION record_event_append_only()",
]


def forward(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def backward(apps, editor):
    for statement in UNDO_POSTGRESQL if editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
