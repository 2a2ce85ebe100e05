"""What the tests of the figures share: facts about a participant by trial day, and a figure as read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.http import QueryDict
from django.utils import timezone

from followup.dashboards.choice import Choice
from followup.dashboards.figure import Count, Figure, file_value
from followup.dashboards.frame import Frame
from followup.dashboards.page import FIGURES
from participants.models import (
    AnakinraDose,
    Death,
    DerivedGrade,
    DoseState,
    Observation,
    Participant,
    Response,
    Scale,
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


def grade(participant: Participant, day: int, value: int, hour: int = 18) -> DerivedGrade:
    """Record a CRS grade with the observation that it rests on."""
    moment = at(participant, day, hour)
    with as_test():
        seen = Observation.objects.create(
            participant=participant, at=moment, temperature=Decimal("37.0"), temperature_unit="C"
        )
        return DerivedGrade.objects.create(
            participant=participant, scale=Scale.CRS, observation=seen, at=moment, value=value,
            status="graded" if value else "no_crs", reason="as invented", rule_version="test",
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


def die(participant: Participant, day: int) -> None:
    """Record a death."""
    with as_test():
        Death.objects.create(participant=participant, on=on_day(participant, day))
