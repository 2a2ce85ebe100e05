"""Some rows of every kind in the records of some participants, each row by somebody else.

Written directly, for speed; only what rules derive from the rows is derived as PACER derives it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from participants.actions.derive import derive_where_findings_are
from participants.audit import Actor, audited
from participants.domain.clocks import ReportKind
from participants.domain.milestones import MilestoneKind
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Consent,
    ConsentVersion,
    Criterion,
    CriterionCheck,
    DerivedGrade,
    EventGrade,
    HospitalStay,
    Infection,
    IntensiveCareStay,
    LabResult,
    Medication,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Query,
    Relapse,
    Response,
    ResponseKind,
    SafetyReport,
    SeriousEvent,
    SeriousProposal,
    SignedGrade,
    StaffMember,
    Weight,
)
from tests.factories import TEST, as_test, make_staff


def fill_records(people: Collection[Participant], number: int, *, begin: int = 0) -> None:
    """Add `number` rows of each kind to each record; `begin` is how many are there already."""
    for participant in people:
        for place in range(begin, begin + number):
            by = make_staff(None)
            with audited(by=Actor.of(by), kind="test.filled", reason="filled", participant=participant):
                _fill(participant, place, {"participant": participant, "recorded_by": by})
    with as_test():
        derive_where_findings_are(by=TEST, participants=[one.pk for one in people])
        _sign(people)


def _fill(participant: Participant, place: int, row: dict[str, Any]) -> None:
    zero = participant.milestones.standing().get(kind=MilestoneKind.INFUSION, is_planned=False).on
    at = datetime.combine(zero, time(), tzinfo=participant.site.tz) + timedelta(days=1, hours=3 * place)
    _find(row, at)
    _treat(row, at)
    _suffer(participant, place, row["recorded_by"], at)
    _conclude(row, zero + timedelta(days=place + 1))
    _screen(participant, place, row)


def _find(row: dict[str, Any], at: datetime) -> None:
    Observation.objects.create(**row, at=at, temperature=Decimal("39.1"), temperature_unit="C")
    NeuroAssessment.objects.create(**row, at=at, capd_score=4, consciousness="voice")
    LabResult.objects.create(**row, analyte="ferritin", value=Decimal(500), unit="ng/mL", at=at)
    Weight.objects.create(**row, on=at.date(), weight_kg=Decimal(20))
    HospitalStay.objects.create(**row, admitted_at=at, reason="Infusion")
    IntensiveCareStay.objects.create(**row, entered_at=at, reason="Watching")


def _treat(row: dict[str, Any], at: datetime) -> None:
    AnakinraDose.objects.create(
        **row, at=at, state="given", dose_mg=Decimal(50), dosing_weight_kg=Decimal(20),
        weighed_on=at.date(), schedule="q12h",
    )  # fmt: skip
    Medication.objects.create(**row, name="Paracetamol", classes=["antipyretic"], started_on=at.date())


def _suffer(participant: Participant, place: int, by: StaffMember, at: datetime) -> None:
    here: dict[str, Any] = {"participant": participant}
    Infection.objects.create(
        **here, onset_on=at.date(), kind="bacterial", body_site="urinary", organism="E. coli", severity="mild"
    )
    event = AdverseEvent.objects.create(
        **here, onset_on=at.date(), term="Hypoxia", is_dlt=False, dlt_reason="short", dlt_assessed_by=by,
        dlt_assessed_at=timezone.now(),
    )  # fmt: skip
    for later in range(2):
        on = at.date() + timedelta(days=later)
        EventGrade.objects.create(**here, event=event, on=on, grade=2 + later, recorded_by=by)
    serious = SeriousEvent.objects.create(
        **here, event=event, number=f"SAE-{event.pk}", criteria=["hospitalisation"], site_aware_at=at,
        confirmed_at=timezone.now(), confirmed_by=by,
    )  # fmt: skip
    SafetyReport.objects.create(
        **here, event=serious, kind=ReportKind.SPONSOR_FOLLOW_UP, sent_at=at, recorded_by=by
    )
    SeriousProposal.objects.create(**here, rule="test", subject=f"{place}", summary="A finding", at=at)
    Query.objects.create(
        **here, text="Is this so?", raised_by=by, answer="Yes", answered_by=by, answered_at=timezone.now()
    )


def _conclude(row: dict[str, Any], on: date) -> None:
    Response.objects.create(**row, on=on, response=ResponseKind.CR)
    Relapse.objects.create(**row, on=on, site="marrow", is_mrd_only=True)
    by, participant = row["recorded_by"], row["participant"]
    Milestone.objects.create(
        participant=participant, recorded_by=by, kind=MilestoneKind.NEW_THERAPY, on=on,
        course=participant.milestones.count() + 1,
    )  # fmt: skip


def _screen(participant: Participant, place: int, row: dict[str, Any]) -> None:
    study = participant.site.study
    version, _ = ConsentVersion.objects.get_or_create(
        study=study, label=f"2.{place}", defaults={"approved_on": date(2026, 1, 1)}
    )
    Consent.objects.create(**row, kind="permission", consent_version=version, signed_on=date(2026, 1, 2))
    criterion = Criterion.objects.filter(study=study)[place : place + 1].first()
    if criterion is not None:
        known = {"answer": "met", "evidence": "seen", "evidence_on": date(2026, 1, 2)}
        CriterionCheck.objects.create(**row, criterion=criterion, **known)


def _sign(people: Collection[Participant]) -> None:
    signed = SignedGrade.objects.values("derived")
    rows = DerivedGrade.objects.standing().filter(participant__in=people).exclude(pk__in=signed)
    for grade in rows.filter(value__isnull=False):
        SignedGrade.objects.create(
            participant_id=grade.participant_id, recorded_by=make_staff(None), scale=grade.scale,
            at=grade.at, derived=grade, value=grade.value or 0,
        )  # fmt: skip
