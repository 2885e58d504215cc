from django.db import migrations

from core.published import never_emptied


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_itinerary_state"), ("core", "0004_never_emptied")]

    operations = [never_emptied("visits_release")]
