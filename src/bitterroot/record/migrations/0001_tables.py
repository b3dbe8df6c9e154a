"""The tables of this room, as they stood before the first release."""

import django.db.models.deletion
from django.db import migrations, models


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
    """The database refuses to change or delete an event, whoever asks."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def backward(apps, editor):
    for statement in UNDO_POSTGRESQL if editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):

    replaces = [
        ('record', '0001_initial'),
        ('record', '0002_append_only'),
        ('record', '0003_pending_tails'),
        ('record', '0004_outbox_queue'),
    ]
    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PendingTail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.TextField()),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(max_length=80)),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=60)),
                ('about', models.CharField(db_index=True, max_length=80)),
                ('actor', models.CharField(max_length=80)),
                ('actor_name', models.CharField(max_length=200)),
                ('capacity', models.CharField(max_length=120)),
                ('data', models.TextField()),
                ('seal', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='event_once_in_stream')],
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('run_after', models.DateTimeField()),
                ('last_error', models.TextField(blank=True, default='')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outbox', to='record.event')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'run_after'], name='outbox_queue')],
            },
        ),
        migrations.RunPython(forward, backward),
    ]
