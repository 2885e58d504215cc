from django.db import migrations

from core.published import never_emptied


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_frozen"), ("core", "0004_never_emptied")]

    operations = [never_emptied("partners_cityedition")]
