from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_clients_without_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="contactpoint",
            options={
                "base_manager_name": "everything",
                "ordering": ["kind", "position", "id"],
            },
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="position",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
