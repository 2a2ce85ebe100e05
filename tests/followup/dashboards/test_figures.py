"""The numbers of each figure are those of the record, and of the domain's estimates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from followup.dashboards.drawing.svg import steps
from followup.dashboards.figure import Count
from followup.dashboards.figures.dosing import MOST_STACKED
from followup.dashboards.reading.grades import DRAWN, ROOMY
from followup.models import AnalysisPlan, Visit
from followup.timeline.read_bedside import read_bedside
from participants.domain.life_table import count_by_time
from participants.domain.milestones import MilestoneKind
from participants.domain.proportions import exact_proportion
from participants.domain.rates import exact_rate
from participants.domain.survival import kaplan_meier
from participants.models import (
    Infection,
    Medication,
    Milestone,
    Participant,
    Scale,
    SignedGrade,
    Site,
    StaffMember,
)
from participants.vital import CONTACTS, course_facts, sightings_of
from tests.factories import as_test, make_enrolled, make_infused, make_participant
from tests.followup.dashboards.support import (
    at,
    behind,
    die,
    dose,
    fever,
    figure_of,
    frame_of,
    grade,
    number,
    on_day,
    respond,
    rows_of,
    warm,
)
from tests.pages.crowd import make_crowd

pytestmark = pytest.mark.django_db


def test_flow_counts_everybody_at_the_stages_they_passed(site: Site, reader: StaffMember) -> None:
    make_participant(site)
    make_enrolled(site)
    make_infused(site)
    rows = rows_of(figure_of(reader, "flow"))
    stages = ["Considered", "Consented", "Eligible", "Enrolled", "Infused", "Trigger met"]
    assert [rows[stage][0] for stage in stages] == [3, 2, 2, 2, 1, 0]


def test_accrual_counts_up_to_the_data_cut(site: Site, reader: StaffMember) -> None:
    early, late = make_infused(site, day=40), make_infused(site, day=5)
    cut = on_day(late, -1)
    figure = figure_of(reader, "accrual", cut=cut.isoformat())
    assert behind(figure, "infused") == {early.pk}


def test_accrual_says_what_the_plan_expected(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=10)
    zero = on_day(one, 0)
    with as_test():
        AnalysisPlan.objects.create(
            study=site.study, planned_n=20, accrual_from_on=zero - timedelta(days=9),
            accrual_to_on=zero + timedelta(days=30),
        )  # fmt: skip
    # 20 of 40 days are gone on D10.
    assert "10.0" in str(figure_of(reader, "accrual").finding[-1])


def test_severe_crs_is_the_exact_proportion_of_the_evaluable(site: Site, reader: StaffMember) -> None:
    for value in (0, 1, 2, 3, 4):
        one = make_infused(site, day=40)
        grade(one, 3, value)
        warm(one, at(one, 30))
    figure = figure_of(reader, "severe")
    wanted = exact_proportion(2, 5)
    assert (number(figure, "severe"), number(figure, "evaluable")) == (2, 5)
    assert f"{100 * wanted.lower:.1f} to {100 * wanted.upper:.1f}" in str(figure.finding[4])


def test_who_is_before_day_28_without_severe_crs_is_pending(site: Site, reader: StaffMember) -> None:
    mild, severe = make_infused(site, day=10), make_infused(site, day=10)
    grade(mild, 3, 1)
    grade(severe, 3, 3)
    figure = figure_of(reader, "severe")
    assert (behind(figure, "pending"), behind(figure, "evaluable")) == ({mild.pk}, {severe.pk})


def test_who_was_never_graded_is_not_counted_as_grade_0(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    warm(one, at(one, 30))
    figure = figure_of(reader, "severe")
    assert (behind(figure, "ungraded"), behind(figure, "evaluable")) == ({one.pk}, set())


def test_boundary_that_is_reached_is_said(site: Site, reader: StaffMember) -> None:
    with as_test():
        AnalysisPlan.objects.create(study=site.study, stop_at=[1])
    grade(make_infused(site, day=40), 3, 4)
    assert str(figure_of(reader, "severe").finding[-1]).startswith("Boundary of 1 reached")


def test_grade_before_the_infusion_does_not_count(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, -2, 4)
    assert rows_of(figure_of(reader, "maximum"))["Not graded"][0] == 1


def test_last_signed_grade_counts_instead_of_the_derived_one(site: Site, reader: StaffMember) -> None:
    one, other = make_infused(site, day=40), make_infused(site, day=40)
    derived = grade(one, 3, 4)
    grade(other, 3, 1)
    with as_test():
        for value in (3, 2):
            SignedGrade.objects.create(
                participant=one, scale=Scale.CRS, at=derived.at, derived=derived, value=value, reason="seen"
            )
    rows = rows_of(figure_of(reader, "maximum"))
    assert [rows[f"Grade {value}"][0] for value in range(5)] == [0, 1, 1, 0, 0]
    assert rows_of(figure_of(reader, "heat"))[one.study_id][3] == 2


def test_heat_map_holds_the_worst_grade_of_a_day(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 3, 1, hour=17)
    grade(one, 3, 2, hour=18)
    assert rows_of(figure_of(reader, "heat"))[one.study_id][3] == 2


def test_survival_is_the_estimate_of_the_same_times(site: Site, reader: StaffMember) -> None:
    dead = [make_infused(site, day=100) for _ in range(6)]
    for place, one in enumerate(dead[:3]):
        die(one, 20 + 10 * place)
    figure, facts = figure_of(reader, "os"), frame_of(reader).courses
    times = [(facts[one.pk].died_on or facts[one.pk].last_alive_on, facts[one.pk]) for one in dead]
    curve = kaplan_meier(
        count_by_time(
            [(end - known.day_zero).days for end, known in times], [bool(known.died_on) for _, known in times]
        )
    )
    assert [row[4].value for row in figure.table.rows] == curve.survival.tolist()  # type: ignore[union-attr]


def test_endpoints_rest_on_the_facts_of_the_record(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=120)
    respond(one, 28, "cr")
    respond(one, 91, "nr")
    grade(one, 95, 0)
    assert frame_of(reader).courses == course_facts(sightings_of(CONTACTS, [one.pk]))


def test_fewer_than_five_are_drawn_one_by_one(site: Site, reader: StaffMember) -> None:
    die(make_infused(site, day=100), 20)
    figure = figure_of(reader, "os")
    assert figure.drawing is not None
    assert 'class="band"' not in figure.drawing.svg


def test_death_after_the_data_cut_is_no_event_yet(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    die(one, 50)
    figure = figure_of(reader, "os", cut=on_day(one, 40).isoformat())
    assert (number(figure, "events"), rows_of(figure)) == (0, {"40": [1, 0, 1, None, None, None]})


def infect(one: Participant, day: int) -> None:
    with as_test():
        Infection.objects.create(
            participant=one, onset_on=on_day(one, day), kind="bacterial", body_site="urinary", severity="mild"
        )


@pytest.mark.parametrize(("number_of", "has_limits"), [(4, False), (5, True)])
def test_few_have_no_interval_in_drawing_table_or_file(
    site: Site, reader: StaffMember, number_of: int, has_limits: bool
) -> None:
    for place in range(number_of):
        one = make_infused(site, day=100)
        grade(one, 90, place % 3)
        infect(one, 10)
        if place < 2:
            die(one, 92 + place)
    severe, density = figure_of(reader, "severe"), figure_of(reader, "infections")
    assert severe.drawing is not None
    assert density.drawing is not None
    found = [
        'class="acc-i"' in severe.drawing.svg,
        'class="ci"' in density.drawing.svg,
        *("interval " in "".join(str(part) for part in figure.finding) for figure in (severe, density)),
        rows_of(figure_of(reader, "os"))["92"][-1] is not None,
        density.table.file_rows[0][-1] is not None,
    ]
    assert set(found) == {has_limits}


def test_type_of_an_infection_after_the_periods_has_no_row(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    grade(one, 95, 0)
    infect(one, 91)
    figure = figure_of(reader, "infections")
    assert [row[0] for row in figure.table.rows] == ["Any infection", "Any infection"]
    assert number(figure, "infected") == 1


def test_episodes_of_an_infection_open_who_had_them(site: Site, reader: StaffMember) -> None:
    twice, never = make_infused(site, day=100), make_infused(site, day=100)
    grade(twice, 90, 0)
    grade(never, 90, 0)
    infect(twice, 5)
    infect(twice, 20)
    figure = figure_of(reader, "infections")
    count = figure.table.rows[0][2]
    assert isinstance(count, Count)
    assert (count.value, behind(figure, count.group)) == (2, {twice.pk})


def test_relapse_free_survival_says_why_it_is_empty(site: Site, reader: StaffMember) -> None:
    make_infused(site)
    assert figure_of(reader, "rfs").empty == "Nobody has come into remission by the data cut."


def test_time_to_first_dose_runs_from_the_trigger(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    fever(one, 2, 10)
    fever(one, 2, 14)
    dose(one, 2, 16)
    assert rows_of(figure_of(reader, "dosing"))[one.study_id][:2] == [2.0, 1]


@pytest.mark.parametrize(
    ("schedules", "is_escalated"), [(("q12h", "q6h", "q6h"), "yes"), (("q6h", "q12h", "q12h"), "no")]
)
def test_doses_of_two_schedules_are_summed_from_the_first(
    site: Site, reader: StaffMember, schedules: tuple[str, ...], is_escalated: str
) -> None:
    one = make_infused(site, day=40)
    fever(one, 2, 10)
    fever(one, 2, 14)
    for hour, schedule in zip((16, 20, 22), schedules, strict=True):
        dose(one, 2, hour, schedule)
    assert rows_of(figure_of(reader, "dosing"))[one.study_id][:4] == [2.0, 3, 150.0, is_escalated]


def test_dose_before_the_trigger_has_no_time(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    dose(one, 1, 16)
    figure = figure_of(reader, "dosing")
    assert (behind(figure, "apart"), behind(figure, "n")) == ({one.pk}, set())


def test_rescue_before_the_infusion_is_not_counted(site: Site, reader: StaffMember) -> None:
    early, late = make_infused(site, day=40), make_infused(site, day=40)
    with as_test():
        for one, day in ((early, -1), (late, 3)):
            Medication.objects.create(
                participant=one, name="Tocilizumab", started_on=on_day(one, day), is_rescue=True
            )
    assert behind(figure_of(reader, "dosing"), "rescued") == {late.pk}


@pytest.mark.parametrize(
    ("schedules", "is_escalated"),
    [
        (["q12h", "q6h"], "yes"),
        (["q12h", "q6h", "q12h"], "yes"),
        (["q6h", "q12h", "q6h"], "yes"),
        (["q6h", "q6h"], "no"),
        (["q6h", "q12h"], "no"),
    ],
)
@pytest.mark.parametrize("before", [[], [-1]])
def test_escalation_is_a_step_up_as_the_chart_tells_it(
    schedules: list[str], is_escalated: str, before: list[int], site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=60)
    for day in before:
        dose(one, day, 10)
    for day, schedule in enumerate(schedules, start=3):
        dose(one, day, 10, schedule=schedule)
    figure = figure_of(reader, "dosing")
    assert rows_of(figure)[one.study_id][3] == is_escalated
    assert behind(figure, "escalated") == ({one.pk} if is_escalated == "yes" else set())
    assert any(read_bedside(one).escalated_at) is (is_escalated == "yes")


def test_infection_density_is_the_exact_rate(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    grade(one, 95, 0)
    infect(one, 10)
    figure = figure_of(reader, "infections")
    early = next(row for row in figure.table.rows if row[0] == "Any infection" and row[1] == "days 0 to 28")
    assert early[4].value == exact_rate(1, 29).per_100_days  # type: ignore[union-attr]


def test_visit_done_after_the_data_cut_was_overdue(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    with as_test():
        Visit.objects.filter(participant=one, code="D28").update(
            outcome="attended", occurred_on=on_day(one, 50)
        )
    before = rows_of(figure_of(reader, "visits", cut=on_day(one, 45).isoformat()))["D28"]
    after = rows_of(figure_of(reader, "visits"))["D28"]
    assert (before[:5], after[:5]) == ([1, 0, 0, 0, 1], [1, 1, 0, 0, 0])


def test_silent_participant_is_listed_first(site: Site, reader: StaffMember) -> None:
    silent, heard = make_infused(site, day=200), make_infused(site, day=200)
    grade(heard, 195, 0)
    assert list(rows_of(figure_of(reader, "freshness"))) == [silent.study_id, heard.study_id]


def test_files_of_the_drawn_participants_hold_everybody(site: Site, reader: StaffMember) -> None:
    make_crowd(site, DRAWN + 2)
    mild = make_infused(site, day=40)
    grade(mild, 3, 0)
    for key in ("heat", "swimmer"):
        assert len(figure_of(reader, key).table.rows) == DRAWN + 3, key


def test_day_of_who_is_not_drawn_is_in_the_file(
    site: Site, reader: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.dashboards.figures.heat.DRAWN", 1)
    grade(make_infused(site, day=40), 1, 3)
    mild = make_infused(site, day=40)
    grade(mild, 3, 1)
    assert rows_of(figure_of(reader, "heat"))[mild.study_id][3] == 1


def test_grade_after_the_days_of_their_own_has_a_column(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    for day, value in ((3, 1), (15, 1), (22, 3)):
        grade(one, day, value)
    figure = figure_of(reader, "heat")
    assert figure.table.file_head[15:17] == ["d14", "after_d14"]
    assert rows_of(figure)[one.study_id][14:17] == [None, 3, 3]
    assert figure.drawing is not None
    assert f"<title>{one.study_id} after D14: CRS grade 3</title>" in figure.drawing.svg


def test_column_of_later_grades_is_grey_until_it_is_reached(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 14, 1)
    figures = [figure_of(reader, "heat", cut=on_day(one, day).isoformat()) for day in (14, 15)]
    assert [f.drawing is not None and f.drawing.svg.count('class="hm-x"') for f in figures] == [1, 1]
    grade(one, 15, 0)
    later = figure_of(reader, "heat", cut=on_day(one, 15).isoformat()).drawing
    assert later is not None
    assert 'class="hm-x"' not in later.svg


def test_low_rows_tell_a_grade_by_length_too(site: Site, reader: StaffMember) -> None:
    make_crowd(site, ROOMY)
    worst = make_infused(site, day=40)
    grade(worst, 3, 4)
    grade(worst, 4, 1)
    drawing = figure_of(reader, "heat").drawing
    assert drawing is not None
    widths = [
        float(found) for found in re.findall(r'class="crs-[14] crs-l" d="M[\d.]+ 24.5h([\d.]+)', drawing.svg)
    ]
    assert widths[1] == pytest.approx(4 * widths[0], abs=0.3)


def test_many_times_to_the_first_dose_are_counted_in_columns(
    site: Site, reader: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.dashboards.figures.dosing.MOST_STACKED", 1)
    for hour in (15, 16, 16):
        one = make_infused(site, day=40)
        fever(one, 2, 10)
        fever(one, 2, 14)
        dose(one, 2, hour)
    drawing = figure_of(reader, "dosing").drawing
    assert drawing is not None
    assert re.findall(r"<title>\d+ h \d+ to \d+ h \d+: (\d+)</title>", drawing.svg) == ["1", "2"]


def test_marks_of_first_doses_never_lie_on_one_another(site: Site, reader: StaffMember) -> None:
    for _ in range(MOST_STACKED + 1):
        one = make_infused(site, day=40)
        fever(one, 2, 10)
        fever(one, 2, 14)
        dose(one, 2, 15)
    drawing = figure_of(reader, "dosing").drawing
    assert drawing is not None
    assert f": {MOST_STACKED + 1}</title>" in drawing.svg


def test_course_shows_the_span_of_doses_and_the_maximum_grade(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 3, 2)
    with as_test():
        for kind, day in ((MilestoneKind.ANAKINRA_FIRST, 3), (MilestoneKind.ANAKINRA_LAST, 9)):
            Milestone.objects.create(participant=one, kind=kind, on=on_day(one, day))
    drawing = figure_of(reader, "swimmer").drawing
    assert drawing is not None
    assert f"<title>{one.study_id}: anakinra D3 to D9</title>" in drawing.svg
    assert re.search(r'class="crs-t-2"[^>]*>2<', drawing.svg)


def test_bars_of_the_last_known_alive_open_whom_they_count(site: Site, reader: StaffMember) -> None:
    silent = make_infused(site, day=200)
    figure = figure_of(reader, "freshness")
    assert figure.drawing is not None
    assert "/dashboards/freshness/people/?of=from-91" in figure.drawing.svg
    assert "of=from-0" not in figure.drawing.svg
    assert behind(figure, "from-91") == {silent.pk}


def test_steps_on_one_place_are_one_step() -> None:
    points = [(1 + place / 1_000_000, float(place)) for place in range(1000)]
    assert steps([*points, (2.0, 1000.0)], (0.0, 0.0)) == [
        (0.0, 0.0), (points[-1][0], 0.0), points[-1], (2.0, 999.0), (2.0, 1000.0)
    ]  # fmt: skip
