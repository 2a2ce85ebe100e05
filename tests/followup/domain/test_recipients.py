"""Who is told."""

from datetime import UTC, datetime, timedelta

from followup.domain.recipients import Holder, recipients

DUE = datetime(2026, 3, 3, 13, tzinfo=UTC)
NOW = DUE + timedelta(minutes=1)
LONG_AGO = DUE - timedelta(days=100)
NAMED, OTHER, THIRD = 1, 2, 3


def holder(staff: int, starts_at: datetime = LONG_AGO, ends_at: datetime | None = None) -> Holder:
    return Holder(staff, starts_at, ends_at)


def told(named: int | None, *holders: Holder) -> set[int]:
    return recipients(named, holders, due_at=DUE, now=NOW)


def test_the_named_coordinator_alone_is_told_while_delegated() -> None:
    assert told(NAMED, holder(NAMED), holder(OTHER)) == {NAMED}


def test_all_coordinators_of_the_site_are_told_when_nobody_is_named() -> None:
    assert told(None, holder(OTHER), holder(THIRD)) == {OTHER, THIRD}


def test_the_others_are_told_when_the_named_coordinator_has_left() -> None:
    assert told(NAMED, holder(NAMED, ends_at=DUE), holder(OTHER)) == {OTHER}


def test_who_was_added_later_gets_nothing_due_before() -> None:
    assert told(None, holder(OTHER, starts_at=DUE + timedelta(seconds=1)), holder(THIRD, starts_at=DUE)) == {
        THIRD
    }


def test_who_leaves_between_due_and_now_is_not_told() -> None:
    assert told(None, holder(OTHER, ends_at=NOW), holder(THIRD, ends_at=NOW + timedelta(seconds=1))) == {
        THIRD
    }
