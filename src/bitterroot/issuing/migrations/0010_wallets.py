"""Badges on their way into wallets, and the copies that name a wallet."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0009_endorsements'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoundCopy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.TextField()),
                ('form', models.CharField(choices=[('ldp_vc', 'JSON with a Data Integrity proof'), ('jwt_vc_json', 'Signed token (VC-JWT)')], max_length=12)),
                ('body', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bound_copies', to='issuing.award')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuing.signingkey')),
            ],
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('way', models.CharField(choices=[('openid', 'OpenID for Verifiable Credential Issuance'), ('vcapi', 'Learner Credential Wallet')], max_length=8)),
                ('bind', models.BooleanField(default=False)),
                ('link_digest', models.CharField(max_length=64, unique=True)),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('pin_digest', models.CharField(blank=True, default='', max_length=64)),
                ('challenge', models.CharField(blank=True, default='', max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('redeemed_at', models.DateTimeField(blank=True, null=True)),
                ('token_digest', models.CharField(blank=True, default='', max_length=64)),
                ('token_until', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('subject', models.TextField(blank=True, default='')),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='issuing.award')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('token_digest', ''), _negated=True), fields=['token_digest'], name='collection_token')],
            },
        ),
    ]
