from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_never_emptied"),
    ]

    operations = [
        migrations.AddField(
            model_name="city",
            name="revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="organisation",
            name="revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="venue",
            name="revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
