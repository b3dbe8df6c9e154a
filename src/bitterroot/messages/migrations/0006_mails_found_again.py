from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0005_bounces'),
    ]

    operations = [
        # Mails of events from before they named their chain themselves (0005).
        migrations.RunSQL(
            """
            UPDATE mail_mail SET stream = (
                SELECT CASE WHEN about LIKE 'award:%%' THEN about ELSE stream END
                FROM record_event WHERE record_event.id = mail_mail.event_id
            )
            WHERE stream = '' AND event_id IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['created_at'], name='mail_by_moment'),
        ),
    ]
