"""The clocks of a serious adverse event: when each report is due, and how it stands.

Calendar days: the day of receipt is day 0, weekends and holidays do not extend, a report of day n
is in time until that day ends at the site. Hours are real time, the last moment included.

Source: 21 CFR 312.32(c) and (d) (expedited reports under an IND); ICH E2A, III; PACER design,
clinical rules, section 7, whose values for the site's report and the follow-up are settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

SEVEN_DAYS, FIFTEEN_DAYS = 7, 15
# These make a serious event one of the fatal or life-threatening ones; the grade does not.
GRAVE = frozenset({"death", "life_threatening"})


class ReportKind(StrEnum):
    """A report that is sent about a serious event."""

    TO_SPONSOR = "to_sponsor"
    SPONSOR_FOLLOW_UP = "sponsor_follow_up"
    TO_REGULATOR = "to_regulator"
    REGULATOR_FOLLOW_UP = "regulator_follow_up"
    TO_IRB = "to_irb"


REPORT_NAMES: dict[ReportKind, str] = {
    ReportKind.TO_SPONSOR: "Site to sponsor",
    ReportKind.SPONSOR_FOLLOW_UP: "Site to sponsor, follow-up",
    ReportKind.TO_REGULATOR: "Sponsor to regulator",
    ReportKind.REGULATOR_FOLLOW_UP: "Sponsor to regulator, follow-up",
    ReportKind.TO_IRB: "To the ethics committee",
}


class ClockKind(StrEnum):
    """A clock; the value is what pages call it."""

    SITE = "Site to sponsor"
    SEVEN = "7-day report"
    FIFTEEN = "15-day report"
    FOLLOW_UP = "Follow-up report"


@dataclass(frozen=True)
class ClockRules:
    """What the study says: `is_under_ind` None is not said, and the sponsor's clocks do not run."""

    zone: tzinfo
    site_hours: int = 24
    follow_up_days: int = 15
    is_under_ind: bool | None = None
    counts_from_determination: bool = False


@dataclass(frozen=True)
class SentReport:
    """A report that was sent, with its moment."""

    kind: ReportKind
    sent_at: datetime


@dataclass(frozen=True)
class SeriousFacts:
    """What the clocks read of a serious event; None is not yet known or has not happened."""

    site_aware_at: datetime
    sponsor_aware_at: datetime | None = None
    determined_at: datetime | None = None
    criteria: frozenset[str] = frozenset()
    is_expected: bool | None = None
    is_suspected_reaction: bool | None = None
    reports: tuple[SentReport, ...] = ()

    @property
    def is_grave(self) -> bool:
        """Whether the event is fatal or life-threatening."""
        return bool(self.criteria & GRAVE)

    @property
    def may_be_expedited(self) -> bool:
        """Whether the event is an unexpected suspected reaction; what is not yet judged may be."""
        return self.is_expected is not True and self.is_suspected_reaction is not False

    @property
    def is_judged(self) -> bool:
        """Whether both expectedness and suspicion are decided."""
        return self.is_expected is not None and self.is_suspected_reaction is not None

    def first_sent(self, kind: ReportKind) -> datetime | None:
        """Return when the first report of a kind was sent, None for none."""
        return min((report.sent_at for report in self.reports if report.kind is kind), default=None)


@dataclass(frozen=True)
class Clock:
    """One clock. The report is in time while sent before `late_from`, which itself is too late.

    `is_provisional` means that it runs until somebody judges that it need not.
    """

    kind: ClockKind
    started_at: datetime
    late_from: datetime
    done_at: datetime | None
    is_provisional: bool = False

    @property
    def due_at(self) -> datetime:
        """The last minute in which the report is in time."""
        return self.late_from - timedelta(minutes=1)

    def is_late(self, now: datetime) -> bool:
        """Say whether the report was late, or is by now."""
        return (self.done_at or now) >= self.late_from

    def left(self, now: datetime) -> timedelta:
        """Return the time that is left, negative when it has run out."""
        return self.late_from - now

    def share_used(self, now: datetime) -> float:
        """Return how much of the time is used, 0 to 1; up to the report where one was sent."""
        whole = (self.late_from - self.started_at).total_seconds()
        used = ((self.done_at or now) - self.started_at).total_seconds()
        return min(max(used / whole, 0.0), 1.0) if whole > 0 else 1.0


def clocks_of(facts: SeriousFacts, rules: ClockRules) -> list[Clock]:
    """Return the clocks of a serious event, in the order in which they start.

    The site's clock always runs. The sponsor's run only under an IND and from the sponsor's receipt;
    an event that is found expected, or no suspected reaction, has none. The 15 days count from
    receipt, the stricter, unless the study says from the determination.
    """
    found = [_site_clock(facts, rules)]
    received_at = facts.sponsor_aware_at
    if not rules.is_under_ind or received_at is None or not facts.may_be_expedited:
        return found
    sent_at = facts.first_sent(ReportKind.TO_REGULATOR)
    kind, days = (ClockKind.SEVEN, SEVEN_DAYS) if facts.is_grave else (ClockKind.FIFTEEN, FIFTEEN_DAYS)
    began_at = received_at
    if kind is ClockKind.FIFTEEN and rules.counts_from_determination:
        began_at = facts.determined_at or received_at
    found.append(
        Clock(
            kind,
            began_at,
            end_of_day(began_at, days, rules.zone),
            sent_at,
            is_provisional=not facts.is_judged,
        )
    )
    if sent_at is not None:
        followed_at = facts.first_sent(ReportKind.REGULATOR_FOLLOW_UP)
        late_from = end_of_day(sent_at, rules.follow_up_days, rules.zone)
        found.append(Clock(ClockKind.FOLLOW_UP, sent_at, late_from, followed_at))
    return found


def end_of_day(received_at: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the midnight, in UTC, that ends the n-th calendar day after the day of receipt."""
    day = received_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def running(clocks: Iterable[Clock]) -> list[Clock]:
    """Return the clocks whose report has not been sent, the most urgent first."""
    return sorted((clock for clock in clocks if clock.done_at is None), key=lambda clock: clock.late_from)


def time_left_words(left: timedelta) -> str:
    """Write what is left or overdue of a clock: `3 h 20 min left`, `2 d 4 h left`, `5 h overdue`."""
    minutes = int(abs(left).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h")] if days else [(hours, "h"), (minutes if hours < 12 else 0, "min")]
    words = " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"
    return f"{words} left" if left > timedelta(0) else f"{words} overdue"


def _site_clock(facts: SeriousFacts, rules: ClockRules) -> Clock:
    aware_at = facts.site_aware_at.astimezone(UTC)
    # The last of the hours counts whole: reports are entered to the minute.
    late_from = aware_at + timedelta(hours=rules.site_hours, minutes=1)
    return Clock(ClockKind.SITE, aware_at, late_from, facts.first_sent(ReportKind.TO_SPONSOR))
