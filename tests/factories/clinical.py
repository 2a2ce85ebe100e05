"""Invented findings, doses and events, and one severe course in which every kind of them occurs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from participants.actions.derive import derive
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    DiseaseHistory,
    DoseState,
    EventGrade,
    EventOutcome,
    HospitalStay,
    Infection,
    InfectionOutcome,
    InfectionSeverity,
    InfectionSite,
    InfectionType,
    IntensiveCareStay,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    Response,
    ResponseKind,
    SeriousEvent,
    SeriousnessCriterion,
)
from tests.factories import TEST, as_test, make_infused

WEIGHT_KG = Decimal("27.4")
DOSE_MG = Decimal("68.5")

# Hours after midnight of the infusion's day at the site, and degrees C: fever from D+3 to D+11.
TEMPERATURES: tuple[tuple[float, str], ...] = (
    (-16, "36.7"), (-8, "36.9"), (-2, "36.8"), (6, "36.8"), (14, "37.0"), (20, "36.9"), (28, "36.9"),
    (34, "37.1"), (40, "36.8"), (46, "37.0"), (52, "37.0"), (58, "37.2"), (64, "37.3"), (70, "37.1"),
    (78, "37.4"), (83.3, "38.1"), (87.2, "38.7"), (90.5, "38.4"), (93.7, "39.1"), (97.5, "38.6"),
    (102, "38.9"), (106, "39.3"), (110, "39.0"), (114, "38.5"), (118, "38.8"), (122, "39.2"),
    (126.3, "39.6"), (130, "39.4"), (134, "39.5"), (138, "38.9"), (142, "38.3"), (146, "38.2"),
    (150, "38.6"), (154, "38.9"), (158, "38.7"), (162, "38.0"), (166, "37.6"), (170, "38.4"),
    (174, "38.8"), (178, "38.3"), (182, "37.9"), (186, "37.6"), (190, "37.5"), (194, "37.4"),
    (198, "37.3"), (202, "37.2"), (208, "37.3"), (214, "37.5"), (218, "37.4"), (222, "37.6"),
    (226, "38.2"), (230.3, "39.2"), (234, "38.9"), (238, "38.6"), (242, "38.4"), (246, "38.2"),
    (250, "38.0"), (254, "38.2"), (258, "38.1"), (262, "37.8"), (266, "37.7"), (270, "38.0"),
    (274, "38.1"), (278, "37.8"), (284, "37.4"), (292, "37.2"), (298, "37.1"), (304, "37.2"),
    (310, "36.9"), (318, "36.8"), (326, "37.0"), (334, "36.8"), (342, "36.9"), (350, "36.8"),
)  # fmt: skip


def moment(participant: Participant, hours: float) -> datetime:
    """Return the moment so many hours after midnight of day zero at the site."""
    zero = participant.day_zero_on
    midnight = datetime(zero.year, zero.month, zero.day, tzinfo=participant.site.tz) if zero else None
    if midnight is None:
        raise ValueError("the participant has no day zero")
    return midnight.astimezone(UTC) + timedelta(hours=hours)


def day(participant: Participant, number: int) -> date:
    """Return a study day as a date."""
    if participant.day_zero_on is None:
        raise ValueError("the participant has no day zero")
    return participant.day_zero_on + timedelta(days=number)


def observe(
    participant: Participant, hours: float, temperature: str = "", unit: str = "C", **fields: Any
) -> Observation:
    """Record vital signs with all that grading asks for unless `fields` say otherwise."""
    if temperature:
        fields |= {"temperature": Decimal(temperature), "temperature_unit": unit}
    running = fields.setdefault("vasopressors", [])
    complete = {
        "o2_device": "none",
        "has_hypotension": bool(running),
        "fever_has_other_cause": False,
        "hypotension_has_other_cause": False,
        "hypoxia_has_other_cause": False,
    }
    with as_test():
        return Observation.objects.create(
            participant=participant, at=moment(participant, hours), **(complete | fields)
        )


def assess(participant: Participant, hours: float, **fields: Any) -> NeuroAssessment:
    """Record a neurological assessment without any sign but those in `fields`."""
    complete = {
        "consciousness": "spontaneous",
        "consciousness_has_other_cause": False,
        "seizure": "none",
        "has_deep_focal_weakness": False,
        "cerebral_oedema": "none",
        "has_posturing": False,
        "has_cn6_palsy": False,
        "has_papilloedema": False,
        "has_cushing_triad": False,
        "is_attributed_to_icans": True,
    }
    with as_test():
        return NeuroAssessment.objects.create(
            participant=participant, at=moment(participant, hours), **(complete | fields)
        )


def settle(participant: Participant) -> None:
    """Derive grades from the findings, as every action does after a change."""
    derive(by=TEST, participant=participant)


def give(participant: Participant, hours: float, schedule: str = "q12h", **fields: Any) -> AnakinraDose:
    """Record a dose of anakinra, given unless `state` says otherwise."""
    state = fields.setdefault("state", DoseState.GIVEN)
    if state == DoseState.GIVEN:
        fields.setdefault("dose_mg", DOSE_MG)
    with as_test():
        return AnakinraDose.objects.create(
            participant=participant, at=moment(participant, hours), schedule=schedule,
            dosing_weight_kg=WEIGHT_KG, weighed_on=day(participant, -1), **fields,
        )  # fmt: skip


def medicate(
    participant: Participant, name: str, classes: list[str], start: float, stop: float | None, **fields: Any
) -> Medication:
    """Record a drug from its start to its stop, in hours; None while it goes on."""
    tz, began = participant.site.tz, moment(participant, start)
    ended = None if stop is None else moment(participant, stop)
    stopped_on = None if ended is None else ended.astimezone(tz).date()
    with as_test():
        return Medication.objects.create(
            participant=participant, name=name, classes=classes, started_at=began, stopped_at=ended,
            started_on=began.astimezone(tz).date(), stopped_on=stopped_on, **fields,
        )  # fmt: skip


def infect(participant: Participant, onset: int, end: int | None, **fields: Any) -> Infection:
    """Record a bloodstream infection with a central line, from one study day to another."""
    fields.setdefault("organism", "Klebsiella pneumoniae")
    outcome = InfectionOutcome.ONGOING if end is None else InfectionOutcome.RESOLVED
    with as_test():
        return Infection.objects.create(
            participant=participant, onset_on=day(participant, onset), kind=InfectionType.BACTERIAL,
            body_site=InfectionSite.BLOODSTREAM_LINE, severity=InfectionSeverity.SEVERE, outcome=outcome,
            ended_on=None if end is None else day(participant, end), **fields,
        )  # fmt: skip


def suffer(
    participant: Participant, term: str, grades: list[tuple[int, int]], end: int | None, serious: str = ""
) -> AdverseEvent:
    """Record an adverse event with its grades by study day; `serious` is the number of an SAE."""
    outcome = EventOutcome.ONGOING if end is None else EventOutcome.RESOLVED
    with as_test():
        event = AdverseEvent.objects.create(
            participant=participant, term=term, onset_on=day(participant, grades[0][0]), outcome=outcome,
            ended_on=None if end is None else day(participant, end),
        )  # fmt: skip
        for on, grade in grades:
            EventGrade.objects.create(
                participant=participant, event=event, on=day(participant, on), grade=grade
            )
        if serious:
            SeriousEvent.objects.create(
                event=event, participant=participant, number=serious,
                criteria=[SeriousnessCriterion.LIFE_THREATENING],
                site_aware_at=moment(participant, grades[0][0] * 24 + 3.7),
            )  # fmt: skip
    return event


def make_severe_course(day_today: int = 84, **fields: Any) -> Participant:
    """Make a participant with CRS of grade 4, ICANS of grade 2, escalation, intensive care and a response.

    `day_today`, 29 or later, is their study day today: all of it lies in the past.
    """
    made = make_infused(day=day_today, birth=PartialDate(date(2010, 5, 5), Precision.DAY), **fields)
    participant = Participant.objects.for_pages().get(pk=made.pk)
    with as_test():
        DiseaseHistory.objects.create(participant=participant, has_developmental_delay=False)
    _observations(participant)
    _neurology(participant)
    _treatment(participant)
    _complications(participant)
    settle(participant)
    return participant


def _observations(participant: Participant) -> None:
    for hours, degrees in TEMPERATURES:
        running, (device, flow) = _support(hours)
        observe(participant, hours, degrees, vasopressors=running, o2_device=device, o2_flow_lpm=flow)


def _support(hours: float) -> tuple[list[str], tuple[str, Decimal | None]]:
    running = ["norepinephrine"] if 126 <= hours < 226 else []
    running += ["epinephrine"] if 170 <= hours < 208 else []
    if 106 <= hours < 138:
        return running, ("nasal_cannula", Decimal(2))
    if 138 <= hours < 208:
        return running, ("high_flow_nasal_cannula", Decimal(15))
    if 208 <= hours < 258:
        return running, ("nasal_cannula", Decimal(3))
    return running, ("none", None)


def _neurology(participant: Participant) -> None:
    for hours in (20, 44, 68, 92, 116, 140, 225, 240, 262, 284, 306, 330, 350):
        assess(participant, hours, ice_score=10)
    assess(participant, 158, ice_score=8)
    assess(participant, 170, ice_score=5, consciousness="voice")
    assess(participant, 182, ice_score=4, consciousness="voice")
    assess(participant, 198, ice_score=7)


def _treatment(participant: Participant) -> None:
    for hours in (94.9, 106.8, 119, 131):
        give(participant, hours)
    for hours in range(137, 280, 6):
        if hours == 233:
            give(participant, hours, "q6h", state=DoseState.HELD, reason_note="line change")
        else:
            give(participant, hours, "q6h", reason="escalation", reason_note="CRS progresses")
    medicate(
        participant, "Tocilizumab", ["anticytokine"], 135.7, 136.7, dose="320 mg IV", is_rescue=True,
        crs_grade_at_start=3,
    )  # fmt: skip
    medicate(participant, "Dexamethasone", ["steroid"], 158.5, 218.5, dose="10 mg q6h", is_rescue=True)
    medicate(participant, "Paracetamol", ["antipyretic"], 84, 280, dose="15 mg/kg if needed")


def _complications(participant: Participant) -> None:
    with as_test():
        HospitalStay.objects.create(
            participant=participant, admitted_at=moment(participant, -20),
            discharged_at=moment(participant, 19 * 24 + 11), reason="CAR-T infusion",
        )  # fmt: skip
        IntensiveCareStay.objects.create(
            participant=participant, entered_at=moment(participant, 170.5),
            left_at=moment(participant, 251), reason="second vasopressor",
        )  # fmt: skip
        Response.objects.create(
            participant=participant, on=day(participant, 28), timepoint="day 28", response=ResponseKind.CR,
            is_mrd_negative=True,
        )  # fmt: skip
    infect(
        participant, 9, 22, specimen="blood culture", is_documented=True, on_anakinra=True, on_steroid=True,
        treatment="meropenem to D+23", ctcae_grade=3,
    )  # fmt: skip
    suffer(participant, "Neutrophil count decreased", [(2, 3), (6, 4)], 17)
    suffer(participant, "Alanine aminotransferase increased", [(6, 2), (8, 3), (12, 2)], 15)
    suffer(participant, "Fibrinogen decreased", [(6, 2)], 10)
    suffer(participant, "Cytokine release syndrome", [(7, 4)], 11, serious=f"SAE-{participant.study_id}")
