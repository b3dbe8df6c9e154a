from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0014_suspensions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('valid_until__isnull', False)), fields=['valid_until'], name='award_ends'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('revoked_at__isnull', False)), fields=['revoked_at'], name='award_revoked'),
        ),
    ]
