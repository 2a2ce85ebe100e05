"""What the tests of the figures share: facts about a participant by trial day, and a figure as read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.http import QueryDict
from django.utils import timezone

from followup.dashboards.choice import Choice
from followup.dashboards.figure import Count, Figure, file_value
from followup.dashboards.page import FIGURES
from followup.dashboards.reading.frame import Frame
from participants.domain.clocks import ReportKind
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Death,
    DerivedGrade,
    DoseState,
    HospitalStay,
    Observation,
    Participant,
    Query,
    Response,
    SafetyReport,
    Scale,
    SeriousEvent,
    StaffMember,
)
from tests.factories import as_test


def frame_of(person: StaffMember, **chosen: str) -> Frame:
    """Read what a person may see, narrowed to a choice."""
    values = QueryDict(mutable=True)
    values.update(chosen)
    return Frame(person, Choice.of(values), timezone.now())


def figure_of(person: StaffMember, key: str, **chosen: str) -> Figure:
    """Read one figure."""
    return FIGURES[key](frame_of(person, **chosen))


def rows_of(figure: Figure) -> dict[str, list[object]]:
    """Return the rows of a figure's table by their first column, as a file holds them."""
    return {str(row[0]): [file_value(cell) for cell in row[1:]] for row in figure.table.rows}


def number(figure: Figure, group: str) -> int:
    """Return a number of a figure's finding."""
    return next(part.value for part in figure.finding if isinstance(part, Count) and part.group == group)


def behind(figure: Figure, group: str) -> set[int]:
    """Return the participants behind a number."""
    return set(figure.groups[group].people())


def on_day(participant: Participant, day: int) -> date:
    """Return the date of a trial day."""
    known = Participant.objects.with_day_zero().get(pk=participant.pk)
    assert known.day_zero_on is not None
    return known.day_zero_on + timedelta(days=day)


def at(participant: Participant, day: int, hour: int = 18) -> datetime:
    """Return an hour, UTC, of a trial day; 18 h is the same day at every site of the tests."""
    on = on_day(participant, day)
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC)


def grade(participant: Participant, day: int, value: int | None, hour: int = 18) -> DerivedGrade:
    """Record a CRS grade with the observation that it rests on; None could not be derived."""
    moment = at(participant, day, hour)
    status = {None: "insufficient_data", 0: "no_crs"}.get(value, "graded")
    with as_test():
        seen = Observation.objects.create(
            participant=participant, at=moment, temperature=Decimal("37.0"), temperature_unit="C"
        )
        return DerivedGrade.objects.create(
            participant=participant, scale=Scale.CRS, observation=seen, at=moment, value=value,
            status=status, reason="as invented", rule_version="test",
        )  # fmt: skip


def fever(participant: Participant, day: int, hour: int, celsius: str = "39.0") -> None:
    """Record a temperature."""
    with as_test():
        Observation.objects.create(
            participant=participant, at=at(participant, day, hour), temperature=Decimal(celsius),
            temperature_unit="C",
        )  # fmt: skip


def dose(participant: Participant, day: int, hour: int, schedule: str = "q12h") -> None:
    """Record a given dose."""
    with as_test():
        AnakinraDose.objects.create(
            participant=participant, at=at(participant, day, hour), state=DoseState.GIVEN, dose_mg=50,
            dosing_weight_kg=20, weighed_on=on_day(participant, 0), schedule=schedule,
        )  # fmt: skip


def respond(participant: Participant, day: int, response: str) -> None:
    """Record a disease assessment."""
    with as_test():
        Response.objects.create(participant=participant, on=on_day(participant, day), response=response)


def die(participant: Participant, day: int, of: str = "") -> None:
    """Record a death with its main cause, "" for not yet known."""
    with as_test():
        Death.objects.create(participant=participant, on=on_day(participant, day), main_cause=of)


def serious(
    participant: Participant, aware_at: datetime, sent_at: datetime | None, number: str = "S1"
) -> SeriousEvent:
    """Record a serious event, and the report to the sponsor if one was sent."""
    with as_test():
        event = AdverseEvent.objects.create(participant=participant, term="Sepsis", onset_on=aware_at.date())
        row = SeriousEvent.objects.create(
            event=event, participant=participant, number=number, criteria=["hospitalisation"],
            site_aware_at=aware_at,
        )  # fmt: skip
        if sent_at is not None:
            SafetyReport.objects.create(
                participant=participant, event=row, kind=ReportKind.TO_SPONSOR, sent_at=sent_at
            )
    return row


def ask(one: Participant, days_ago: int, answered: int | None = None, closed: int | None = None) -> None:
    """Raise a query some days ago; answered and closed so many days after that."""
    raised = timezone.now() - timedelta(days=days_ago)
    with as_test():
        Query.objects.create(
            participant=one, text="Why?", raised_at=raised,
            state="closed" if closed is not None else "open" if answered is None else "answered",
            answered_at=None if answered is None else raised + timedelta(days=answered),
            closed_at=None if closed is None else raised + timedelta(days=closed),
        )  # fmt: skip


def stay(participant: Participant, first: int, last: int | None) -> None:
    """Let a stay begin and end at noon of trial days."""
    with as_test():
        HospitalStay.objects.create(
            participant=participant, admitted_at=at(participant, first),
            discharged_at=None if last is None else at(participant, last), reason="Infusion",
        )  # fmt: skip


def warm(participant: Participant, moment: datetime) -> None:
    """Record a normal temperature."""
    with as_test():
        Observation.objects.create(
            participant=participant, at=moment, temperature="37.0", temperature_unit="C"
        )
