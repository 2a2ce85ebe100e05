"""What the days of the record say of a death: the same, whichever was entered first."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from participants.actions.conclude import record_death, remove_death
from participants.actions.entries import record_entry, remove_entry
from participants.actions.respond import record_relapse, record_response
from participants.errors import NeedsReason
from participants.models import (
    AnakinraDose,
    Death,
    Deviation,
    DeviationState,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    RelapseSite,
    ResponseKind,
    Weight,
)
from participants.models.base import Fact
from tests.factories import TEST, days_ago, make_infused
from tests.factories.safety import make_event, make_infection

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
WHY = "the ward's clock was wrong"


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=UTC)


def entry(model: type[Fact], moment: str, **values: Any) -> Make:
    """Return what records an entry of a chart on a day."""

    def make(participant: Participant, on: date, reason: str = WHY) -> Fact:
        when = on if moment.endswith("on") else noon(on)
        row = model(participant=participant, **{moment: when}, **values)
        return record_entry(by=TEST, row=row, reason=reason)

    return make


observe = entry(Observation, "at", temperature=Decimal("38.1"), temperature_unit="C")


def dose(participant: Participant, on: date) -> Any:
    values = {"state": "given", "dose_mg": 40, "dosing_weight_kg": 20, "schedule": "q12h"}
    given = {"weighed_on": on, "reason_note": WHY}
    return entry(AnakinraDose, "at", **values, **given)(participant, on)


def respond(participant: Participant, on: date) -> Any:
    return record_response(by=TEST, participant=participant, on=on, response=ResponseKind.CR, reason=WHY)


def relapse(participant: Participant, on: date, *, is_mrd_only: bool = False) -> Any:
    site = RelapseSite.MARROW
    return record_relapse(
        by=TEST, participant=participant, on=on, site=site, is_mrd_only=is_mrd_only, reason=WHY
    )


def infect(participant: Participant, on: date) -> Any:
    return make_infection(participant, onset_on=on, reason=WHY)


def report(participant: Participant, on: date) -> Any:
    return make_event(participant, onset_on=on, reason=WHY)


KINDS: dict[str, Make] = {
    "observation": observe,
    "neuroassessment": entry(NeuroAssessment, "at", ice_score=9),
    "dose": dose,
    "medication": entry(Medication, "started_on", name="Levetiracetam"),
    "labresult": entry(LabResult, "at", analyte="crp", value=Decimal(12), unit="mg/L"),
    "weight": entry(Weight, "on", weight_kg=Decimal(20)),
    "hospitalstay": entry(HospitalStay, "admitted_at", reason="fever"),
    "intensivecarestay": entry(IntensiveCareStay, "entered_at", reason="monitoring"),
    "response": respond,
    "relapse": lambda participant, on: relapse(participant, on, is_mrd_only=True),
    "relapse:1": relapse,
    "infection": infect,
    "adverse_event": report,
}
UNASKED = ("medication", "labresult", "weight", "hospitalstay", "intensivecarestay")


def die(participant: Participant, days: int, reason: str = WHY) -> Death:
    return record_death(by=TEST, participant=participant, on=days_ago(days, participant.site), reason=reason)


def drafts(participant: Participant) -> set[tuple[str, str]]:
    """Return the subjects and words of what stands as an event after death; keys of rows left out."""
    rows = Deviation.objects.filter(participant=participant, rule="event after death")
    standing = rows.exclude(state=DeviationState.WITHDRAWN).values_list("subject", "summary")
    reported = ("infection:", "adverse_event:")
    return {
        (subject.partition(":")[0] if subject.startswith(reported) else subject, summary)
        for subject, summary in standing
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_after_a_death_is_drafted_the_same_in_both_orders(kind: str) -> None:
    known, unknown = make_infused(day=20), make_infused(day=20)
    die(known, 6)
    KINDS[kind](known, days_ago(4, known.site))
    KINDS[kind](unknown, days_ago(4, unknown.site))
    die(unknown, 6)
    assert kind in {subject for subject, _ in drafts(known)}
    assert drafts(known) == drafts(unknown)


@pytest.mark.parametrize("kind", UNASKED)
def test_an_entry_after_death_asks_for_a_reason(kind: str) -> None:
    participant = make_infused(day=20)
    die(participant, 6)
    with pytest.raises(NeedsReason, match="after the death"):
        KINDS[kind](participant, days_ago(4, participant.site), reason="")
    KINDS[kind](participant, days_ago(6, participant.site), reason="")


@pytest.mark.parametrize("kind", KINDS)
def test_a_death_before_what_is_recorded_asks_for_a_reason(kind: str) -> None:
    participant = make_infused(day=20)
    KINDS[kind](participant, days_ago(4, participant.site))
    with pytest.raises(NeedsReason, match="The record goes on after this day"):
        die(participant, 6, reason="")
    assert not Death.objects.exists()


def test_a_death_on_the_day_of_the_last_entry_asks_nothing() -> None:
    participant = make_infused(day=20)
    observe(participant, days_ago(4, participant.site))
    die(participant, 4, reason="")
    assert not drafts(participant)


def test_many_entries_of_a_kind_are_one_deviation() -> None:
    participant = make_infused(day=20)
    days = [days_ago(number, participant.site) for number in (4, 3, 2)]
    for on in days:
        observe(participant, on)
    die(participant, 6)
    ((subject, summary),) = drafts(participant)
    assert subject == "observation"
    assert summary.startswith(f"3 observations, {days[0]:%d %b %Y} to {days[2]:%d %b %Y}. ")


def test_an_entry_that_is_taken_back_leaves_the_deviation_of_the_others() -> None:
    participant = make_infused(day=20)
    rows = [observe(participant, days_ago(number, participant.site)) for number in (4, 3)]
    die(participant, 6)
    remove_entry(by=TEST, row=rows[0], reason="another child")
    assert [summary[:14] for _, summary in drafts(participant)] == ["1 observation,"]
    remove_entry(by=TEST, row=rows[1], reason="another child")
    assert not drafts(participant)


def test_a_death_that_is_taken_back_takes_its_deviations_along() -> None:
    participant = make_infused(day=20)
    observe(participant, days_ago(4, participant.site))
    remove_death(by=TEST, death=die(participant, 6), reason="another child")
    assert not drafts(participant)
