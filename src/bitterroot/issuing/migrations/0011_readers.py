"""Programs that a learner lets read badges."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0010_wallets'),
        ('people', '0005_sign_in_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('host', models.CharField(max_length=253)),
                ('about', models.JSONField(default=dict)),
                ('redirect_uris', models.JSONField(default=list)),
                ('scope', models.TextField()),
                ('secret_digest', models.CharField(max_length=64)),
                ('registered_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReadConsent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scope', models.TextField()),
                ('everything', models.BooleanField(default=False)),
                ('given_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('last_read_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='read_consents', to='people.person')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='issuing.reader')),
            ],
        ),
        migrations.CreateModel(
            name='ReadSecret',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('code', 'Code'), ('access', 'Access token'), ('refresh', 'Refresh token')], max_length=8)),
                ('until', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('redirect_uri', models.TextField(blank=True, default='')),
                ('challenge', models.CharField(blank=True, default='', max_length=43)),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='issuing.readconsent')),
            ],
        ),
        migrations.AddConstraint(
            model_name='readconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('reader', 'person'), name='one_consent_in_force'),
        ),
    ]
