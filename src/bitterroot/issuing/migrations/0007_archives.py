"""Files of a restored archive, and status lists that last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0006_key_dates")]

    operations = [
        migrations.AddField(
            model_name="statuslist",
            name="lasting",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("path", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("body", models.BinaryField()),
            ],
        ),
    ]
