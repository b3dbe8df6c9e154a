"""Since when the one who is asked now is asked, where another was asked to sign before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0010_stays_in_force")]

    operations = [
        migrations.AddField(
            model_name="signaturerequest",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
