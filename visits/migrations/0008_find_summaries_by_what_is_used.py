from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False  # the index is built without holding the table

    dependencies = [("visits", "0007_summary_of_a_visit")]

    operations = [
        AddIndexConcurrently(
            model_name="visitsummary",
            index=GinIndex(fields=["uses"], name="visits_summary_uses"),
        ),
    ]
