import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0002_snapshot"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactattempt",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="followup.contactattempt",
            ),
        ),
        migrations.AddField(
            model_name="contactattempt",
            name="stands",
            field=models.BooleanField(default=True, editable=False),
        ),
    ]
