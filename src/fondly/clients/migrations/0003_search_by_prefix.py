"""The index of search words serves prefixes on PostgreSQL too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="searchword", name="search_word_once"),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(
                fields=["word", "client"],
                name="search_word_once",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ),
    ]
