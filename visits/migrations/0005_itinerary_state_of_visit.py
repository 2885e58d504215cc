"""What a guest's itinerary says depends on where the visit stands as well: cancelled, postponed, or on."""

import importlib

from django.db import migrations

before = importlib.import_module("visits.migrations.0003_itinerary_state").CREATE
BEFORE = before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NOW = BEFORE.replace("person.id, person.group_id,", "visit.status, person.id, person.group_id,")


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_never_emptied")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
