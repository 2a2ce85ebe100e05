"""Load a schedule, from data, as a new version of a study's protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from followup.models import Anchor, PlannedAssessment, PlannedVisit, ScheduleVersion
from participants.audit import Actor, audited
from participants.errors import ActionRefused
from participants.models import Study

DEFAULT_SCHEDULE = Path(__file__).resolve().parent.parent / "data" / "default_schedule.json"


def on_study_opened(sender: object, *, study: Study, by: Actor, **kwargs: Any) -> None:
    """Give a new study the default schedule, in the transaction that opened it."""
    load_schedule(by=by, study=study, plan=json.loads(DEFAULT_SCHEDULE.read_text()))


def load_schedule(
    *, by: Actor, study: Study, plan: Mapping[str, Any], effective_on: date | None = None
) -> ScheduleVersion:
    """Make a schedule the current version of a study; whoever follows an earlier one keeps it.

    `plan` has the shape of followup/data/default_schedule.json. Raises ActionRefused when the study
    has a schedule of this label; two who load at once load one after the other.
    """
    with audited(by=by, kind="schedule.loaded", reason=f"schedule {plan['label']} loaded"):
        # The row of the study is the lock: only one of its schedules is current.
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if ScheduleVersion.objects.filter(study=study, label=plan["label"]).exists():
            raise ActionRefused("label", f"Label: {study} has a schedule {plan['label']} already.")
        ScheduleVersion.objects.filter(study=study, is_current=True).update(is_current=False)
        version = ScheduleVersion.objects.create(
            study=study,
            label=plan["label"],
            note=plan.get("note", ""),
            effective_on=effective_on or timezone.now().date(),
        )
        anchors = {row["code"]: Anchor(schedule=version, **row) for row in plan["anchors"]}
        Anchor.objects.bulk_create(anchors.values())
        rows = list(enumerate(plan["visits"]))
        planned = PlannedVisit.objects.bulk_create(
            _planned_visit(version, anchors.get(row["anchor"]), position, row) for position, row in rows
        )
        PlannedAssessment.objects.bulk_create(
            PlannedAssessment(planned_visit=visit, name=name, position=position)
            for visit, (_, row) in zip(planned, rows, strict=True)
            for position, name in enumerate(row["assessments"])
        )
    return version


def _planned_visit(
    version: ScheduleVersion, anchor: Anchor | None, position: int, row: Mapping[str, Any]
) -> PlannedVisit:
    return PlannedVisit(
        schedule=version,
        anchor=anchor,
        position=position,
        code=row["code"],
        label=row["label"],
        target_day=row["target_day"],
        window_before_days=row["window_before"] or 0,
        window_after_days=row["window_after"] or 0,
        phase=row["phase"],
        mode=row["mode"],
        is_required=row["required"],
        is_enabled=row["enabled"],
        note=row["note"],
        waits_for_trigger=row.get("waits_for_trigger", False),
        recorded_by_event=row.get("recorded_by_event", ""),
        repeat_every_days=row.get("repeat_every_days"),
        until_day=row.get("until_day"),
    )
