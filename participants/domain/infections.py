"""Infection episodes: what is one episode, how severe it was, and how often they come.

Source: Hill et al., Blood 2018;131:121-130 (periods and density after CAR-T cells); PACER design,
clinical rules, section 6.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from participants.domain.rates import Rate, exact_rate

SAME_EPISODE_DAYS = 14


@dataclass(frozen=True)
class Period:
    """Days since the infusion, both ends included."""

    first_day: int
    last_day: int

    @property
    def label(self) -> str:
        """The period in words."""
        return f"days {self.first_day} to {self.last_day}"


# The periods of Hill et al.; an installation may count by others [setting].
PERIODS = (Period(0, 28), Period(29, 90))


@dataclass(frozen=True)
class Watched:
    """Somebody at risk, from the infusion to the last day at risk, both included."""

    participant: int
    day_zero: date
    until: date


@dataclass(frozen=True)
class Episode:
    """One infection episode; `group` is what a table is split by, such as the type."""

    participant: int
    onset_on: date
    group: str = ""


@dataclass(frozen=True)
class Density:
    """Episodes of one group in one period, and per 100 person-days; `rate` None without time at risk.

    `whom` holds the participants, once for each of their episodes.
    """

    period: Period
    group: str
    episodes: int
    participants: int
    person_days: int
    rate: Rate | None
    whom: tuple[int, ...] = ()


def severity_by_treatment(
    *, route: str, was_hospitalised: bool | None, was_in_icu: bool | None, is_fatal: bool
) -> str:
    """Grade an episode by what it took: mild none, moderate oral, severe IV or hospital.

    Intensive care counts as life-threatening [interpretation, shown]. A topical or inhaled drug is
    treatment at home, as an oral one is. None and "" count as not needed.

    Source: PACER design, clinical rules, section 6.
    """
    if is_fatal:
        return "fatal"
    if was_in_icu:
        return "life_threatening"
    if route == "iv" or was_hospitalised:
        return "severe"
    return "moderate" if route in {"oral", "topical"} else "mild"


def same_organism(one: str, other: str) -> bool:
    """Say whether two names, both known, are the same but for case and blanks."""
    return bool(one.strip()) and " ".join(one.split()).lower() == " ".join(other.split()).lower()


def may_be_same_episode(
    earlier: tuple[str, str, date], later: tuple[str, str, date], *, within_days: int = SAME_EPISODE_DAYS
) -> bool:
    """Say whether (organism, site, onset) of two entries propose one episode.

    The days run from onset to onset, the last included [setting]. An unknown organism proposes nothing.
    """
    apart = (later[2] - earlier[2]).days
    return same_organism(earlier[0], later[0]) and earlier[1] == later[1] and 0 <= apart <= within_days


def at_risk_until(
    last_contact_on: date, *, died_on: date | None, relapsed_on: date | None, next_therapy_on: date | None
) -> date:
    """Return the last day at risk, itself included: death, relapse or next therapy, last contact."""
    return min(on for on in (last_contact_on, died_on, relapsed_on, next_therapy_on) if on is not None)


def days_at_risk(one: Watched, period: Period) -> int:
    """Count the days of a period on which somebody was at risk, day zero included."""
    first = one.day_zero + timedelta(days=period.first_day)
    last = min(one.until, one.day_zero + timedelta(days=period.last_day))
    return max((last - first).days + 1, 0)


def densities(
    people: Sequence[Watched],
    episodes: Iterable[Episode],
    *,
    periods: Sequence[Period] = PERIODS,
    conf: float = 0.95,
) -> list[Density]:
    """Count episodes per 100 person-days with exact Poisson limits, by period and group.

    An episode counts in the period of its onset, if its participant was at risk on that day. Groups
    come in the order of their names; a period without an episode has one row without a group.
    """
    known = {one.participant: one for one in people}
    counted = list(episodes)
    rows: list[Density] = []
    for period in periods:
        person_days = sum(days_at_risk(one, period) for one in people)
        inside = [each for each in counted if _counts(each, known.get(each.participant), period)]
        numbers = Counter(each.group for each in inside)
        for group in sorted(numbers) or [""]:
            whom = tuple(each.participant for each in inside if each.group == group)
            rate = exact_rate(numbers[group], person_days, conf=conf) if person_days else None
            rows.append(Density(period, group, numbers[group], len(set(whom)), person_days, rate, whom))
    return rows


def _counts(episode: Episode, watched: Watched | None, period: Period) -> bool:
    if watched is None or episode.onset_on > watched.until:
        return False
    day = (episode.onset_on - watched.day_zero).days
    return period.first_day <= day <= period.last_day
