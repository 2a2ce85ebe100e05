from collections import defaultdict

from django.db import migrations

from participants.audit_triggers import migration_audit
from participants.domain.lifecycle import Phase, Step, phase_on_latest

NAME = "0004_phases_of_the_steps"


def follow_the_steps(apps, schema_editor):
    """Give everybody the phase that their steps lead to by the lifecycle as it is now."""
    alias = schema_editor.connection.alias
    participants = apps.get_model("participants", "Participant").objects.using(alias)
    standing = apps.get_model("participants", "LifecycleStep").objects.using(alias).filter(stands=True)
    steps = defaultdict(list)
    for owner, on, entry, phase in standing.values_list("participant", "on", "entry", "phase"):
        steps[owner].append(Step(on, entry, Phase(phase)))
    wanted = {owner: str(phase_on_latest(rows)) for owner, rows in steps.items()}
    others = {
        owner: wanted[owner]
        for owner, phase in participants.values_list("pk", "phase")
        if wanted.get(owner, phase) != phase
    }
    if others:
        with migration_audit(schema_editor, NAME):
            for owner, phase in others.items():
                participants.filter(pk=owner).update(phase=phase)


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0003_study_settings_dlt"),
    ]

    operations = [migrations.RunPython(follow_the_steps, migrations.RunPython.noop)]
