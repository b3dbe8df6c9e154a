"""The tables of this room, as they stood before the first release."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('learning', '0001_initial'),
        ('learning', '0002_left_to_issue'),
        ('learning', '0003_rosters_and_students'),
        ('learning', '0004_offerings_by_end'),
    ]
    initial = True

    dependencies = [
        ('files', '0001_initial'),
        ('people', '0001_tables'),
        ('programs', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='StudentRecord',
            fields=[
                ('student_id', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('family_name', models.CharField(blank=True, default='', max_length=120)),
                ('given_name', models.CharField(blank=True, default='', max_length=120)),
                ('email', models.CharField(blank=True, default='', max_length=254)),
                ('imported_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('term', models.CharField(max_length=20)),
                ('session', models.CharField(blank=True, default='', max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(db_index=True)),
                ('modality', models.CharField(blank=True, default='', max_length=20)),
                ('created_at', models.DateTimeField()),
                ('instructors', models.ManyToManyField(related_name='teaches', to='people.person')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offerings', to='programs.program')),
                ('program_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='programs.programversion')),
            ],
        ),
        migrations.CreateModel(
            name='TrackingList',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('filename', models.CharField(blank=True, default='', max_length=200)),
                ('header', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'Being mended'), ('submitted', 'Submitted'), ('discarded', 'Discarded')], default='draft', max_length=10)),
                ('uploaded_at', models.DateTimeField()),
                ('attested_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='files.storedfile')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='learning.offering')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='IssuanceRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('credit', 'Credit-bearing'), ('noncredit', 'Non-credit')], max_length=10)),
                ('state', models.CharField(choices=[('with_registrar', 'With the registrar'), ('with_office', 'With the program office'), ('issuing', 'Issuing'), ('issued', 'Issued'), ('returned', 'Returned'), ('cancelled', 'Cancelled')], max_length=14)),
                ('submitted_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.TextField(blank=True, default='')),
                ('note', models.TextField(blank=True, default='')),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuance_requests', to='people.person')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='programs.badgetemplate')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='learning.offering')),
                ('tracking_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='learning.trackinglist')),
            ],
        ),
        migrations.CreateModel(
            name='Enrollment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.CharField(max_length=254)),
                ('student_id', models.CharField(blank=True, default='', max_length=40)),
                ('email', models.CharField(blank=True, default='', max_length=254)),
                ('family_name', models.CharField(blank=True, default='', max_length=120)),
                ('given_name', models.CharField(blank=True, default='', max_length=120)),
                ('consent', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('enrolled', 'Enrolled'), ('withdrawn', 'Withdrawn')], default='enrolled', max_length=10)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='learning.offering')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('offering', 'identity'), name='enrolled_once')],
            },
        ),
        migrations.CreateModel(
            name='ListLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('row', models.PositiveIntegerField(default=0)),
                ('kind', models.CharField(choices=[('credit', 'Credit-bearing'), ('noncredit', 'Non-credit')], max_length=10)),
                ('cells', models.JSONField()),
                ('faults', models.JSONField(default=list)),
                ('errors', models.JSONField(default=list)),
                ('warnings', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('ok', 'In order'), ('warning', 'Needs acknowledgement'), ('acknowledged', 'Acknowledged'), ('error', 'To be mended'), ('checked', 'Checked by the queue'), ('issued', 'Issued'), ('refused', 'Refused'), ('no_badge', 'Opted out, no badge')], max_length=12)),
                ('opted_out', models.BooleanField(default=False)),
                ('refusal', models.TextField(blank=True, default='')),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='list_lines', to='people.person')),
                ('request', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='learning.issuancerequest')),
                ('tracking_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='learning.trackinglist')),
            ],
            options={
                'indexes': [models.Index(fields=['request', 'state', 'number'], name='line_left_to_issue')],
                'constraints': [models.UniqueConstraint(fields=('tracking_list', 'number'), name='line_once_in_list')],
            },
        ),
        migrations.AddConstraint(
            model_name='issuancerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'credit'), ('state', 'with_office'), _negated=True), models.Q(('kind', 'noncredit'), ('state', 'with_registrar'), _negated=True)), name='request_in_its_own_queue'),
        ),
    ]
