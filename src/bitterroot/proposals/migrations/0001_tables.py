"""The tables of this room, as they stood before the first release."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('proposals', '0001_initial'),
        ('proposals', '0002_field_revisions'),
        ('proposals', '0003_field_writers'),
        ('proposals', '0004_consultation_files'),
        ('proposals', '0005_process'),
        ('proposals', '0006_written_by'),
        ('proposals', '0007_mou_life'),
        ('proposals', '0008_concurrence'),
        ('proposals', '0009_copies'),
        ('proposals', '0010_withdrawn_concurrence'),
    ]
    initial = True

    dependencies = [
        ('files', '0001_initial'),
        ('governance', '0001_tables'),
        ('people', '0001_tables'),
        ('programs', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('values', models.JSONField()),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('scheduled', 'Scheduled'), ('held', 'Held'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('no_show', 'Did not take place')], default='requested', max_length=10)),
                ('requested_at', models.DateTimeField()),
                ('scheduled_for', models.DateTimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, default='', max_length=200)),
                ('notes', models.TextField(blank=True, default='')),
                ('outcome', models.CharField(blank=True, default='', max_length=30)),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('consultant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ConsultationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.person')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='proposals.consultation')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='files.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30)),
                ('n', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('markdown', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'n'), name='page_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('process', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('consultation_waiver', models.TextField(blank=True, default='')),
                ('values', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('field_revisions', models.JSONField(default=dict)),
                ('field_writers', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('signing', 'Being signed'), ('submitted', 'With the program office'), ('in_review', 'In review'), ('returned', 'Returned to the proposer'), ('approved', 'Approved'), ('approved_with_conditions', 'Approved with conditions'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('on_hold', 'On hold')], default='draft', max_length=26)),
                ('previous_state', models.CharField(blank=True, default='', max_length=26)),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='governance.case')),
                ('co_authors', models.ManyToManyField(blank=True, related_name='co_authored', to='people.person')),
                ('consultation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='proposals.consultation')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='people.person')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='proposals.proposal')),
                ('owner_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='people.unit')),
                ('procedures', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='proposals.page')),
                ('program', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='programs.program')),
                ('written_by', models.ManyToManyField(blank=True, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Mou',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(null=True)),
                ('values', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'In preparation'), ('out_for_signature', 'Out for signature'), ('executed', 'Executed'), ('active', 'In force'), ('expiring', 'Ends soon'), ('expired', 'Expired'), ('renewed', 'Renewed'), ('terminated', 'Terminated')], default='draft', max_length=18)),
                ('executed_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('terminates_on', models.DateField(blank=True, null=True)),
                ('notice_on', models.DateField(blank=True, null=True)),
                ('notice_from', models.CharField(blank=True, default='', max_length=200)),
                ('notice_reason', models.TextField(blank=True, default='')),
                ('notice_effect', models.TextField(blank=True, default='')),
                ('reminded_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('next_on', models.DateField(blank=True, db_index=True, null=True)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='files.storedfile')),
                ('notice_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('renews', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewal', to='proposals.mou')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mous', to='proposals.proposal')),
            ],
        ),
        migrations.CreateModel(
            name='Concurrence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('how', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('asked', 'Not answered yet'), ('concurs', 'Concurs'), ('comments', 'Concurs, with a comment'), ('objects', 'Objects'), ('not_answered', 'Did not answer'), ('withdrawn', 'Is not asked any more')], default='asked', max_length=12)),
                ('text', models.TextField(blank=True, default='')),
                ('answered_as', models.CharField(blank=True, default='', max_length=300)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('content_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concurrences', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concurrences', to='proposals.proposal')),
            ],
            options={
                'ordering': ['asked_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.person')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='files.storedfile')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='proposals.proposal')),
            ],
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'signing', 'submitted', 'in_review', 'returned', 'approved_with_conditions', 'on_hold'))), fields=('program', 'process'), name='one_open_proposal'),
        ),
        migrations.AddIndex(
            model_name='concurrence',
            index=models.Index(fields=['state', 'due_on'], name='concurrence_due'),
        ),
        migrations.AddConstraint(
            model_name='concurrence',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('proposal', 'unit'), name='unit_asked_once'),
        ),
    ]
