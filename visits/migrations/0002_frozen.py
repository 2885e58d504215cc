from django.db import migrations

from core.published import frozen_table


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_start"), ("core", "0002_frozen")]

    operations = [frozen_table("visits_release")]
