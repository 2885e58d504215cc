from django.db import migrations

from core.published import REFUSE_CHANGE, frozen_table


class Migration(migrations.Migration):
    dependencies = [("core", "0001_start")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION core_refuse_change();"),
        frozen_table("core_auditentry"),
    ]
