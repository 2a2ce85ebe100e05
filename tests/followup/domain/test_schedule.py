"""Which visits are wanted, and on which dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.closing import Closing, closing_of
from followup.domain.schedule import AnchorDate, Plan, wanted_visits
from followup.domain.windows import Outcome
from participants.domain.ending import End, Ending, Reach
from participants.domain.milestones import KnownDate, MilestoneKind, dates_to_count_from

pytestmark = pytest.mark.once

D0 = date(2026, 3, 3)
D28 = Plan(1, "CAR_T", 28, 3, 3)
SURV = Plan(2, "ENDED", 90, 14, 14, repeat_every_days=90, until_day=365)


def test_a_visit_has_no_dates_while_its_anchor_is_missing() -> None:
    (visit,) = wanted_visits([D28], {}, None)
    assert visit.dates is None


def test_a_planned_anchor_projects() -> None:
    (visit,) = wanted_visits([D28], {"CAR_T": AnchorDate(D0, is_planned=True)}, None)
    assert visit.is_projected


def test_the_window_lies_around_the_target() -> None:
    (visit,) = wanted_visits([D28], {"CAR_T": AnchorDate(D0, is_planned=False)}, D0)
    assert visit.dates is not None
    assert (visit.dates.opens_on, visit.dates.closes_on) == (date(2026, 3, 28), date(2026, 4, 3))
    assert not visit.is_projected


def test_a_series_ends_with_its_last_day_included() -> None:
    relapse = D0 + timedelta(days=95)
    visits = list(wanted_visits([SURV], {"ENDED": AnchorDate(relapse, is_planned=False)}, D0))
    assert [(visit.dates.target_on - D0).days for visit in visits if visit.dates] == [185, 275, 365]
    assert [visit.occurrence for visit in visits] == [1, 2, 3]


def test_a_series_is_empty_when_its_first_visit_lies_beyond_the_end() -> None:
    relapse = D0 + timedelta(days=276)
    assert not list(wanted_visits([SURV], {"ENDED": AnchorDate(relapse, is_planned=False)}, D0))


@pytest.mark.parametrize("anchors", [{}, {"ENDED": AnchorDate(D0, is_planned=True)}])
def test_a_series_does_not_begin_before_its_event(anchors: dict[str, AnchorDate]) -> None:
    assert not list(wanted_visits([SURV], anchors, D0))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-400, 400), st.integers(-40, 40))
def test_moving_the_anchor_moves_the_whole_window(anchor: date, target: int, by: int) -> None:
    plan = Plan(1, "A", target, 5, 7)
    (first,) = wanted_visits([plan], {"A": AnchorDate(anchor, is_planned=False)}, None)
    (second,) = wanted_visits([plan], {"A": AnchorDate(anchor + timedelta(days=by), is_planned=False)}, None)
    assert first.dates
    assert second.dates
    assert second.dates.opens_on - first.dates.opens_on == timedelta(days=by)
    assert second.dates.closes_on - second.dates.opens_on == timedelta(days=12)


def closing(**given: object) -> Closing:
    facts: dict[str, object] = {
        "event_on": None,
        "ending": Ending(),
        "target_on": D0,
        "taken_from": Reach.VISITS,
        "waits_for_trigger": False,
    }
    return closing_of(**{**facts, **given})  # type: ignore[arg-type]


def end(words: str, day: int = 0, reach: Reach = Reach.EVERYTHING) -> End:
    return End(words, D0 + timedelta(days=day), reach)


def test_an_event_completes_its_visit_even_after_the_end() -> None:
    assert closing(event_on=D0, ending=Ending((end("Died"),))) == Closing(Outcome.ATTENDED, D0)


def test_the_end_of_participation_cancels_with_its_reason() -> None:
    assert closing(ending=Ending((end("Died 03 Mar 2026"),))).reason == "Died 03 Mar 2026"


def test_what_waited_for_a_trigger_does_not_apply_when_it_can_no_longer_come() -> None:
    past = Ending((end("Off study"),), trigger_is_past=True)
    assert closing(waits_for_trigger=True, ending=past).outcome is Outcome.NOT_APPLICABLE


RELAPSE = end("Relapse", 0, Reach.FOLLOW_UP)
WITHDRAWAL = end("End of visits", 10, Reach.VISITS)
DEATH = end("Died", 60)


@pytest.mark.parametrize(("days", "outcome"), [(0, Outcome.OPEN), (1, Outcome.CANCELLED)])
def test_relapse_cancels_follow_up_visits_with_a_later_target(days: int, outcome: Outcome) -> None:
    ending, target_on = Ending((RELAPSE,)), D0 + timedelta(days=days)
    assert closing(ending=ending, taken_from=Reach.FOLLOW_UP, target_on=target_on).outcome is outcome


@pytest.mark.parametrize("taken_from", [Reach.VISITS, Reach.EVERYTHING])
def test_relapse_keeps_what_does_not_count_from_day_zero(taken_from: Reach) -> None:
    target_on = D0 + timedelta(days=9)
    closed = closing(ending=Ending((RELAPSE,)), target_on=target_on, taken_from=taken_from)
    assert closed.outcome is Outcome.OPEN


@pytest.mark.parametrize(
    ("taken_from", "closes", "outcome"),
    [
        (Reach.FOLLOW_UP, 9, Outcome.MISSED),
        (Reach.FOLLOW_UP, 10, Outcome.CANCELLED),
        (Reach.VISITS, 9, Outcome.MISSED),
        (Reach.VISITS, 10, Outcome.CANCELLED),
        (Reach.VISITS, None, Outcome.CANCELLED),
        (Reach.EVERYTHING, 9, Outcome.OPEN),
        (Reach.EVERYTHING, 99, Outcome.OPEN),
    ],
)
def test_withdrawal_from_visits_cancels_every_visit_to_come_and_no_contact(
    taken_from: Reach, closes: int | None, outcome: Outcome
) -> None:
    closes_on = None if closes is None else D0 + timedelta(days=closes)
    closed = closing(ending=Ending((WITHDRAWAL,)), taken_from=taken_from, closes_on=closes_on)
    assert closed.outcome is outcome


@pytest.mark.parametrize("ends", [(DEATH, WITHDRAWAL), (WITHDRAWAL, DEATH)])
@pytest.mark.parametrize(
    ("taken_from", "closes", "outcome", "why"),
    [
        (Reach.VISITS, 9, Outcome.MISSED, "End of visits"),
        (Reach.VISITS, 31, Outcome.CANCELLED, "End of visits"),
        (Reach.FOLLOW_UP, 31, Outcome.CANCELLED, "End of visits"),
        (Reach.EVERYTHING, 31, Outcome.MISSED, "Died"),
        (Reach.EVERYTHING, 99, Outcome.CANCELLED, "Died"),
    ],
)
def test_of_a_withdrawal_from_visits_and_a_later_death_the_first_that_takes_a_visit_decides(
    ends: tuple[End, ...], taken_from: Reach, closes: int, outcome: Outcome, why: str
) -> None:
    closes_on = D0 + timedelta(days=closes)
    closed = closing(ending=Ending(ends), taken_from=taken_from, closes_on=closes_on, target_on=closes_on)
    assert (closed.outcome, closed.reason.partition(".")[0]) == (outcome, why)


def test_withdrawal_from_visits_after_a_relapse_takes_what_the_relapse_had_kept() -> None:
    target_on = D0 + timedelta(days=28)
    closed = closing(ending=Ending((RELAPSE, WITHDRAWAL)), target_on=target_on, closes_on=target_on)
    assert closed == Closing(Outcome.CANCELLED, None, "End of visits")


def known(kind: MilestoneKind, day: int, *, is_planned: bool = False) -> KnownDate:
    return KnownDate(kind, D0 + timedelta(days=day), is_planned)


def test_what_happened_goes_before_what_was_planned() -> None:
    dates = [known(MilestoneKind.INFUSION, -5, is_planned=True), known(MilestoneKind.INFUSION, 2)]
    assert dates_to_count_from(dates)["infusion"].on == D0 + timedelta(days=2)


def test_day_zero_is_the_first_of_two_infusions() -> None:
    dates = [known(MilestoneKind.INFUSION, 170), known(MilestoneKind.INFUSION, 0)]
    assert dates_to_count_from(dates)["infusion"].on == D0


@pytest.mark.parametrize(
    ("days", "infusion", "expected"),
    [([-20, -6], 0, -6), ([-6, 164], 0, -6), ([-20, -6], None, -6), ([3], 0, 3)],
)
def test_lymphodepletion_counts_from_the_last_start_before_the_infusion(
    days: list[int], infusion: int | None, expected: int
) -> None:
    dates = [known(MilestoneKind.LD_START, day) for day in days]
    dates += [known(MilestoneKind.INFUSION, infusion)] if infusion is not None else []
    assert dates_to_count_from(dates)["ld_start"].on == D0 + timedelta(days=expected)


@pytest.mark.parametrize(("days", "outcome"), [(-1, Outcome.MISSED), (0, Outcome.CANCELLED)])
def test_what_was_overdue_before_the_end_stays_due_as_missed(days: int, outcome: Outcome) -> None:
    closed = closing(ending=Ending((end("Died 03 Mar 2026"),)), closes_on=D0 + timedelta(days=days))
    assert closed.outcome is outcome
    assert closed.reason.startswith("Died 03 Mar 2026")


@pytest.mark.parametrize(
    "given", [{"is_owed": False}, {"closes_on": None}], ids=["never overdue", "no window"]
)
def test_what_was_not_overdue_before_the_end_is_cancelled(given: dict[str, object]) -> None:
    facts = {"ending": Ending((end("Died"),)), "closes_on": D0 - timedelta(days=1)} | given
    assert closing(**facts).outcome is Outcome.CANCELLED


def test_what_a_relapse_had_ended_is_not_missed_by_a_later_death() -> None:
    target_on = D0 + timedelta(days=9)
    closed = closing(
        ending=Ending((DEATH, RELAPSE)), taken_from=Reach.FOLLOW_UP, target_on=target_on, closes_on=target_on
    )
    assert closed == Closing(Outcome.CANCELLED, None, "Relapse")
