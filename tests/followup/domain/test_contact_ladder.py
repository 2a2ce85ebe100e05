"""The ladder to loss."""

from datetime import date

from followup.domain.contact_ladder import Attempt, climb

FIRST, SECOND, THIRD, FOURTH = (date(2026, 6, day) for day in (1, 2, 3, 4))


def test_three_days_without_an_answer_propose_loss() -> None:
    assert climb([Attempt(day, reached=False) for day in (FIRST, SECOND, THIRD)], needed=3).proposes_loss


def test_two_attempts_on_one_day_count_once() -> None:
    ladder = climb([Attempt(day, reached=False) for day in (FIRST, FIRST, SECOND)], needed=3)
    assert not ladder.proposes_loss
    assert ladder.missing == 1


def test_an_answer_begins_the_ladder_again() -> None:
    tried = [Attempt(FIRST, reached=False), Attempt(SECOND, reached=True), Attempt(THIRD, reached=False)]
    assert climb(tried, needed=3).days == (THIRD,)


def test_an_attempt_on_the_day_of_an_answer_does_not_count() -> None:
    assert climb([Attempt(FIRST, reached=True), Attempt(FIRST, reached=False)], needed=3).days == ()


def test_nobody_tried_is_the_first_rung() -> None:
    ladder = climb([], needed=3)
    assert (ladder.missing, ladder.last_reached_on, ladder.proposes_loss) == (3, None, False)
