"""Play one role of the demo, through the same actions that people use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from followup.actions.appointments import make_appointment
from followup.actions.contacts import log_contact
from followup.actions.visits import AssessmentResult, log_visit, record_not_done
from followup.demo.bedside import last_clock_change, play_bedside
from followup.demo.cast import Role, Stage
from followup.domain.windows import Outcome
from followup.models import (
    AssessmentState,
    ContactChannel,
    ContactResult,
    MissedReason,
    PlannedAssessment,
    Visit,
    VisitMode,
)
from participants.actions.conclude import come_back, leave_study, record_death, record_withdrawal
from participants.actions.criteria import check_criterion
from participants.actions.enrol import enrol
from participants.actions.people import record_disease_history, record_product
from participants.actions.screen import decide_eligibility, pre_screen, record_consent
from participants.actions.treat import plan_milestone, record_milestone
from participants.audit import Actor
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import (
    ConsentKind,
    ConsentVersion,
    Criterion,
    CriterionAnswer,
    DiseaseState,
    OffStudyReason,
    Participant,
    Product,
    Site,
    WithdrawalScope,
)

INFUSED_AT = time(10, 30)
LD_DAY = -6
CONSENT_DAY = -21
SCREENED_DAYS_BEFORE_CONSENT = 3


@dataclass(frozen=True)
class Crew:
    """Who enters what in the demo."""

    site: Site
    coordinator: Actor
    investigator: Actor


def play(role: Role, study_id: str, crew: Crew, today: date) -> Participant:
    """Write the course of one participant up to a day, and return them."""
    role = _on_its_day(role, crew, today)
    day_zero = today - timedelta(days=role.today)
    participant = _screen(role, study_id, crew, day_zero, today)
    if role.stage in {Stage.PRE_SCREENED, Stage.FAILED, Stage.SCREENING, Stage.ELIGIBLE}:
        return participant
    enrolled_on = min(day_zero + timedelta(days=(role.first_ld or LD_DAY) - 4), today)
    enrol(by=crew.coordinator, participant=participant, on=enrolled_on)
    _treat(role, participant, crew, day_zero, today)
    if role.stage is not Stage.ENROLLED:
        _log_visits(role, participant, crew, day_zero, today)
    if role.stage is Stage.INFUSED:
        _conclude(role, participant, crew, day_zero)
    _book(role, participant, crew, today)
    return participant


def _on_its_day(role: Role, crew: Crew, today: date) -> Role:
    """Let the trigger of the role that needs it fall on a night in which the clocks changed."""
    if role.bedside != "clocks" or role.dosed is None:
        return role
    changed_on = last_clock_change(today, crew.site.zone)
    return replace(role, today=(today - changed_on).days + role.dosed[0])


def _screen(role: Role, study_id: str, crew: Crew, day_zero: date, today: date) -> Participant:
    consent_on = min(day_zero + timedelta(days=CONSENT_DAY), today - timedelta(days=4))
    participant = pre_screen(
        by=crew.coordinator,
        site=crew.site,
        study_id=study_id,
        on=consent_on - timedelta(days=SCREENED_DAYS_BEFORE_CONSENT),
        sex="F" if int(study_id[-1]) % 2 else "M",
        birth=PartialDate(_birth(role, consent_on, today), Precision.DAY),
        coordinator=crew.coordinator.staff,
    )
    if role.stage is Stage.PRE_SCREENED:
        return participant
    _consent(role, participant, crew, consent_on)
    _know_disease(role, participant, crew, consent_on)
    planned_ld = day_zero + timedelta(days=LD_DAY)
    if role.stage is not Stage.FAILED:
        plan_milestone(
            by=crew.coordinator, participant=participant, kind=MilestoneKind.LD_START, on=planned_ld
        )
        plan_milestone(by=crew.coordinator, participant=participant, kind=MilestoneKind.INFUSION, on=day_zero)
    if role.stage is not Stage.SCREENING:
        _decide(role, participant, crew, consent_on + timedelta(days=3))
    return participant


def _birth(role: Role, consent_on: date, today: date) -> date:
    if role.birthday_in_days is not None:
        on = today + timedelta(days=role.birthday_in_days)
        return on.replace(year=on.year - role.age_years - 1)
    return consent_on - timedelta(days=round(role.age_years * 365.25) + 100)


def _consent(role: Role, participant: Participant, crew: Crew, on: date) -> None:
    version = ConsentVersion.objects.filter(study=crew.site.study).earliest("approved_on")
    kinds = [ConsentKind.CONSENT] if role.age_years >= 18 else [ConsentKind.PERMISSION]
    if 7 <= role.age_years < 18:
        kinds.append(ConsentKind.ASSENT)
    for kind in kinds:
        record_consent(by=crew.coordinator, participant=participant, kind=kind, version=version, signed_on=on)


def _know_disease(role: Role, participant: Participant, crew: Crew, on: date) -> None:
    blasts = Decimal("2.00") if role.note.startswith("no measurable") else Decimal(8 + role.age_years)
    record_disease_history(
        by=crew.coordinator,
        participant=participant,
        version=None,
        diagnosed_on=on - timedelta(days=400),
        disease_state=DiseaseState.FIRST_RELAPSE,
        prior_lines=2,
        had_hsct=False,
        has_developmental_delay=False,
        marrow_blasts_percent=blasts,
        marrow_on=on + timedelta(days=2),
        peripheral_blasts=False,
        peripheral_on=on + timedelta(days=2),
    )
    record_product(
        by=crew.coordinator,
        participant=participant,
        version=None,
        product=Product.TISAGENLECLEUCEL,
        leukapheresis_on=on + timedelta(days=1),
    )


def _decide(role: Role, participant: Participant, crew: Crew, on: date) -> None:
    failed = "AGE" if role.note.startswith("too old") else "BURDEN"
    for criterion in Criterion.objects.filter(study=crew.site.study):
        not_met = role.stage is Stage.FAILED and criterion.code == failed
        check_criterion(
            by=crew.coordinator,
            participant=participant,
            criterion=criterion,
            answer=CriterionAnswer.NOT_MET if not_met else CriterionAnswer.MET,
            evidence="Marrow and blood" if criterion.evidence_expires else "",
            evidence_on=on - timedelta(days=1) if criterion.evidence_expires else None,
        )
    is_eligible = role.stage is not Stage.FAILED
    decide_eligibility(
        by=crew.investigator,
        participant=participant,
        is_eligible=is_eligible,
        decided_on=on,
        reason="" if is_eligible else role.note,
        failed_criterion=None if is_eligible else Criterion.objects.get(study=crew.site.study, code=failed),
    )


def _treat(role: Role, participant: Participant, crew: Crew, day_zero: date, today: date) -> None:
    if role.stage is Stage.ENROLLED:
        return
    second = role.first_ld is not None
    if role.first_ld is not None:
        _happened(participant, crew, MilestoneKind.LD_START, day_zero + timedelta(days=role.first_ld))
    _happened(
        participant,
        crew,
        MilestoneKind.LD_START,
        day_zero + timedelta(days=LD_DAY),
        course=2 if second else 1,
    )
    if role.stage is not Stage.INFUSED:
        return
    _happened(participant, crew, MilestoneKind.INFUSION, day_zero, course=2 if second else 1, at=INFUSED_AT)
    play_bedside(role, participant, crew.coordinator, day_zero, today)


def _happened(
    participant: Participant,
    crew: Crew,
    kind: MilestoneKind,
    on: date,
    course: int = 1,
    at: time | None = None,
) -> None:
    record_milestone(
        by=crew.coordinator,
        participant=participant,
        kind=kind,
        on=on,
        at=datetime.combine(on, at, tzinfo=participant.site.tz).astimezone(UTC) if at else None,
        course=course,
        reason="demo: as in the chart",
    )


def _log_visits(role: Role, participant: Participant, crew: Crew, day_zero: date, today: date) -> None:
    ends = [day for day in (role.died, role.lost, role.relapsed, role.transplanted) if day is not None]
    ends += [role.withdrew[1]] if role.withdrew else []
    until = min([day_zero + timedelta(days=min(ends))] if ends else [today])
    visits = Visit.objects.filter(participant=participant, target_on__isnull=False).owed().for_pages()
    for visit in visits.order_by("target_on"):
        if visit.target_on is None:
            continue
        on = visit.target_on + timedelta(days=role.off_days.get(visit.code, 0))
        if on > until or visit.mode == VisitMode.LOG:
            continue
        if visit.code in role.missed:
            _miss(visit, crew, today)
        elif visit.code not in role.skipped:
            _attend(visit, crew, on, is_partial=visit.code in role.partial)
        elif visit.closes_on is not None and visit.closes_on < today:
            _try_to_reach(visit, crew, visit.closes_on)


def _attend(visit: Visit, crew: Crew, on: date, *, is_partial: bool) -> None:
    planned = PlannedAssessment.objects.filter(planned_visit=visit.planned_visit)
    results = {row.pk: AssessmentResult(AssessmentState.DONE) for row in planned}
    if is_partial:
        last = max(results)
        results[last] = AssessmentResult(AssessmentState.NOT_DONE, "sample clotted")
    log_visit(by=crew.coordinator, visit=visit, version=visit.version, occurred_on=on, assessments=results)


def _miss(visit: Visit, crew: Crew, today: date) -> None:
    if visit.opens_on is not None and visit.opens_on <= today:
        record_not_done(
            by=crew.coordinator,
            visit=visit,
            version=visit.version,
            outcome=Outcome.MISSED,
            missed_reason=MissedReason.NO_SHOW,
            reason="",
        )


def _try_to_reach(visit: Visit, crew: Crew, since: date) -> None:
    given: dict[str, Any] = {
        "visit": visit,
        "channel": ContactChannel.PHONE,
        "result": ContactResult.NO_ANSWER,
    }
    for on in (since, since + timedelta(days=1)):
        log_contact(by=crew.coordinator, participant=visit.participant, tried_on=on, **given)


def _conclude(role: Role, participant: Participant, crew: Crew, day_zero: date) -> None:
    by = crew.coordinator

    def day(number: int) -> date:
        return day_zero + timedelta(days=number)

    if role.relapsed is not None:
        _happened(participant, crew, MilestoneKind.RELAPSE, day(role.relapsed))
    if role.transplanted is not None:
        _happened(participant, crew, MilestoneKind.HSCT, day(role.transplanted))
    if role.infused_again is not None:
        _happened(participant, crew, MilestoneKind.LD_START, day(role.infused_again + LD_DAY), course=2)
        _happened(participant, crew, MilestoneKind.INFUSION, day(role.infused_again), course=2)
    if role.died is not None:
        record_death(by=by, participant=participant, on=day(role.died))
    if role.lost is not None:
        leave_study(by=by, participant=participant, reason=OffStudyReason.LOST, on=day(role.lost))
    if role.found is not None:
        come_back(by=by, participant=participant, reason="the family answered from a new address")
    if role.withdrew is not None:
        scope, on = WithdrawalScope(role.withdrew[0]), day(role.withdrew[1])
        record_withdrawal(by=by, participant=participant, scope=scope, on=on, reason="the family's wish")


def _book(role: Role, participant: Participant, crew: Crew, today: date) -> None:
    for code, days in role.booked.items():
        visit = Visit.objects.for_pages().get(participant=participant, code=code)
        make_appointment(
            by=crew.coordinator,
            visit=visit,
            version=visit.version,
            on=today + timedelta(days=days),
            at=time(9, 30),
            is_confirmed=True,
        )
