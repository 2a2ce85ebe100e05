"""The bedside page of one participant: what is asked, what it means while it is typed, the next dose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from participants.bedside_now import BedsideNow, read_bedside
from participants.domain.blood_pressure import low_systolic_limit_mmhg
from participants.domain.day_words import short_day, study_day
from participants.domain.dose_plan import Due, window_after
from participants.domain.dosing import CalculatedDose, Schedule, calculate_dose
from participants.domain.grade import Grade
from participants.domain.icans_findings import Instrument
from participants.domain.partial_dates import Precision
from participants.domain.refusal import Impossible
from participants.forms.doses import plain
from participants.forms.facts import now_at_site
from participants.forms.neuro import COUNTS_FOR, NeuroForm
from participants.forms.vitals import VitalsForm
from participants.models import NeuroAssessment, Observation, Participant, Query, Scale, Site, Weight
from participants.pages.bedside_words import badge_words, fever_words
from participants.pages.grade_card import GradeCard, card_of, typed_card, when
from participants.pages.haemorrhage import lacks_event
from participants.toxicity import ToxicityRecord, read_toxicity

WEIGHT_CHANGED = Decimal("0.10")
# [setting] after which the page asks for a new weight.
WEIGH_EVERY_DAYS = 7


@dataclass(frozen=True)
class DoseCard:
    """The next dose: how much, by which weight, when, and whether it is late."""

    number: int
    due: Due
    schedule: Schedule
    badge: str
    is_urgent: bool
    calculated: CalculatedDose | None
    weight: Weight | None
    arithmetic: str
    details: str
    window: str
    following: str
    weight_prompt: str

    @property
    def dose_mg(self) -> str:
        """The mg without idle zeros."""
        return plain(self.calculated.dose_mg) if self.calculated else ""

    @property
    def wants_answer(self) -> bool:
        """Say whether it can be given, held or refused now."""
        return self.due not in {Due.ENDED, Due.NOT_TRIGGERED}


@dataclass(frozen=True)
class BedsidePage:
    """Everything that the page shows beside its fields."""

    participant: Participant
    now: datetime
    state: BedsideNow
    instrument: Instrument
    baseline_capd: int | None
    crs: GradeCard
    icans: GradeCard
    fever: str
    pressure_prompt: str
    dose: DoseCard
    queries: int
    # The assessment whose haemorrhage no adverse event tells of, not saved yet perhaps.
    haemorrhage: NeuroAssessment | None

    @property
    def time(self) -> str:
        """The clock alone."""
        return f"{self.now.astimezone(self.participant.site.tz):%H:%M}"

    @property
    def trial_day(self) -> str:
        """The trial day of the course that lasts."""
        return study_day(self.participant.today(self.now), self.state.course.day_zero)

    @property
    def instrument_words(self) -> str:
        """Why this test of cognition is asked for."""
        why = COUNTS_FOR[self.instrument]
        if self.instrument is Instrument.ICE:
            return why
        baseline = "no baseline" if self.baseline_capd is None else f"baseline {self.baseline_capd}"
        return f"{why} \N{MIDDLE DOT} {baseline}"


@dataclass(frozen=True)
class BedsideForms:
    """The two forms of the page, filled by one submission."""

    vitals: VitalsForm
    neuro: NeuroForm

    def rows(self) -> tuple[Observation | None, NeuroAssessment | None]:
        """Return what has been answered, as far as it could be read; both must have been cleaned."""
        if self.vitals.cleaned_data.get("at") is None:
            return None, None
        vitals, neuro = self.vitals, self.neuro
        return None if vitals.is_blank else vitals.row(), None if neuro.is_blank else neuro.row()

    def is_valid(self) -> bool:
        """Check both, so that all errors show at once."""
        return all([self.vitals.is_valid(), self.neuro.is_valid()])


def bedside_forms(page: BedsidePage, data: QueryDict | None = None) -> BedsideForms:
    """Return the forms, set to now."""
    participant, initial = page.participant, now_at_site(page.participant)
    common: dict[str, Any] = {"participant": participant, "initial": initial}
    return BedsideForms(VitalsForm(data, **common), NeuroForm(data, instrument=page.instrument, **common))


def read_bedside_page(
    participant: Participant,
    now: datetime,
    typed: tuple[Observation | None, NeuroAssessment | None] = (None, None),
    *,
    tested_at: datetime | None = None,
) -> BedsidePage | None:
    """Read the page; `typed` are rows that are not saved yet. None before the infusion.

    The test of cognition is that of `tested_at`, the moment typed; of now where it is None.
    """
    state = read_bedside([participant.pk], now).get(participant.pk)
    if state is None:
        return None
    record = read_toxicity(participant)
    seen = record.with_rows(*(row for row in typed if row is not None))
    observation, assessment = typed
    site, at = participant.site, observation.at if observation else now
    fever = seen.fever(state.course, now=max(now, at))
    return BedsidePage(
        participant=participant,
        now=now,
        state=state,
        instrument=record.instrument(tested_at or now),
        baseline_capd=record.baseline_capd(tested_at or now),
        crs=_crs_card(seen, state, observation, site, now),
        icans=_icans_card(seen, state, assessment, site, now),
        fever=fever_words(fever, site, now),
        pressure_prompt=_pressure_prompt(participant, observation, now),
        dose=_dose_card(state, site, now),
        queries=Query.objects.filter(participant=participant).unsettled().count(),
        haemorrhage=_haemorrhage(seen),
    )


def _crs_card(
    record: ToxicityRecord, state: BedsideNow, row: Observation | None, site: Site, now: datetime
) -> GradeCard:
    last = state.grades.get(Scale.CRS)
    grade = _grade_of(record, state, row) if row is not None else None
    return typed_card(Scale.CRS, grade, last, site, now) if grade else card_of(Scale.CRS, last, site, now)


def _grade_of(record: ToxicityRecord, state: BedsideNow, row: Observation) -> Grade | None:
    try:
        return record.crs(state.course).grades.get(row.pk or 0)
    except Impossible:
        return None


def _icans_card(
    record: ToxicityRecord, state: BedsideNow, row: NeuroAssessment | None, site: Site, now: datetime
) -> GradeCard:
    last = state.grades.get(Scale.ICANS)
    if row is None or row.is_baseline:
        card = card_of(Scale.ICANS, last, site, now)
    else:
        try:
            card = typed_card(Scale.ICANS, record.icans_of(row), last, site, now)
        except Impossible:
            card = card_of(Scale.ICANS, last, site, now)
    due = state.test_due_at
    if due is None:
        return card
    words = f"next due by {when(due, site, now)}" if now <= due else f"due since {when(due, site, now)}"
    was = f"{card.was} \N{MIDDLE DOT} {words}" if card.was else words
    return GradeCard(card.scale, card.value, card.status, card.reason, was, card.query, card.is_typed)


def _haemorrhage(record: ToxicityRecord) -> NeuroAssessment | None:
    lacking = lacks_event(record.participant, record.assessments)
    return next((row for row in reversed(record.assessments) if (row.pk or 0) in lacking), None)


def _pressure_prompt(participant: Participant, row: Observation | None, now: datetime) -> str:
    """Prompt for hypotension by age; the judgement stays clinical."""
    birth = participant.birth
    if birth is None or birth.precision is not Precision.DAY or row is None or row.systolic_mmhg is None:
        return ""
    on: date = participant.today(now)
    limit = low_systolic_limit_mmhg(born_on=birth.on, on=on) if on >= birth.on else None
    if limit is None or row.systolic_mmhg >= limit or row.has_hypotension:
        return ""
    return f"PALS prompt for the age: systolic below {limit}. Hypotension is your judgement."


def _dose_card(state: BedsideNow, site: Site, now: datetime) -> DoseCard:
    plan, weight = state.plan, state.weight
    calculated = calculate_dose(weight.weight_kg) if weight else None
    due_at = plan.window.due_at if plan.window else None
    following = window_after(now, plan.schedule)
    return DoseCard(
        number=plan.number,
        due=plan.due,
        schedule=plan.schedule,
        badge=badge_words(plan.due, state.fever, due_at, now),
        is_urgent=plan.due in {Due.FIRST, Due.LATE},
        calculated=calculated,
        weight=weight,
        arithmetic=f"2.5 mg/kg × {plain(weight.weight_kg)} kg = {plain(Decimal('2.5') * weight.weight_kg)} mg"
        if weight
        else "",
        details=_details(calculated, weight, state, plan.schedule) if weight and calculated else "",
        window=_window(plan.window.opens_at, plan.window.due_at, plan.window.closes_at, site, now)
        if plan.window
        else "",
        following=_window(following.opens_at, following.due_at, following.closes_at, site, now),
        weight_prompt=_weight_prompt(state, site.today(now)),
    )


def _details(calculated: CalculatedDose, weight: Weight, state: BedsideNow, schedule: Schedule) -> str:
    weighed = f"weighed {short_day(weight.on)} ({study_day(weight.on, state.course.day_zero)})"
    cap = "capped at 100 mg" if calculated.is_capped else "cap 100 mg not reached"
    return " \N{MIDDLE DOT} ".join([weighed, cap, str(schedule)])


def _window(opens: datetime, due: datetime, closes: datetime, site: Site, now: datetime) -> str:
    day = due.astimezone(site.tz).date()
    ends = (at.astimezone(site.tz) for at in (opens, closes))
    opened, closed = (f"{at:%H:%M}" if at.date() == day else f"{at:%d %b %H:%M}" for at in ends)
    return f"{when(due, site, now)} ({opened} to {closed})"


def _weight_prompt(state: BedsideNow, today: date) -> str:
    weight, last = state.weight, state.last_dose
    if weight is None:
        return ""
    if last is not None:
        before = last.dosing_weight_kg
        if abs(weight.weight_kg - before) > before * WEIGHT_CHANGED:
            return f"The last dose counted from {plain(before)} kg: the weight has changed by more than 10 %."
    days = (today - weight.on).days
    return f"Weighed {days} days ago: weigh again?" if days > WEIGH_EVERY_DAYS else ""
