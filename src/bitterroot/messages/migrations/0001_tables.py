"""The tables of this room, as they stood before the first release."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('mail', '0001_initial'),
        ('mail', '0002_choices'),
        ('mail', '0003_feed'),
        ('mail', '0004_letters'),
        ('mail', '0005_bounces'),
        ('mail', '0006_mails_found_again'),
    ]
    initial = True

    dependencies = [
        ('people', '0001_tables'),
        ('record', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='LetterText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=60)),
                ('n', models.PositiveIntegerField()),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('shipped', models.BooleanField(default=False)),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'ordering': ['-n'],
            },
        ),
        migrations.CreateModel(
            name='LetterRule',
            fields=[
                ('letter', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('read_first', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('text', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mail.lettertext')),
            ],
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('template', models.CharField(max_length=60)),
                ('to_name', models.CharField(max_length=200)),
                ('to_address', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('attachment_name', models.CharField(blank=True, default='', max_length=100)),
                ('attachment', models.BinaryField(default=b'')),
                ('state', models.CharField(choices=[('draft', 'To be read first'), ('queued', 'Waiting to be sent'), ('sent', 'Sent'), ('failed', 'Could not be sent'), ('bounced', 'Came back'), ('kept', 'Shown here alone'), ('dropped', 'Discarded by the office')], default='queued', max_length=8)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('message_id', models.CharField(blank=True, db_index=True, default='', max_length=40)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('stream', models.CharField(blank=True, default='', max_length=80)),
                ('discarded', models.TextField(blank=True, default='')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='record.event')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='people.person')),
                ('read_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('wording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='mail.lettertext')),
            ],
        ),
        migrations.CreateModel(
            name='MailChoices',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('off', models.JSONField(default=list)),
                ('quiet_from', models.PositiveSmallIntegerField(default=0)),
                ('quiet_until', models.PositiveSmallIntegerField(default=0)),
                ('weekends', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to='people.person')),
            ],
        ),
        migrations.AddConstraint(
            model_name='lettertext',
            constraint=models.UniqueConstraint(fields=('letter', 'n'), name='letter_version_once'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['state', 'created_at'], name='mail_queue'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('stream', ''), _negated=True), fields=['stream'], name='mail_of_a_case'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['created_at'], name='mail_by_moment'),
        ),
    ]
