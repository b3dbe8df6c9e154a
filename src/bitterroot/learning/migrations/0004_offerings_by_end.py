from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0003_rosters_and_students'),
    ]

    operations = [
        migrations.AlterField(
            model_name='offering',
            name='ends_on',
            field=models.DateField(db_index=True),
        ),
    ]
