"""What a migration makes of the data that it finds."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection

from participants.actions.treat import record_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import AuditRow, Participant
from tests.factories import TEST, as_test, days_ago, make_infused


@pytest.mark.django_db(transaction=True)
def test_everybody_gets_the_phase_that_their_steps_lead_to() -> None:
    relapsed, other = make_infused(day=40), make_infused(day=40)
    kind, on = MilestoneKind.RELAPSE, days_ago(20, relapsed.site)
    record_milestone(by=TEST, participant=relapsed, kind=kind, on=on)
    with as_test():
        Participant.objects.filter(pk=relapsed.pk).update(phase=Phase.FOLLOW_UP)
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    migration = import_module("participants.migrations.0004_phases_of_the_steps")
    with connection.schema_editor() as editor:
        migration.follow_the_steps(apps, editor)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    phases = dict(Participant.objects.values_list("pk", "phase"))
    assert phases == {relapsed.pk: Phase.SURVIVAL_FOLLOW_UP, other.pk: Phase.FOLLOW_UP}
    row = AuditRow.objects.filter(change__machine=f"migration:{migration.NAME}").get()
    assert row.new == {"phase": "survival_follow_up"}
