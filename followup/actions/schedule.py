"""Keep visits in step with the record: the one place that makes, moves and closes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from followup.actions.deviations import judge_days, judge_windows
from followup.actions.reminders import cancel_reminders
from followup.domain.closing import Closing, closing_of
from followup.domain.schedule import AnchorDate, Plan, WantedVisit, wanted_visits
from followup.models import REMINDED_MODES, PlannedVisit, Visit, VisitMode, VisitPhase
from participants.actions.follow_up import conclude_triggers
from participants.anchors import known_dates
from participants.audit import Actor, audited
from participants.domain.ending import Ending, Reach
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.endings import endings
from participants.models import Participant

DATE_FIELDS = ["opens_on", "target_on", "closes_on", "is_projected", "dates_set_at", "changed_at"]
OUTCOME_FIELDS = ["outcome", "occurred_on", "outcome_reason", "changed_at"]
# A person at a page has some dozens of visits at most; the nightly sweep goes through all.
CHUNK = 500


@dataclass
class SyncResult:
    """How many visits a synchronisation made, moved and closed or opened again."""

    made: int = 0
    moved: int = 0
    closed: int = 0
    changed: list[Visit] = field(default_factory=list, repr=False)


def on_schedule_inputs_changed(
    sender: object, *, participants: Collection[int], by: Actor, **kwargs: Any
) -> None:
    """Answer the record's signal, in the transaction that sent it."""
    sync_visits(participants=participants, by=by)


def sync_visits(*, participants: Collection[int], by: Actor, known_at: datetime | None = None) -> SyncResult:
    """Bring the visits of some participants in step with the record; doing it again changes nothing.

    Takes the same number of statements for one participant as for many. Dates move for done
    visits too: what was done keeps its own date and is judged again against the window.
    `known_at` is the moment from which the dates count as known, None for now: no reminder is
    planned for moments before it.
    """
    result = SyncResult()
    with audited(by=by, kind="schedule.synced", reason="schedule follows the record"):
        state = _read(participants)
        _write_dates(state, result, known_at)
        _write_outcomes(state, result)
        closed = [visit.pk for visit in result.changed if visit.outcome]
        cancel_reminders(visits=closed, reason="the visit no longer waits", by=by)
        _judge(participants, result, by=by)
    return result


def _judge(participants: Collection[int], result: SyncResult, *, by: Actor) -> None:
    """Judge every visit that took place, and those that have changed, which may have just been emptied."""
    rows = Visit.objects.filter(participant__in=participants, occurred_on__isnull=False)
    done = {visit.pk: visit for visit in rows.select_related("participant")}
    emptied = [visit for visit in result.changed if visit.pk not in done]
    judge_windows(visits=[*done.values(), *emptied], by=by)
    # The day of an event's own visit is judged with the event.
    judge_days(visits=[visit for visit in done.values() if visit.recorded_at is not None], by=by)


@dataclass
class _State:
    """What synchronising reads, keyed by participant."""

    participants: list[Participant]
    plans: dict[int, list[PlannedVisit]]
    visits: dict[tuple[int, int, int], Visit]
    events: dict[int, dict[str, KnownDate]]
    endings: dict[int, Ending]
    # The schedule that each participant follows, and the keys of visits that are no longer planned.
    follows: dict[int, int] = field(default_factory=dict)
    unplanned: set[tuple[int, int, int]] = field(default_factory=set)

    def plan_of(self, participant: Participant) -> list[PlannedVisit]:
        """Return the planned visits of the version that the participant follows."""
        if participant.pk in self.follows:
            return self.plans.get(self.follows[participant.pk], [])
        return next((plan for plan in self.plans.values() if _is_current(plan, participant)), [])


def _is_current(plan: list[PlannedVisit], participant: Participant) -> bool:
    schedule = plan[0].schedule
    return schedule.is_current and schedule.study_id == participant.site.study_id


def _read(participants: Collection[int]) -> _State:
    # Held, so that nobody logs a visit between its reading and its closing.
    rows = Participant.objects.filter(pk__in=participants).for_pages().order_by("pk")
    people = list(rows.select_for_update(of=("self",), no_key=True))
    planned = PlannedVisit.objects.filter(
        schedule__study__in={person.site.study_id for person in people}, is_enabled=True
    ).exclude(mode=VisitMode.UNSCHEDULED)
    plans: dict[int, list[PlannedVisit]] = {}
    for plan in planned.select_related("anchor", "schedule"):
        plans.setdefault(plan.schedule_id, []).append(plan)
    planned_ones = Visit.objects.filter(participant__in=participants).exclude(mode=VisitMode.UNSCHEDULED)
    held = planned_ones.order_by("pk").select_for_update(of=("self",), no_key=True)
    visits = {
        _key(visit): visit
        for visit in held.select_related("planned_visit__anchor", "participant__site__study")
    }
    follows = {visit.participant_id: visit.planned_visit.schedule_id for visit in visits.values()}
    return _State(people, plans, visits, known_dates(participants), endings(participants), follows)


def _key(visit: Visit) -> tuple[int, int, int]:
    return visit.participant_id, visit.planned_visit_id, visit.occurrence


def anchors_of(planned: Iterable[PlannedVisit], events: Mapping[str, KnownDate]) -> dict[str, AnchorDate]:
    """Map the anchors of a schedule to the earliest of their kinds of event that is known."""
    found: dict[str, AnchorDate] = {}
    for anchor in {plan.anchor for plan in planned if plan.anchor}:
        dates = [events[kind] for kind in anchor.events if kind in events]
        if dates:
            first = min(dates, key=lambda event: (event.is_planned, event.on))
            found[anchor.code] = AnchorDate(first.on, first.is_planned)
    return found


def plans_of(planned: Iterable[PlannedVisit]) -> list[Plan]:
    """Return planned visits as the domain counts with them."""
    return [
        Plan(
            plan.pk,
            plan.anchor.code,
            plan.target_day,
            plan.window_before_days,
            plan.window_after_days,
            plan.repeat_every_days,
            plan.until_day,
        )
        for plan in planned
        if plan.anchor is not None and plan.target_day is not None
    ]


def _write_dates(state: _State, result: SyncResult, known_at: datetime | None) -> None:
    now = timezone.now()
    known_at = known_at or now
    made: list[Visit] = []
    moved: list[Visit] = []
    # The visits of a series that begins later, or no more, are found by what is left over.
    left = {key for key, visit in state.visits.items() if visit.planned_visit.repeat_every_days}
    for person in state.participants:
        planned = {plan.pk: plan for plan in state.plan_of(person)}
        anchors = anchors_of(planned.values(), state.events.get(person.pk, {}))
        for wanted in wanted_visits(plans_of(planned.values()), anchors, person.day_zero_on):
            key = (person.pk, wanted.planned_visit, wanted.occurrence)
            left.discard(key)
            visit = state.visits.get(key)
            if visit is None:
                visit = _new_visit(person, planned[wanted.planned_visit], wanted)
                state.visits[key] = visit
                _set_dates(visit, wanted, now, known_at)
                made.append(visit)
            elif visit.dates != wanted.dates or visit.is_projected != wanted.is_projected:
                _set_dates(visit, wanted, now, known_at)
                moved.append(visit)
    state.unplanned = left
    for visit in (state.visits[key] for key in left if state.visits[key].dates is not None):
        undated = WantedVisit(visit.planned_visit_id, visit.occurrence, None, is_projected=False)
        _set_dates(visit, undated, now, known_at)
        moved.append(visit)
    Visit.objects.bulk_create(made, batch_size=CHUNK)
    Visit.objects.bulk_update(moved, DATE_FIELDS, batch_size=CHUNK)
    result.made, result.moved = len(made), len(moved)
    result.changed += moved


def _new_visit(participant: Participant, planned: PlannedVisit, wanted: WantedVisit) -> Visit:
    return Visit(
        participant=participant,
        planned_visit=planned,
        code=planned.code,
        mode=planned.mode,
        occurrence=wanted.occurrence,
    )


def _set_dates(visit: Visit, wanted: WantedVisit, now: datetime, known_at: datetime) -> None:
    dates = wanted.dates
    visit.opens_on, visit.target_on, visit.closes_on = (
        (dates.opens_on, dates.target_on, dates.closes_on) if dates else (None, None, None)
    )
    visit.is_projected = wanted.is_projected
    visit.dates_set_at, visit.changed_at = known_at, now


def _write_outcomes(state: _State, result: SyncResult) -> None:
    """Close what the record has decided and open again what it no longer decides.

    An outcome that was recorded, by a person or an import, is theirs and stays.
    """
    now = timezone.now()
    changed = []
    for visit in state.visits.values():
        if visit.recorded_at is not None:
            continue
        wanted = _closing(state, visit)
        if (visit.outcome, visit.occurred_on, visit.outcome_reason) != (
            wanted.outcome,
            wanted.on,
            wanted.reason,
        ):
            visit.outcome, visit.occurred_on, visit.outcome_reason = wanted.outcome, wanted.on, wanted.reason
            visit.changed_at = now
            changed.append(visit)
    Visit.objects.bulk_update(changed, OUTCOME_FIELDS, batch_size=CHUNK)
    result.closed = len(changed)
    known = {visit.pk for visit in result.changed}
    result.changed += [visit for visit in changed if visit.pk not in known]


def _closing(state: _State, visit: Visit) -> Closing:
    events = state.events.get(visit.participant_id, {})
    plan = visit.planned_visit
    event = events.get(plan.recorded_by_event)
    anchor = plan.anchor
    counts_from_day_zero = anchor is not None and visit.participant.site.study.day_zero_event in anchor.events
    return closing_of(
        event_on=event.on if event and not event.is_planned else None,
        ending=state.endings.get(visit.participant_id, Ending()),
        target_on=visit.target_on,
        taken_from=_taken_from(plan, counts_from_day_zero=counts_from_day_zero),
        waits_for_trigger=plan.waits_for_trigger and MilestoneKind.ANAKINRA_FIRST not in events,
        is_planned=_key(visit) not in state.unplanned,
        closes_on=visit.closes_on,
        is_owed=visit.mode in REMINDED_MODES and not visit.is_projected,
    )


def _taken_from(plan: PlannedVisit, *, counts_from_day_zero: bool) -> Reach:
    """Return the least reach of an end that takes a visit; the safety check after the last dose is kept."""
    if plan.phase == VisitPhase.FOLLOW_UP and counts_from_day_zero:
        return Reach.FOLLOW_UP
    return Reach.EVERYTHING if plan.mode == VisitMode.CONTACT else Reach.VISITS


def sweep_schedules(*, by: Actor) -> SyncResult:
    """Conclude what time alone concludes, then synchronise everybody, some at a time.

    Heals whatever a signal has missed.
    """
    conclude_triggers(by=by)
    total = SyncResult()
    keys = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = sync_visits(participants=keys[start : start + CHUNK], by=by)
        total.made, total.moved = total.made + part.made, total.moved + part.moved
        total.closed += part.closed
    return total
