from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def keep_the_days(apps, schema_editor):
    """Take the day of each reminder as set by hand now: when it was set is not known."""
    rows = apps.get_model("rhythm", "PlanReminder").objects
    rows.update(set_due=F("next_due"), set_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("rhythm", "0003_top_ten_due")]

    operations = [
        migrations.AddField(
            model_name="planreminder",
            name="set_at",
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.RunPython(keep_the_days, migrations.RunPython.noop),
    ]
