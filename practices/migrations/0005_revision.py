"""Each change raises the number of what it changes, so that a page can ask whether it shows what stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0004_search_words_without_related_titles")]

    operations = [
        migrations.AddField(model, "revision", models.PositiveBigIntegerField(db_default=0, default=0, editable=False))
        for model in ("practice", "source", "term")
    ]
