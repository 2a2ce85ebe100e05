"""The lifecycle: one table, the phase from dated steps, and the diagram in the docs."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.lifecycle import (
    PHASE_NAMES,
    STEPS,
    Phase,
    Step,
    diagram,
    is_screen_failure,
    may_step,
    out_of_order,
    phase_on_latest,
)

pytestmark = pytest.mark.once

DOCS = Path(__file__).parents[3] / "docs"


def test_every_phase_has_a_row_and_can_be_reached() -> None:
    assert set(STEPS) == set(PHASE_NAMES) == set(Phase)
    reachable = {Phase.PRE_SCREENED}
    while True:
        further = reachable.union(*(STEPS[phase] for phase in reachable))
        if further == reachable:
            break
        reachable = further
    assert reachable == set(Phase)


def test_the_docs_show_the_table() -> None:
    assert f"```mermaid\n{diagram()}```\n" in (DOCS / "lifecycle.md").read_text()


@pytest.mark.parametrize(
    ("current", "following", "expected"),
    [
        (Phase.PRE_SCREENED, Phase.SCREENING, True),
        (Phase.PRE_SCREENED, Phase.INFUSED, False),
        (Phase.SCREENING, Phase.ENROLLED, False),
        (Phase.INFUSED, Phase.FOLLOW_UP, True),
        (Phase.OFF_STUDY, Phase.ENROLLED, False),
        (Phase.OFF_STUDY, Phase.FOLLOW_UP, True),
    ],
)
def test_steps_follow_the_table(current: Phase, following: Phase, expected: bool) -> None:
    assert may_step(current, following) is expected


@pytest.mark.parametrize(
    "phase", [phase for phase in Phase if phase not in {Phase.SCREEN_FAILURE, Phase.OFF_STUDY}]
)
def test_everybody_can_leave(phase: Phase) -> None:
    assert may_step(phase, Phase.OFF_STUDY)


def test_the_latest_day_decides_whatever_was_entered_last() -> None:
    entered_late = Step(date(2026, 3, 4), 9, Phase.ON_ANAKINRA)
    assert phase_on_latest([Step(date(2026, 4, 1), 3, Phase.FOLLOW_UP), entered_late]) is Phase.FOLLOW_UP


def test_on_one_day_the_later_entry_decides() -> None:
    day = date(2026, 3, 4)
    assert phase_on_latest([Step(day, 2, Phase.ELIGIBLE), Step(day, 1, Phase.SCREENING)]) is Phase.ELIGIBLE


def test_nobody_is_without_a_step() -> None:
    with pytest.raises(ValueError, match="no lifecycle step"):
        phase_on_latest([])


_steps = st.lists(
    st.builds(
        Step, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 50), st.sampled_from(Phase)
    ),
    min_size=1,
)


@given(_steps, st.randoms())
def test_the_order_of_reading_does_not_matter(steps: list[Step], random: object) -> None:
    shuffled = sorted(steps, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert phase_on_latest(shuffled) is phase_on_latest(steps)


def test_who_has_left_has_left_whatever_is_dated_later() -> None:
    steps = [
        Step(date(2026, 3, 1), 1, Phase.INFUSED),
        Step(date(2026, 3, 20), 3, Phase.OFF_STUDY),
        Step(date(2026, 3, 30), 2, Phase.FOLLOW_UP),
    ]
    assert phase_on_latest(steps) is Phase.OFF_STUDY


@pytest.mark.parametrize("before", [Phase.PRE_SCREENED, Phase.ELIGIBLE, Phase.ENROLLED, Phase.SCREEN_FAILURE])
def test_what_people_decide_before_treatment_takes_nobody_back_from_it(before: Phase) -> None:
    steps = [Step(date(2026, 3, 1), 1, Phase.LYMPHODEPLETION), Step(date(2026, 3, 2), 2, before)]
    assert phase_on_latest(steps) is Phase.LYMPHODEPLETION


def test_whose_visits_ended_during_treatment_is_in_survival_follow_up_after_day_28() -> None:
    steps = [
        Step(date(2026, 3, 1), 1, Phase.INFUSED),
        Step(date(2026, 3, 10), 2, Phase.SURVIVAL_FOLLOW_UP),
        Step(date(2026, 3, 12), 3, Phase.OFF_ANAKINRA),
    ]
    assert phase_on_latest(steps) is Phase.OFF_ANAKINRA
    concluded = Step(date(2026, 3, 30), 4, Phase.FOLLOW_UP)
    assert phase_on_latest([*steps, concluded]) is Phase.SURVIVAL_FOLLOW_UP


@pytest.mark.parametrize("began", [Phase.LYMPHODEPLETION, Phase.INFUSED])
def test_a_further_course_after_a_relapse_has_a_follow_up_of_its_own(began: Phase) -> None:
    steps = [
        Step(date(2026, 3, 1), 1, Phase.INFUSED),
        Step(date(2026, 5, 1), 2, Phase.SURVIVAL_FOLLOW_UP),
        Step(date(2026, 6, 1), 3, began),
        Step(date(2026, 6, 6), 4, Phase.INFUSED),
        Step(date(2026, 7, 5), 5, Phase.FOLLOW_UP),
    ]
    assert phase_on_latest(steps) is Phase.FOLLOW_UP


def walk(*phases: Phase) -> list[Step]:
    return [Step(date(2026, 3, 1 + place), place, phase) for place, phase in enumerate(phases)]


SCREENED = (Phase.PRE_SCREENED, Phase.SCREENING, Phase.ELIGIBLE, Phase.ENROLLED)


@pytest.mark.parametrize(
    ("phases", "astray"),
    [
        ((*SCREENED, Phase.LYMPHODEPLETION, Phase.INFUSED), set()),
        ((*SCREENED, Phase.LYMPHODEPLETION, Phase.ON_ANAKINRA), {Phase.ON_ANAKINRA}),
        ((Phase.PRE_SCREENED, Phase.LYMPHODEPLETION), {Phase.LYMPHODEPLETION}),
        ((*SCREENED, Phase.LYMPHODEPLETION, Phase.SCREEN_FAILURE), {Phase.SCREEN_FAILURE}),
        # Enrolled late: the enrolment is what is out of order, and judged by itself.
        ((Phase.PRE_SCREENED, Phase.LYMPHODEPLETION, Phase.INFUSED, Phase.ENROLLED), {Phase.ENROLLED}),
    ],
)
def test_steps_to_which_the_lifecycle_does_not_lead(phases: tuple[Phase, ...], astray: set[Phase]) -> None:
    assert {step.phase for step in out_of_order(walk(*phases))} == astray


@pytest.mark.parametrize("entries", [(1, 2), (2, 1)])
@pytest.mark.parametrize("following", [Phase.LYMPHODEPLETION, Phase.ON_ANAKINRA])
def test_two_steps_of_one_day_are_in_order_whichever_was_entered_first(
    entries: tuple[int, int], following: Phase
) -> None:
    day = date(2026, 3, 9)
    both = [
        Step(day, 10 + entry, phase) for entry, phase in zip(entries, (Phase.INFUSED, following), strict=True)
    ]
    assert out_of_order([*walk(*SCREENED), *both]) == set()


@given(_steps)
def test_only_given_steps_are_out_of_order(steps: list[Step]) -> None:
    assert out_of_order(steps) <= set(steps)


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ([Phase.SCREENING, Phase.SCREEN_FAILURE], True),
        ([Phase.SCREENING, Phase.SCREEN_FAILURE, Phase.OFF_STUDY], True),
        ([Phase.SCREENING, Phase.OFF_STUDY], False),
        ([Phase.SCREENING, Phase.ENROLLED], False),
        ([Phase.OFF_STUDY], False),
        ([], False),
    ],
)
def test_a_screen_failure_stays_one_when_somebody_leaves_after_it(
    phases: list[Phase], expected: bool
) -> None:
    steps = [Step(date(2026, 1, 1 + entry), entry, phase) for entry, phase in enumerate(phases)]
    assert is_screen_failure(steps) is expected
