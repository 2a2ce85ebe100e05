"""Read the course of one participant: the same statements for two facts as for six hundred."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest

from django.urls import reverse

from followup.domain.windows import Outcome
from followup.models import Visit, VisitMode
from followup.pages.visit_words import sentence_of, sign_of
from followup.timeline.facts import Course, KeyEvent, Moment, PhaseSpan, VisitFact
from followup.timeline.joins import oxygen_bars, vasopressor_bars, with_drug_log
from followup.timeline.read_bedside import Bedside, read_bedside
from followup.timeline.read_events import read_events, read_infections
from followup.timeline.read_outcome import read_outcomes
from participants.domain.day_words import short_day
from participants.domain.lifecycle import PHASE_NAMES, Phase
from participants.domain.milestones import MilestoneKind
from participants.models import LifecycleStep, Milestone, Participant

_UNNEEDED = frozenset({Outcome.NOT_APPLICABLE, Outcome.CANCELLED})


def read_course(participant: Participant, now: datetime) -> Course:
    """Read everything that the timeline draws of a participant who was read with day zero."""
    milestones = list(Milestone.objects.standing().filter(participant=participant))
    visits = _visits(participant)
    bedside = read_bedside(participant)
    return Course(
        study_id=participant.study_id,
        zone=participant.site.tz,
        day_zero=participant.day_zero_on,
        now=now,
        phases=_phases(participant, _known_times(milestones, bedside)),
        stays=bedside.stays,
        visits=tuple(_visit_fact(visit, on, now) for visit in visits if (on := _day_of(visit))),
        crs=bedside.crs,
        icans=bedside.icans,
        readings=bedside.readings,
        triggers=bedside.triggers,
        vasopressors=with_drug_log(vasopressor_bars(bedside.vasopressors, now=now), bedside.infused(now)),
        oxygen=oxygen_bars(bedside.oxygen, now=now),
        doses=bedside.doses,
        tocilizumab=bedside.tocilizumab,
        steroids=bedside.steroids,
        other_drugs=bedside.other_drugs,
        infections=read_infections(participant),
        events=read_events(participant),
        outcomes=read_outcomes(participant, milestones),
        key_events=tuple(_key_events(milestones, bedside, participant)),
    )


def _known_times(milestones: list[Milestone], bedside: Bedside) -> dict[Phase, list[datetime]]:
    """Collect the moments at which phases began, where more than the day is known."""
    of_kind = {MilestoneKind.LD_START: Phase.LYMPHODEPLETION, MilestoneKind.INFUSION: Phase.INFUSED}
    times: dict[Phase, list[datetime]] = {}
    for row in milestones:
        phase = of_kind.get(MilestoneKind(row.kind))
        if phase and row.at and not row.is_planned:
            times.setdefault(phase, []).append(row.at)
    given = [dose.at for dose in bedside.doses if dose.mg is not None]
    if given:
        times[Phase.ON_ANAKINRA], times[Phase.OFF_ANAKINRA] = [given[0]], [given[-1]]
    times[Phase.TRIGGER_MET] = [pair.second.at for pair in bedside.triggers]
    return times


def _phases(participant: Participant, times: dict[Phase, list[datetime]]) -> tuple[PhaseSpan, ...]:
    steps = list(LifecycleStep.objects.standing().filter(participant=participant))
    zone = participant.site.tz
    entered = []
    for step in steps:
        on_that_day = (at for at in times.get(Phase(step.phase), []) if at.astimezone(zone).date() == step.on)
        entered.append((Phase(step.phase), Moment(step.on, next(on_that_day, None))))
    following = [began for _, began in entered[1:]]
    return tuple(
        PhaseSpan(PHASE_NAMES[phase], began, ended, phase is Phase.ON_ANAKINRA)
        for (phase, began), ended in zip_longest(entered, following)
    )


def _key_events(milestones: list[Milestone], bedside: Bedside, participant: Participant) -> list[KeyEvent]:
    infusions = [row for row in milestones if row.kind == MilestoneKind.INFUSION]
    happened = {row.course for row in infusions if not row.is_planned}
    events = [
        KeyEvent(_infusion_label(row), Moment(row.on, row.at), is_planned=row.is_planned)
        for row in infusions
        if not row.is_planned or row.course not in happened
    ]
    of_drug = [("Trigger met", pair.second.at) for pair in bedside.triggers]
    of_drug += [("Escalated to q6h", at) for at in bedside.escalated_at]
    for label, at in of_drug:
        on = at.astimezone(participant.site.tz).date()
        events.append(KeyEvent(label, Moment(on, at), is_drug=True))
    return events


def _infusion_label(row: Milestone) -> str:
    course = f" {row.course}" if row.course > 1 else ""
    return f"Infusion{course} planned {short_day(row.on)}" if row.is_planned else f"Infusion{course}"


def _visits(participant: Participant) -> list[Visit]:
    visits = list(Visit.objects.filter(participant=participant).select_related("planned_visit"))
    for visit in visits:
        visit.participant = participant
    return visits


def _day_of(visit: Visit) -> date | None:
    """Return the day on which a visit stands: when it took place, is booked or is wanted."""
    return visit.occurred_on or visit.booked_on or visit.target_on


def _visit_fact(visit: Visit, on: date, now: datetime) -> VisitFact:
    today = visit.today(now)
    sign = sign_of(visit, today)
    outcome = Outcome(visit.outcome)
    return VisitFact(
        label=visit.label,
        words=f"{visit.planned_visit.label}: {sentence_of(visit, today, visit.participant.day_zero_on)}",
        sign=sign.name,
        beside=sign.beside,
        opens_on=visit.opens_on,
        target_on=visit.target_on,
        closes_on=visit.closes_on,
        on=on,
        href=reverse("followup:visit", args=[visit.pk]),
        is_settled=outcome is not Outcome.OPEN,
        is_log=visit.mode == VisitMode.LOG,
        is_unneeded=outcome in _UNNEEDED,
    )
