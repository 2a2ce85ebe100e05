"""Play the infections, events, responses and causes of death of the demo, through the actions people use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from followup.demo.cast import Role, Stage
from followup.demo.safety_beats import (
    CAUSES,
    EVENTS,
    INFECTIONS,
    NO_RESPONSE,
    WITHOUT_COUNTS,
    EventBeat,
    InfectionBeat,
)
from followup.demo.story import Crew
from participants.actions.death_causes import record_causes
from participants.actions.dlt import assess_dlt
from participants.actions.infect import record_infection
from participants.actions.propose import decline_proposal
from participants.actions.report import record_event, record_grade
from participants.actions.respond import record_relapse, record_response
from participants.actions.serious import confirm_serious, judge_as_sponsor, report_serious, send_report
from participants.actions.settings import change_settings
from participants.audit import Actor
from participants.domain.clocks import ReportKind
from participants.models import (
    AdverseEvent,
    Cd19Status,
    Death,
    EventOutcome,
    Participant,
    RelapseSite,
    ResponseKind,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
    Study,
)

SPONSOR = Actor.machine("system:demo")
CAUSE_FIELDS = ("attribution_anakinra", "attribution_car_t", "attribution_ld", "attribution_disease")


def go_under_ind(study: Study, by: Actor) -> None:
    """Let the demo's study be under an IND, so that the sponsor's clocks run."""
    change_settings(by=by, study=study, version=study.version, reason="an invented IND", is_under_ind=True)


def play_safety(role: Role, number: int, participant: Participant, crew: Crew, today: date) -> None:
    """Write what happened to one participant beside the schedule, up to a day."""
    day_zero = Participant.objects.with_day_zero().get(pk=participant.pk).day_zero_on
    if role.stage is not Stage.INFUSED or day_zero is None:
        return
    scene = _Scene(role, number, participant, crew, day_zero, today)
    scene.respond()
    # A fatal event asks for the cause that the death names.
    scene.explain_death()
    for infection in INFECTIONS.get(number, ()):
        scene.infect(infection)
    for event in EVENTS.get(number, ()):
        scene.suffer(event)


@dataclass(frozen=True)
class _Scene:
    role: Role
    number: int
    participant: Participant
    crew: Crew
    day_zero: date
    today: date

    def day(self, number: int) -> date:
        return self.day_zero + timedelta(days=number)

    def passed(self, number: int | None) -> date | None:
        """Return the date of a day that has come, None for one that has not."""
        return self.day(number) if number is not None and self.day(number) <= self.today else None

    def assessments(self) -> Iterator[tuple[str, int]]:
        ends = [day for day in (self.role.died, self.role.lost, self.role.relapsed) if day is not None]
        ends += [self.role.withdrew[1]] if self.role.withdrew else []
        last = min([(self.today - self.day_zero).days - 1, *ends])
        yield from ((code, day) for code, day in (("D28", 28), ("M3", 91)) if day < last)

    def respond(self) -> None:
        kind = ResponseKind.CRI if self.number in WITHOUT_COUNTS else ResponseKind.CR
        is_failing = self.number in NO_RESPONSE
        for code, day in self.assessments():
            record_response(
                by=self.crew.coordinator,
                participant=self.participant,
                on=self.day(day),
                timepoint=code,
                response=ResponseKind.NR if is_failing else kind,
                mrd_percent=Decimal("12.4") if is_failing else Decimal("0.003"),
                reason="demo: as in the chart",
            )
        if self.role.relapsed is not None:
            record_relapse(
                by=self.crew.coordinator,
                participant=self.participant,
                on=self.day(self.role.relapsed),
                site=RelapseSite.MARROW,
                cd19=Cd19Status.NEGATIVE,
            )

    def infect(self, beat: InfectionBeat) -> None:
        record_infection(
            by=self.crew.coordinator,
            participant=self.participant,
            onset_on=self.day(beat.day),
            kind=beat.kind,
            body_site=beat.site,
            organism=beat.organism,
            is_documented=True,
            treatment=beat.treatment,
            route=beat.route,
            was_hospitalised=beat.in_hospital,
            was_in_icu=False,
            on_anakinra=beat.on_anakinra,
            outcome=beat.outcome,
            ended_on=self.passed(beat.ends),
        )

    def suffer(self, beat: EventBeat) -> None:
        (first, grade), *later = beat.grades
        ended_on = self.passed(beat.ends)
        causes = dict(zip(CAUSE_FIELDS, beat.causes, strict=True))
        event = record_event(
            by=self.crew.coordinator,
            participant=self.participant,
            grade=grade,
            term=beat.term,
            ctcae_version=beat.version,
            onset_on=self.day(first),
            ended_on=ended_on,
            outcome=_outcome(beat, ended_on),
            action_taken=beat.action,
            **causes,
        )
        for day, worse in later:
            if on := self.passed(day):
                record_grade(by=self.crew.coordinator, event=event, on=on, grade=worse)
        if beat.serious:
            aware_on = beat.grades[-1][0] if beat.aware_on is None else beat.aware_on
            self.report(event, beat, self.day(aware_on))

    def report(self, event: AdverseEvent, beat: EventBeat, on: date) -> None:
        aware_at = datetime.combine(on, time(15, 20), tzinfo=self.participant.site.tz)
        if beat.aware_hours_ago is not None:
            aware_at = timezone.now() - timedelta(hours=beat.aware_hours_ago)
        proposals = self.proposals(beat.settles)
        serious = report_serious(
            by=self.crew.coordinator,
            event=event,
            criteria=[SeriousnessCriterion(one) for one in beat.serious],
            site_aware_at=min(aware_at, timezone.now()),
            proposal=proposals[0] if proposals else None,
        )
        for proposal in proposals[1:]:
            decline_proposal(by=self.crew.investigator, proposal=proposal, reason=f"part of {serious.number}")
        if beat.is_confirmed:
            confirm_serious(by=self.crew.investigator, serious=serious, version=serious.version)
        if beat.dlt:
            is_dlt, why = beat.dlt
            by = self.crew.investigator
            assess_dlt(by=by, event=event, version=event.version, is_dlt=is_dlt, reason=why)
        if beat.reported_after_hours is None:
            return
        sent_at = min(aware_at + timedelta(hours=beat.reported_after_hours), timezone.now())
        self.send(serious, ReportKind.TO_SPONSOR, sent_at, by=self.crew.coordinator)
        if beat.passed_on_after_days:
            self.pass_on(serious, sent_at, beat.passed_on_after_days)

    def proposals(self, rules: tuple[str, ...]) -> list[SeriousProposal]:
        """Return the open proposals of some rules, in the order of the rules."""
        rows = SeriousProposal.objects.filter(participant=self.participant, rule__in=rules, settled_at=None)
        return sorted(rows, key=lambda row: (rules.index(row.rule), row.at))

    def pass_on(self, serious: SeriousEvent, received_at: datetime, after_days: tuple[int, ...]) -> None:
        judge_as_sponsor(
            by=SPONSOR,
            serious=serious,
            version=SeriousEvent.objects.get(pk=serious.pk).version,
            sponsor_aware_at=received_at,
            is_expected=False,
            is_suspected_reaction=True,
            determined_at=received_at + timedelta(days=1),
        )
        kinds = (ReportKind.TO_REGULATOR, ReportKind.REGULATOR_FOLLOW_UP)
        for kind, days in zip(kinds, after_days, strict=True):
            self.send(serious, kind, received_at + timedelta(days=days), by=SPONSOR)

    def send(self, serious: SeriousEvent, kind: ReportKind, sent_at: datetime, *, by: Actor) -> None:
        number = serious.reports.count() + 1
        send_report(
            by=by, serious=serious, kind=kind, sent_at=sent_at, reference=f"{serious.number}-{number}"
        )

    def explain_death(self) -> None:
        main, contributory = CAUSES.get(self.number, (None, ()))
        death = Death.objects.standing().filter(participant=self.participant).first()
        if death is not None and main is not None:
            record_causes(
                by=self.crew.coordinator, death=death, main_cause=main, contributory_causes=contributory
            )


def _outcome(beat: EventBeat, ended_on: date | None) -> EventOutcome:
    if ended_on is None:
        return EventOutcome.ONGOING
    return EventOutcome.FATAL if beat.is_fatal else EventOutcome.RESOLVED
