from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_backup_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
