from django.db import migrations

from core.published import never_emptied


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_frozen"), ("core", "0004_never_emptied")]

    operations = [never_emptied("practices_practiceedition"), never_emptied("practices_termedition")]
