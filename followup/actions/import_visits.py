"""Import what became of visits: those that took place, and those that should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from followup.actions.deviations import judge_days, judge_windows
from followup.actions.import_rows import CHUNK, ImportRun, add_missing, refuse_conflict
from followup.domain.windows import TOOK_PLACE, Outcome, VisitDates
from followup.exchange.sdtm_plan import Person, StudyPlan, dates_of
from followup.models import MissedReason, PlannedVisit, Visit
from participants.models import Participant, Study

MISSED = "Not among the visits of the imported files"
_RESULT = ["outcome", "occurred_on", "missed_reason", "outcome_reason", "note"]
_RECORDED = ["recorded_at", "recorded_by", "changed_at", "version"]

Key = tuple[int, int, int]


def import_visits(
    run: ImportRun,
    plan: StudyPlan,
    study: Study,
    planned: Mapping[str, PlannedVisit],
    people: Mapping[str, Participant],
) -> set[int]:
    """Add the visits of the files, give open ones their outcome; return the keys of all written.

    Raises ActionRefused where somebody has recorded another outcome than the files have.
    """
    wanted = {
        (visit.participant_id, visit.planned_visit_id, visit.occurrence): visit
        for person in plan.people
        for visit in _visits_of(run, person, plan, planned, people[person.study_id])
    }
    rows = Visit.objects.filter(participant__site__study=study).select_related("participant")
    on_record: dict[Key, Visit] = {
        (visit.participant_id, visit.planned_visit_id, visit.occurrence): visit for visit in rows
    }
    changed = [
        on_record[key]
        for key, visit in wanted.items()
        if key in on_record and _takes_outcome(run, on_record[key], visit)
    ]
    added = add_missing(run, {key: row for key, row in wanted.items() if key not in on_record}, {}, [])
    Visit.objects.bulk_update(changed, _RESULT + _RECORDED, batch_size=CHUNK)
    run.changed["visits"] += len(changed)
    return {visit.pk for visit in (*added.values(), *changed)}


def _visits_of(
    run: ImportRun,
    person: Person,
    plan: StudyPlan,
    planned: Mapping[str, PlannedVisit],
    participant: Participant,
) -> Iterator[Visit]:
    """Give the visits that the files tell of, each with its window where it has one."""
    dates = {visit.code: dates_of(visit, person.started_on, plan.window_days) for visit in plan.planned}
    for done in person.done:
        visit = _visit(run, participant, planned[done.code], dates.get(done.code))
        visit.occurrence, visit.outcome, visit.occurred_on = done.occurrence, Outcome.ATTENDED, done.on
        visit.note = "" if done.name in {done.code, planned[done.code].label} else done.name
        yield visit
    for code in person.missed:
        visit = _visit(run, participant, planned[code], dates.get(code))
        visit.outcome, visit.missed_reason, visit.outcome_reason = Outcome.MISSED, MissedReason.OTHER, MISSED
        yield visit


def _visit(
    run: ImportRun, participant: Participant, planned: PlannedVisit, dates: VisitDates | None
) -> Visit:
    """Return a visit that the importer records, without its outcome."""
    visit = Visit(participant=participant, planned_visit=planned, code=planned.code, mode=planned.mode)
    visit.recorded_at = visit.changed_at = run.now
    visit.recorded_by = run.staff
    if dates is not None:
        visit.opens_on, visit.target_on, visit.closes_on = dates.opens_on, dates.target_on, dates.closes_on
        visit.dates_set_at = run.known_at
    return visit


def _takes_outcome(run: ImportRun, visit: Visit, wanted: Visit) -> bool:
    """Give a visit on record the outcome of the files, where it has none that a person gave it.

    Returns False where there is nothing to change. What an import called missed can turn out to
    have taken place later; what a person recorded while the files are silent is left alone.
    """
    if (visit.outcome, visit.occurred_on) == (wanted.outcome, wanted.occurred_on):
        return False
    is_recorded = visit.recorded_by_id is not None and visit.outcome_reason != MISSED
    if is_recorded and wanted.outcome == Outcome.MISSED:
        return False
    if is_recorded and visit.outcome != Outcome.OPEN:
        refuse_conflict(visit, "outcome")
    for name in _RESULT:
        setattr(visit, name, getattr(wanted, name))
    visit.recorded_at = visit.changed_at = run.now
    visit.recorded_by, visit.version = run.staff, visit.version + 1
    return True


def judge_imported(run: ImportRun, study: Study, written: set[int]) -> None:
    """Draft a deviation for each written visit out of its window, and for each on an improbable day."""
    rows = Visit.objects.filter(
        participant__site__study=study, outcome__in=[str(outcome) for outcome in TOOK_PLACE]
    )
    visits = [visit for visit in rows.for_pages() if visit.pk in written]
    for start in range(0, len(visits), CHUNK):
        judge_windows(visits=visits[start : start + CHUNK], by=run.by, reason="as imported")
        judge_days(visits=visits[start : start + CHUNK], by=run.by, reason="as imported")
