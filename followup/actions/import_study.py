"""Import a study from its tabulation data: all of it or nothing, and again without effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from followup.actions.import_people import import_people
from followup.actions.import_rows import CHUNK, ImportRun, add_missing, refuse_conflict
from followup.actions.import_visits import import_visits, judge_imported
from followup.actions.protocol import load_schedule
from followup.actions.schedule import sync_visits
from followup.exchange.sdtm_plan import ANCHOR, UNSCHEDULED, Planned, StudyPlan
from followup.models import PlannedVisit, ScheduleVersion
from participants.audit import Actor, audited
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import ALL_SITES_ROLES, Capability
from participants.errors import ActionRefused
from participants.models import Delegation, Site, StaffMember, Study, delegations_where

SCHEDULE = "SDTM"
# The domains say nothing of age limits: nobody imported is outside of these.
_AGES = {"minimum_age_years": 0, "maximum_age_years": 131}


def import_study(
    *,
    by: Actor,
    plan: StudyPlan,
    zone: str,
    source: str,
    progress: Callable[[str], None] = lambda stage: None,
) -> ImportRun:
    """Bring the record in step with a study's files, as one audited change.

    `zone` is the time zone of all sites, `source` names the files for the trail. What the files
    tell and the record lacks is added; visits that were open, or that an earlier import had
    called missed, get their outcome; a run that adds nothing leaves no trace. Raises ActionRefused
    when the actor may not import studies, and when the record says something else than the files.
    """
    now = timezone.now()
    run = ImportRun(by, _importer(by), now, _known_at(plan, zone, now), progress)
    with audited(by=by, kind="study.imported", reason=f"imported from {source}"):
        study = _study(run, plan.code)
        sites = _sites(run, study, plan, zone)
        planned = _schedule(run, study, plan)
        progress(f"{len(plan.people)} participants at {len(sites)} sites")
        people = import_people(run, plan, study, sites)
        progress(f"{sum(len(person.done) for person in plan.people)} visits")
        written = import_visits(run, plan, study, planned, people)
        if run.has_written:
            progress("the visits still planned")
            _sync(run, [person.pk for person in people.values()])
            progress("windows")
            judge_imported(run, study, written)
        else:
            transaction.set_rollback(True)
    return run


def _known_at(plan: StudyPlan, zone: str, now: datetime) -> datetime:
    """Return the beginning of the last day that the files are read for: what is older was known by then."""
    return min(now, datetime.combine(plan.known_on, time.min, ZoneInfo(zone)))


def _importer(by: Actor) -> StaffMember:
    """Return the person who imports; raise ActionRefused unless they may for all sites of a study.

    The study to be imported has no delegations yet, so that one of any study counts.
    """
    if by.staff is not None:
        held = delegations_where(by.staff, Capability.IMPORT_STUDY)
        if held.filter(site__isnull=True).exists():
            return by.staff
    raise ActionRefused("by", f"{by.name} is not delegated to {Capability.IMPORT_STUDY}, for all its sites.")


def _study(run: ImportRun, code: str) -> Study:
    """Return the study, opened by an earlier import or now."""
    found = Study.objects.select_for_update().filter(code__iexact=code).first()
    if found is None:
        return _open_study(run, code)
    if not ScheduleVersion.objects.filter(study=found, label=SCHEDULE).exists():
        raise ActionRefused(
            None, f"The study {found} is on record and was not imported. Nothing was imported."
        )
    return found


def _open_study(run: ImportRun, code: str) -> Study:
    """Open the study; whoever imports keeps in it the roles that they hold for all sites of another."""
    try:
        study = Study.objects.create(
            code=code, title=code, day_zero_event=MilestoneKind.TREATMENT_START, **_AGES
        )
    except IntegrityError as error:
        raise ActionRefused(None, f"The study {code} is being imported by somebody else just now.") from error
    held = Delegation.objects.valid_at(run.now).filter(staff=run.staff, site__isnull=True)
    roles = set(held.values_list("role", flat=True)) & {str(role) for role in ALL_SITES_ROLES}
    Delegation.objects.bulk_create(
        Delegation(staff=run.staff, study=study, role=role, starts_at=run.now) for role in sorted(roles)
    )
    run.added["studies"] += 1
    return study


def _sites(run: ImportRun, study: Study, plan: StudyPlan, zone: str) -> dict[str, Site]:
    """Return the sites by code. SDTM names a site by its number only, and no time zone."""
    wanted = {code: Site(study=study, code=code, name=f"Site {code}", zone=zone) for code in plan.sites}
    on_record = {site.code: site for site in study.sites.all()}
    return add_missing(run, wanted, on_record, ["zone"])


def _schedule(run: ImportRun, study: Study, plan: StudyPlan) -> dict[str, PlannedVisit]:
    """Return the planned visits by code, loaded now or checked against what an earlier import loaded."""
    if not ScheduleVersion.objects.filter(study=study, label=SCHEDULE).exists():
        load_schedule(by=run.by, study=study, plan=_schedule_data(plan), effective_on=plan.begins_on)
        run.added["schedules"] += 1
    rows = PlannedVisit.objects.filter(schedule__study=study, schedule__label=SCHEDULE)
    on_record = {row.code: row for row in rows.select_related("anchor", "schedule")}
    for planned in plan.planned:
        row = on_record.get(planned.code)
        if row is None:
            raise ActionRefused(
                None, f"The schedule on record has no visit {planned.code}. Nothing was imported."
            )
        if row.target_day != planned.target_day:
            refuse_conflict(row, "target day")
        if planned.target_day is not None and row.window_before_days != plan.window_days:
            refuse_conflict(row, "window")
    return on_record


def _schedule_data(plan: StudyPlan) -> dict[str, object]:
    """Return the schedule in the shape that load_schedule takes."""
    unscheduled = Planned(0, UNSCHEDULED, "Unscheduled", None, is_conditional=True, rule="")
    visits = [*sorted(plan.planned, key=lambda visit: visit.number), unscheduled]
    return {
        "label": SCHEDULE,
        "note": "From the trial visits (TV) of the study's tabulation data",
        "anchors": [
            {
                "code": ANCHOR,
                "label": "Reference start (RFSTDTC)",
                "events": [MilestoneKind.TREATMENT_START.value],
            }
        ],
        "visits": [_visit_data(visit, plan.window_days) for visit in visits],
    }


def _visit_data(visit: Planned, window_days: int) -> dict[str, object]:
    """Return one planned visit. A conditional one is not enabled: nobody is expected to have it."""
    day = visit.target_day
    phase = "follow-up" if day is None or day > 0 else "treatment" if day == 0 else "screening"
    return {
        "code": visit.code,
        "label": visit.label,
        "anchor": None if day is None else ANCHOR,
        "target_day": day,
        "window_before": None if day is None else window_days,
        "window_after": None if day is None else window_days,
        "phase": phase,
        "mode": "unscheduled" if visit.code == UNSCHEDULED else "visit",
        "required": not visit.is_conditional,
        "enabled": not visit.is_conditional or visit.code == UNSCHEDULED,
        "assessments": [],
        "note": visit.rule,
    }


def _sync(run: ImportRun, participants: list[int]) -> None:
    """Let the schedule make, date and close what the files say nothing of."""
    for start in range(0, len(participants), CHUNK):
        chunk = participants[start : start + CHUNK]
        result = sync_visits(participants=chunk, by=run.by, known_at=run.known_at)
        run.added["visits"] += result.made
