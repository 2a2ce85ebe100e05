"""Who is at the bedside: in hospital, or within the days after an infusion; the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from participants.bedside_now import BedsideNow, read_bedside
from participants.domain.day_words import study_day
from participants.domain.dose_plan import Due
from participants.domain.lifecycle import AT_THE_BEDSIDE
from participants.domain.roles import Capability
from participants.models import Death, HospitalStay, OffStudy, Participant, Scale, StaffMember
from participants.models.participant import ParticipantQuerySet
from participants.pages.bedside_words import badge_words, span
from participants.pages.grade_card import GradeCard, card_of, when

_ORDER = {Due.FIRST: 0, Due.LATE: 1, Due.DUE: 2}


@dataclass(frozen=True)
class BedsideRow:
    """One participant of the list."""

    participant: Participant
    state: BedsideNow
    trial_day: str
    place: str
    crs: GradeCard
    icans: GradeCard
    dose: str
    is_urgent: bool
    test: str
    test_is_late: bool
    seen: str

    @property
    def order(self) -> tuple[int, bool, str]:
        """Sort by the dose, then by the test of cognition, then by study id."""
        return _ORDER.get(self.state.plan.due, 9), not self.test_is_late, self.participant.study_id


def people_at_the_bedside(
    person: StaffMember, capability: Capability = Capability.READ_PARTICIPANTS
) -> ParticipantQuerySet:
    """Return the participants of a person's sites who are in hospital or in the course of an infusion.

    Who died or left the study is not at the bedside, although nobody has recorded the discharge.
    """
    own = {"participant": OuterRef("pk")}
    stays = HospitalStay.objects.standing().filter(discharged_at=None, **own)
    died = Exists(Death.objects.standing().filter(**own))
    left = Exists(OffStudy.objects.standing().filter(**own))
    rows = Participant.objects.visible_to(person, capability).for_pages()
    phases = [str(phase) for phase in AT_THE_BEDSIDE]
    rows = rows.filter(Q(phase__in=phases) | Exists(stays)).exclude(died).exclude(left)
    return rows.order_by("study_id")


def read_bedside_list(person: StaffMember, now: datetime) -> list[BedsideRow]:
    """Read the list in a constant number of statements."""
    people = list(people_at_the_bedside(person))
    states = read_bedside([one.pk for one in people], now)
    rows = [_row(one, states[one.pk], now) for one in people if one.pk in states]
    return sorted(rows, key=lambda row: row.order)


def _row(participant: Participant, state: BedsideNow, now: datetime) -> BedsideRow:
    site, plan, due = participant.site, state.plan, state.test_due_at
    late = due is not None and now > due
    test = "" if due is None else f"late by {span(now - due)}" if late else f"by {when(due, site, now)}"
    due_at = plan.window.due_at if plan.window else None
    return BedsideRow(
        participant=participant,
        state=state,
        trial_day=study_day(participant.today(now), state.course.day_zero),
        place=_place(state),
        crs=card_of(Scale.CRS, state.grades.get(Scale.CRS), site, now),
        icans=card_of(Scale.ICANS, state.grades.get(Scale.ICANS), site, now),
        dose=state.no_dose or badge_words(plan.due, state.fever, due_at, now),
        is_urgent=plan.due in {Due.FIRST, Due.LATE},
        test=test,
        test_is_late=late,
        seen=when(state.seen_at, site, now) if state.seen_at else "",
    )


def _place(state: BedsideNow) -> str:
    if state.intensive_care is not None:
        return "Intensive care"
    return "In hospital" if state.stay is not None else "No stay recorded"
