"""The grid counts what is due so far, and shows a person what they may see."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from followup.models import Visit
from followup.pages import grid_file
from followup.pages.grid import Cell, Grid, GridFilter, read_grid
from followup.pages.grid_file import grid_rows, grid_visits
from participants.domain.roles import Role
from participants.models import Participant, StaffMember
from tests.factories import as_test, make_enrolled, make_infused, make_site, make_staff

pytestmark = pytest.mark.django_db


def grid_of(person: StaffMember, **chosen: str) -> Grid:
    values = QueryDict(mutable=True)
    values.update({name.rstrip("_"): value for name, value in chosen.items()})
    return read_grid(person, GridFilter.of(values), timezone.now())


def outcome(participant: Participant, code: str, **fields: object) -> None:
    with as_test():
        Visit.objects.filter(participant=participant, code=code).update(**fields)


def cells(grid: Grid) -> dict[str, Cell]:
    return dict(zip([column.code for column in grid.columns], grid.rows[0].cells, strict=True))


@pytest.fixture
def infused() -> Participant:
    return make_infused(day=29)


@pytest.fixture
def coordinator(infused: Participant) -> StaffMember:
    return make_staff(Role.COORDINATOR, infused.site)


def test_open_windows_are_not_counted(infused: Participant, coordinator: StaffMember) -> None:
    row = grid_of(coordinator).rows[0]
    overdue = [cell for cell in row.cells if cell.sign.name == "overdue"]
    done = [cell for cell in row.cells if cell.sign.name in {"done", "done-out"}]
    assert (row.tally.done, row.tally.due) == (len(done), len(done) + len(overdue))


def test_partial_visit_is_due_but_not_done(infused: Participant, coordinator: StaffMember) -> None:
    before = grid_of(coordinator).rows[0].tally
    outcome(infused, "D28", outcome="partial", occurred_on=infused.today(timezone.now()))
    after = grid_of(coordinator).rows[0].tally
    assert (after.done, after.due) == (before.done, before.due + 1)


def test_totals_agree_with_the_rows(infused: Participant, coordinator: StaffMember) -> None:
    make_infused(infused.site, day=70)
    grid = grid_of(coordinator)
    assert grid.total.due == sum(row.tally.due for row in grid.rows)
    assert grid.total.done == sum(row.tally.done for row in grid.rows)


def test_cell_says_in_words_what_its_sign_shows(infused: Participant, coordinator: StaffMember) -> None:
    cell = cells(grid_of(coordinator))["D28"]
    assert cell.name == f"{infused} D28: due, target D+28, window D+25 to D+31, 2 d left"


def test_dates_replace_days_left(infused: Participant, coordinator: StaffMember) -> None:
    target = infused.today(timezone.now()) - timedelta(days=1)
    assert cells(grid_of(coordinator, as_="dates"))["D28"].text == f"{target:%d %b}"


def test_state_keeps_rows_with_such_a_visit(infused: Participant, coordinator: StaffMember) -> None:
    make_enrolled(infused.site)
    assert [row.participant for row in grid_of(coordinator, state="overdue").rows] == [infused]


def test_phase_keeps_those_in_it(infused: Participant, coordinator: StaffMember) -> None:
    enrolled = make_enrolled(infused.site)
    rows = grid_of(coordinator, phase="treatment").rows
    assert enrolled in [row.participant for row in rows]
    assert infused not in [row.participant for row in rows]


def test_unknown_choice_is_no_choice(infused: Participant, coordinator: StaffMember) -> None:
    assert grid_of(coordinator, phase="x", state="\x00", after="\ud800").people == 1


def test_another_sites_participants_are_not_there(infused: Participant, coordinator: StaffMember) -> None:
    make_infused(make_site(infused.site.study), day=29)
    grid = grid_of(coordinator)
    assert [row.participant for row in grid.rows] == [infused]
    assert grid.total.due == grid.rows[0].tally.due


def test_pages_follow_each_other_without_a_gap(infused: Participant, coordinator: StaffMember) -> None:
    people = {infused.pk} | {make_enrolled(infused.site).pk for _ in range(4)}
    seen: list[int] = []
    after = ""
    for _ in range(3):
        page = read_grid(coordinator, GridFilter(after=after), timezone.now(), size=2)
        seen += [row.participant.pk for row in page.rows]
        after = page.page.after
    assert len(seen) == 5
    assert set(seen) == people
    assert after == ""


def test_nobody_gives_an_empty_grid() -> None:
    coordinator = make_staff(Role.COORDINATOR, make_site())
    grid = grid_of(coordinator)
    assert (grid.rows, grid.people, grid.total.percent) == ([], 0, "")


def test_file_holds_one_visit_at_a_time(infused: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_file, "FILE_ROWS", 5)
    person = make_staff(Role.DATA_MANAGER, study=infused.site.study)
    rows = iter(grid_rows(grid_visits(person, GridFilter.of(QueryDict()), timezone.now())))
    gc.collect()
    before = sum(isinstance(one, Visit) for one in gc.get_objects())
    first = next(rows)
    held = sum(isinstance(one, Visit) for one in gc.get_objects()) - before
    assert held == 1
    assert [first[0], *{row[0] for row in rows}] == [infused.study_id, infused.study_id]
