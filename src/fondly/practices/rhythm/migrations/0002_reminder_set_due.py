from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rhythm", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="planreminder",
            name="set_due",
            field=models.DateField(default="2000-01-01"),
            preserve_default=False,
        ),
    ]
