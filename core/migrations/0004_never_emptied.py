from django.db import migrations

from core.published import REFUSE_CHANGE, never_emptied


class Migration(migrations.Migration):
    dependencies = [("core", "0003_ask_for_languages_when_needed")]

    operations = [migrations.RunSQL(REFUSE_CHANGE, migrations.RunSQL.noop), never_emptied("core_auditentry")]
