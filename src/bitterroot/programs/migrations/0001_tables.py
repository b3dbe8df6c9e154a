"""The tables of this room, as they stood before the first release."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('programs', '0001_initial'),
        ('programs', '0002_marketing'),
        ('programs', '0003_pilots'),
        ('programs', '0004_unit_review'),
        ('programs', '0005_tracks'),
        ('programs', '0006_versions_in_effect'),
    ]
    initial = True

    dependencies = [
        ('files', '0001_initial'),
        ('governance', '0001_tables'),
        ('people', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('first_term', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=1)),
                ('began_at', models.DateTimeField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('calendar', models.CharField(blank=True, default='', max_length=64)),
                ('next_on', models.DateField(blank=True, db_index=True, null=True)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='governance.policyversion')),
            ],
        ),
        migrations.CreateModel(
            name='PilotExtension',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('years', models.PositiveSmallIntegerField(default=1)),
                ('reason', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='programs.pilot')),
            ],
        ),
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('credit', 'Credit'), ('noncredit', 'Non-credit'), ('hybrid', 'Hybrid')], max_length=10)),
                ('track', models.CharField(choices=[('microcredential', 'Micro-credential'), ('badge', 'Stand-alone badge'), ('noncredit', 'Non-credit program')], max_length=16)),
                ('level', models.CharField(blank=True, default='', max_length=80)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('declined', 'Declined'), ('pilot_approved', 'Pilot approved, not yet started'), ('pilot_active', 'Pilot'), ('intent_continue', 'Pilot, is to continue'), ('intent_remove', 'Pilot, is to be removed'), ('full_proposed', 'Pilot, full proposal under way'), ('established', 'Established'), ('pilot_lapsed', 'Pilot lapsed'), ('suspended', 'Suspended'), ('teach_out', 'Teach-out'), ('closed', 'Closed'), ('archived', 'Closed, archived')], default='proposed', max_length=16)),
                ('listed', models.BooleanField(default=True)),
                ('pilot_start_term', models.CharField(blank=True, default='', max_length=20)),
                ('enrolls_until', models.DateField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('state_before', models.CharField(blank=True, default='', max_length=16)),
                ('created_at', models.DateTimeField()),
                ('co_leads', models.ManyToManyField(blank=True, related_name='co_leads', to='people.person')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='people.person')),
                ('owner_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programs', to='people.unit')),
                ('partner_units', models.ManyToManyField(blank=True, related_name='partnered_programs', to='people.unit')),
            ],
        ),
        migrations.AddField(
            model_name='pilot',
            name='program',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pilot', to='programs.program'),
        ),
        migrations.CreateModel(
            name='ProgramVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('approved_at', models.DateTimeField()),
                ('change_class', models.CharField(blank=True, default='', max_length=10)),
                ('effective_on', models.DateField(blank=True, null=True)),
                ('taken_up', models.BooleanField(default=True)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='governance.decision')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='programs.program')),
            ],
        ),
        migrations.CreateModel(
            name='BadgeTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('n', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('achievement', models.JSONField()),
                ('alt_text', models.CharField(max_length=300)),
                ('valid_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('repeatable', models.BooleanField(default=False)),
                ('assessed', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('active', 'Active'), ('archived', 'Archived')], default='approved', max_length=10)),
                ('image_png', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('image_svg', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('program_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='programs.programversion')),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(max_length=30)),
                ('year', models.PositiveSmallIntegerField(default=0)),
                ('due_on', models.DateField()),
                ('days', models.SmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='programs.program')),
            ],
        ),
        migrations.CreateModel(
            name='TeachOut',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('end_term', models.CharField(max_length=20)),
                ('ends_on', models.DateField()),
                ('reason', models.TextField(blank=True, default='')),
                ('begun_at', models.DateTimeField()),
                ('next_on', models.DateField(blank=True, db_index=True, null=True)),
                ('begun_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('program', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='teach_out', to='programs.program')),
            ],
        ),
        migrations.CreateModel(
            name='Intent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('n', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('open', 'Open'), ('with_head', 'Waits for the head'), ('submitted', 'Submitted'), ('acknowledged', 'Acknowledged'), ('superseded', 'Replaced by a later one'), ('lapsed', 'Lapsed')], default='open', max_length=12)),
                ('values', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('field_revisions', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField()),
                ('content_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('lead_signed_at', models.DateTimeField(blank=True, null=True)),
                ('head_signed_at', models.DateTimeField(blank=True, null=True)),
                ('returned_reason', models.TextField(blank=True, default='')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('head_signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('lead_signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intents', to='programs.pilot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pilot', 'n'), name='intent_once')],
            },
        ),
        migrations.CreateModel(
            name='MarketingRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('blocked_by_gate', 'Waits for the approval'), ('submitted', 'With the marketing office'), ('accepted', 'Accepted'), ('in_production', 'In production'), ('live', 'Live'), ('retired', 'Retired')], default='draft', max_length=16)),
                ('values', models.JSONField(default=dict)),
                ('images', models.JSONField(default=list)),
                ('comment', models.TextField(blank=True, default='')),
                ('links', models.JSONField(default=list)),
                ('state_since', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('gate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.decision')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.policyversion')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marketing_requests', to='programs.program')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'blocked_by_gate', 'submitted', 'accepted', 'in_production'))), fields=('program',), name='one_open_marketing_request')],
            },
        ),
        migrations.CreateModel(
            name='ProgramReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('opens_on', models.DateField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('scheduled', 'Not open yet'), ('open', 'Open'), ('draft', 'Begun'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('waived', 'Waived')], default='scheduled', max_length=10)),
                ('values', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('field_revisions', models.JSONField(default=dict)),
                ('figures', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('head_acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('rating', models.CharField(blank=True, choices=[('on_track', 'On track'), ('watch', 'Watch'), ('at_risk', 'At risk')], default='', max_length=10)),
                ('comments', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('head_acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='programs.pilot')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pilot', 'year'), name='review_once_a_year')],
            },
        ),
        migrations.AddIndex(
            model_name='programversion',
            index=models.Index(condition=models.Q(('taken_up', False)), fields=['effective_on'], name='version_to_take_up'),
        ),
        migrations.AddConstraint(
            model_name='programversion',
            constraint=models.UniqueConstraint(fields=('program', 'n'), name='version_once'),
        ),
    ]
