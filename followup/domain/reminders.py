"""Which reminders a visit deserves and when: rules as data.

Source: PACER design, reminders, "Which", "Hour", "Expiry"; clinical rules, section 9 (projected visits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from followup.domain.windows import VisitDates

# [setting] Weekly after the first week, until an outcome or this many days after closing.
OVERDUE_UNTIL_DAYS = 60
MORNING = time(7)  # [setting] at the site
# The moments of this many days are looked at again as a whole; nothing lives longer.
LONGEST_LIFE_DAYS = 14
# More new reminders than this are held for a person: a wrong infusion date re-anchors everything.
FLOOD_OF_ONE_PARTICIPANT = 30
FLOOD_OF_ONE_CYCLE = 200


class Kind(StrEnum):
    """What a reminder is about; GROUP is a mail that carries several."""

    UPCOMING = "upcoming"
    OPENS = "opens"
    DUE = "due"
    CLOSES = "closes"
    OVERDUE = "overdue"
    GROUP = "group"

    @property
    def label(self) -> str:
        """The words that pages show."""
        return KIND_NAMES[self]


KIND_NAMES: dict[Kind, str] = {
    Kind.UPCOMING: "Upcoming",
    Kind.OPENS: "Window opens",
    Kind.DUE: "Due",
    Kind.CLOSES: "Window closes tomorrow",
    Kind.OVERDUE: "Overdue",
    Kind.GROUP: "Several items",
}

# Of several that fall on one day at the site, only the most urgent is planned.
URGENCY: dict[Kind, int] = {Kind.UPCOMING: 1, Kind.OPENS: 2, Kind.DUE: 3, Kind.CLOSES: 4, Kind.OVERDUE: 5}
LIFE_DAYS: dict[Kind, int] = {
    Kind.UPCOMING: 3,
    Kind.OPENS: 3,
    Kind.DUE: 14,
    Kind.CLOSES: 14,
    Kind.OVERDUE: 14,
}


@dataclass(frozen=True)
class Rule:
    """A reminder `days` after the reference date of its kind (negative: before), at an hour of the site."""

    kind: Kind
    days: int
    at: time = MORNING

    @property
    def ordinal(self) -> int:
        """The number that tells the reminders of one kind and reference date apart."""
        return abs(self.days)

    @property
    def life_days(self) -> int:
        """Days after which the reminder expires at the latest."""
        return LIFE_DAYS[self.kind]

    def reference_of(self, due_on: date) -> date:
        """Return the reference date whose reminder falls due on a day."""
        return due_on - timedelta(days=self.days)


def _overdue_days() -> Iterator[int]:
    yield from (1, 3)
    yield from range(7, OVERDUE_UNTIL_DAYS + 1, 7)


RULES: tuple[Rule, ...] = (
    Rule(Kind.UPCOMING, -14),
    Rule(Kind.UPCOMING, -3),
    Rule(Kind.OPENS, 0),
    Rule(Kind.DUE, 0),
    Rule(Kind.CLOSES, -1),
    *(Rule(Kind.OVERDUE, days) for days in _overdue_days()),
)


@dataclass(frozen=True)
class Subject:
    """An open visit as far as its reminders need it; `appointment_on` None without a standing appointment."""

    dates: VisitDates
    appointment_on: date | None = None
    is_projected: bool = False


@dataclass(frozen=True)
class Moment:
    """A reminder on the calendar of the site: due at the rule's hour, gone at `expires_on`, same hour."""

    rule: Rule
    reference_on: date
    due_on: date
    expires_on: date


def reference(kind: Kind, subject: Subject) -> date | None:
    """Return the date that a kind of reminder counts from; None when the visit has no such reminder.

    Upcoming counts from the appointment, else the target. A window that opens on its target or
    closes on it has no reminder of its own, and a projected visit is never overdue.
    """
    dates = subject.dates
    if kind is Kind.UPCOMING:
        return subject.appointment_on or dates.target_on
    if kind is Kind.OPENS:
        return dates.opens_on if dates.opens_on < dates.target_on else None
    if kind is Kind.DUE:
        return dates.target_on
    if kind is Kind.CLOSES:
        return dates.closes_on if dates.closes_on > dates.target_on else None
    return None if subject.is_projected or kind is Kind.GROUP else dates.closes_on


def moments(subject: Subject) -> list[Moment]:
    """List all reminders of an open visit in order of their days, at most one a day.

    Each expires when the next falls due, at the latest after its kind's life.
    """
    by_day: dict[date, tuple[Rule, date]] = {}
    for rule in RULES:
        counted_from = reference(rule.kind, subject)
        if counted_from is None:
            continue
        due_on = counted_from + timedelta(days=rule.days)
        standing = by_day.get(due_on)
        if standing is None or URGENCY[standing[0].kind] < URGENCY[rule.kind]:
            by_day[due_on] = (rule, counted_from)
    days = sorted(by_day)
    following = [*days[1:], date.max]
    return [
        Moment(*by_day[day], day, min(following_day, day + timedelta(days=by_day[day][0].life_days)))
        for day, following_day in zip(days, following, strict=True)
    ]
