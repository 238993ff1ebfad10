from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_clients_without_name"),
        ("today", "0002_reason_weight"),
        ("touches", "0002_holdout_salt"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "snoozed"])),
                fields=["assignee", "minutes", "snoozed_until", "due"],
                name="action_load",
            ),
        ),
    ]
