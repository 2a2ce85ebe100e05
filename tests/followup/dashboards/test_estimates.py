"""The dashboards show what `manage.py estimate` answers for the same people, to the last digit."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from followup.dashboards.figure import file_value
from participants.domain.vital_status import non_relapse_mortality, overall_survival
from participants.models import Infection, Participant, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import die, figure_of, frame_of, grade, number, on_day, respond

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(site: Site) -> list[Participant]:
    """Return eight participants in remission, three of whom have died."""
    found = [make_infused(site, day=150 + place) for place in range(8)]
    for place, one in enumerate(found):
        respond(one, 28, "cr")
        grade(one, 100 + 5 * place, place % 5)
    for place, one in enumerate(found[:3]):
        die(one, 40 + 20 * place)
    return found


def estimate(*arguments: str) -> dict[str, Any]:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("estimate", *arguments, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def table(reader: StaffMember, key: str) -> list[list[object]]:
    """Return the table of a figure as its file holds it."""
    return [[file_value(cell) for cell in row] for row in figure_of(reader, key).table.rows]


def write(path: Path, head: str, rows: Iterable[tuple[int, int]]) -> str:
    path.write_text("\n".join([head, *(f"{days},{what}" for days, what in rows)]) + "\n")
    return str(path)


def test_survival_is_that_of_km(people: list[Participant], reader: StaffMember, tmp_path: Path) -> None:
    times = [overall_survival(facts) for facts in frame_of(reader).courses.values()]
    file = write(tmp_path / "km.csv", "time,event", [(one.days, int(one.is_event)) for one in times])
    (group,) = estimate("km", file, "--time", "time", "--event", "event")["groups"]
    columns = ("time", "at_risk", "events", "censored", "survival", "lower", "upper")
    assert table(reader, "os") == [[step[name] for name in columns] for step in group["steps"]]


def test_non_relapse_mortality_is_that_of_cif(
    people: list[Participant], reader: StaffMember, tmp_path: Path
) -> None:
    times = [non_relapse_mortality(facts) for facts in frame_of(reader).courses.values()]
    file = write(tmp_path / "cif.csv", "time,cause", [(one.days, int(one.cause)) for one in times])
    causes = estimate("cif", file, "--time", "time", "--cause", "cause")["causes"]
    (event,) = (each for each in causes if each["cause"] == 1)
    columns = ("time", "at_risk", "events", "cif", "lower", "upper")
    shown = [[*row[:3], *row[5:]] for row in table(reader, "nrm")]
    assert shown == [[step[name] for name in columns] for step in event["steps"]]


def test_severe_crs_is_that_of_proportion(people: list[Participant], reader: StaffMember) -> None:
    figure = figure_of(reader, "severe")
    found = estimate("proportion", str(number(figure, "severe")), str(number(figure, "evaluable")))
    words = "".join(str(part) for part in figure.finding)
    assert f"{100 * found['estimate']:.1f}" in words
    assert f"{100 * found['lower']:.1f} to {100 * found['upper']:.1f}" in words


def test_infection_density_is_that_of_rate(people: list[Participant], reader: StaffMember) -> None:
    with as_test():
        for one in people[:2]:
            Infection.objects.create(
                participant=one,
                onset_on=on_day(one, 10),
                kind="viral",
                body_site="urinary",
                severity="mild",
            )
    for _, _, episodes, days, *shown in table(reader, "infections"):
        found = estimate("rate", str(episodes), str(days))
        assert shown == [found["per_100_days"], found["lower"], found["upper"]]
