"""Boundary, comparison rate and planned number: what is said of the whole trial, and not of less."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from followup.dashboards.figure import Figure
from followup.dashboards.figures.primary import HEAD, reached_at
from followup.models import AnalysisPlan
from participants.domain.proportions import exact_proportion
from participants.domain.roles import Role
from participants.models import CarTProduct, Participant, Site, StaffMember
from tests.factories import as_test, make_infused, make_site, make_staff
from tests.followup.dashboards.support import at, figure_of, grade, on_day, warm

pytestmark = pytest.mark.django_db

STOP_AT = [None, None, 2, 4, 4, 6, 7, 8]


def treat(site: Site, grades: Sequence[int]) -> list[Participant]:
    """Return participants infused one after the other, of these maximum grades of CRS."""
    people = [make_infused(site, day=60 - place) for place in range(len(grades))]
    for one, value in zip(people, grades, strict=True):
        grade(one, 3, value)
        warm(one, at(one, 30))
    return people


@pytest.fixture
def plan(site: Site) -> AnalysisPlan:
    """Return a plan with a boundary that can be crossed and left behind, and 40 to be infused."""
    today = make_infused(site, day=0)
    with as_test():
        return AnalysisPlan.objects.create(
            study=site.study, stop_at=STOP_AT, planned_n=40, comparison_rate=Decimal("0.2"),
            accrual_from_on=on_day(today, -99), accrual_to_on=on_day(today, 100),
        )  # fmt: skip


def said(figure: Figure) -> str:
    """Return the finding in words."""
    return "".join(str(part) for part in figure.finding)


def column(figure: Figure, name: str, rows: int) -> list[object]:
    """Return a column of the first rows of the table."""
    return [row[HEAD.index(name)] for row in figure.table.file_rows[:rows]]


@pytest.mark.parametrize(
    ("running", "expected"),
    [((0, 1, 1, 2, 2, 3), None), ((0, 1, 2), 3), ((0, 1, 2, 3, 3, 4), 3), ((0, 0, 1, 4), 4), ((), None)],
)
def test_boundary_stays_reached_where_it_was_reached(running: Sequence[int], expected: int | None) -> None:
    assert reached_at(AnalysisPlan(stop_at=STOP_AT), running) == expected


def test_boundary_that_was_crossed_earlier_is_said_and_marked(
    site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    treat(site, (0, 4, 3, 5, 2, 3))
    figure = figure_of(reader, "severe")
    assert said(figure).startswith("4 of 6 evaluable")
    assert said(figure).endswith("Boundary of 2 reached at n=3: people review")
    assert column(figure, "Reached", 6) == ["", "", "reached", "", "", ""]


def test_boundary_that_was_never_crossed_is_told_for_the_last(
    site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    treat(site, (0, 0, 3, 0))
    assert said(figure_of(reader, "severe")).endswith("Below the boundary of 4, and never reached")


def test_estimates_and_who_is_pending_stand_in_the_table(
    site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    treat(site, (0, 0, 3, 0, 1))
    figure, wanted = figure_of(reader, "severe"), exact_proportion(1, 5)
    assert "; comparison rate 20.0" in said(figure)
    numbers = [column(figure, name, 6)[3:] for name in HEAD[8:12]]
    assert numbers[0] == [None, wanted.estimate, None]
    assert [numbers[1][1], numbers[2][1], numbers[3]] == [wanted.lower, wanted.upper, [0.2, 0.2, 0.2]]
    assert column(figure, "Counts as", 6) == ["evaluable"] * 5 + ["pending"]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"denominator": "treated"}, "treated with anakinra"),
        ({"denominator": "triggered"}, "trigger met"),
        ({"set": "evaluable"}, "evaluable for severe CRS"),
        ({"age": "to-11"}, "under 12 years"),
        ({"version": "1.0"}, "schedule version 1.0"),
        ({"product": "obecabtagene"}, "Obecabtagene autoleucel"),
    ],
)
def test_no_verdict_for_a_subset(
    chosen: dict[str, str], words: str, site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    people = treat(site, (0, 4, 3))
    with as_test():
        CarTProduct.objects.bulk_create(
            [CarTProduct(participant=one, product="obecabtagene") for one in people]
        )
    figure = figure_of(reader, "severe", **chosen)
    assert said(figure).endswith(f"the boundary is of the whole trial, and this counts only {words}")
    assert set(column(figure, "Reached", 9)) <= {"", None}
    assert figure.drawing is None or "stopzone" not in figure.drawing.svg


@pytest.mark.parametrize("denominator", ["consented", "eligible", "enrolled", "infused"])
def test_verdict_where_all_the_infused_are_counted(
    denominator: str, site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    treat(site, (0, 4, 3))
    assert "reached at n=3" in said(figure_of(reader, "severe", denominator=denominator))


def test_reader_of_one_site_of_several_sees_neither_verdict_nor_plan(
    site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    treat(site, (0, 4, 3))
    make_site(study=site.study)
    found = [said(figure_of(reader, key)) for key in ("severe", "accrual")]
    assert all("whole trial, and this counts only the sites that you may read" in words for words in found)
    assert not any("planned" in words or "reached" in words for words in found)
    assert all(row[3] is None for row in figure_of(reader, "accrual").table.file_rows)


def test_reader_of_all_sites_sees_verdict_and_plan_until_one_is_chosen(
    site: Site, plan: AnalysisPlan
) -> None:
    treat(site, (0, 4, 3))
    make_site(study=site.study)
    everywhere = make_staff(Role.DATA_MANAGER, study=site.study)
    assert "reached at n=3" in said(figure_of(everywhere, "severe"))
    assert "4 infused of 40 planned; plan for" in said(figure_of(everywhere, "accrual"))
    for key in ("severe", "accrual"):
        assert f"counts only site {site.code}" in said(figure_of(everywhere, key, site=site.code))


def test_accrual_is_compared_with_the_plan_whatever_the_denominator(
    site: Site, reader: StaffMember, plan: AnalysisPlan
) -> None:
    assert "1 infused of 40 planned; plan for" in said(figure_of(reader, "accrual", denominator="treated"))
