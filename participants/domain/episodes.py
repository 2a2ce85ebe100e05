"""Follow CRS over time: onset, resolution, reopening, maximum grade, worst grade of each day.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638 (CRS begins with fever; grading over its
course); the durations are settings of the study.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from participants.domain.exposure import Exposure, masked_at
from participants.domain.grade import Grade

RESOLUTION_HELD = timedelta(hours=24)
FEVER_MASKED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The signs attributed to CRS at a moment (aware, any zone); None means not recorded."""

    at: datetime
    fever: bool | None
    hypotension: bool | None
    hypoxia: bool | None
    grade: Grade | None = None

    @property
    def has_sign(self) -> bool:
        """Tell whether any sign is recorded as present."""
        return True in (self.fever, self.hypotension, self.hypoxia)

    @property
    def is_free(self) -> bool:
        """Tell whether all three signs are recorded as absent."""
        return (self.fever, self.hypotension, self.hypoxia) == (False, False, False)


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of CRS, moments in UTC.

    `resolved_at` is None while it lasts. `maximum` is None without a derived grade; `has_ungraded` tells that
    an assessment within it lacked data, so the maximum may be higher. `reopened_at` lists the moments at
    which signs came back after a resolution, while fever may have been masked: each asks for a query.
    `unsure` lists the spans (both ends included, None while it goes on) after a reopening that rests on a
    drug whose date is not fully known: nobody can say whether the episode lasts in them.
    """

    onset_at: datetime
    resolved_at: datetime | None = None
    maximum: int | None = None
    has_ungraded: bool = False
    reopened_at: tuple[datetime, ...] = ()
    unsure: tuple[tuple[datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class EpisodeRules:
    """The durations [settings]: the hold excludes its end, the masking includes it."""

    held: timedelta = RESOLUTION_HELD
    masked: timedelta = FEVER_MASKED


def crs_episodes(
    observations: Iterable[Observation],
    *,
    infused_at: datetime,
    drugs: Iterable[Exposure],
    now: datetime,
    rules: EpisodeRules | None = None,
) -> tuple[Episode, ...]:
    """Find the episodes of CRS after an infusion, in order.

    Onset is the first fever attributed to CRS at or after the infusion. Resolution is the first observation
    free of all signs that no sign follows for 24 h, once 24 h have passed. Later signs at most 7 days after
    an antipyretic or anticytokine drug reopen the episode; else a new one needs fever. A drug of which only
    the month or the year is known, and which may lie in these 7 days, reopens it too, as unsure.
    """
    limits = rules or EpisodeRules()
    since, until = _utc(infused_at), _utc(now)
    seen = sorted((_in_utc(each) for each in observations), key=lambda each: each.at)
    seen = [each for each in seen if since <= each.at <= until]
    given = list(drugs)
    found: list[Episode] = []
    for each in seen:
        if _is_open(found):
            if each.is_free and _holds(each.at, seen, until, limits.held):
                found[-1] = _resolved(found[-1], each.at)
        elif (
            each.has_sign
            and found
            and (masked := masked_at(given, each.at, masked=limits.masked)) is not False
        ):
            found[-1] = _reopened(found[-1], each.at, is_sure=bool(masked))
        elif each.fever:
            found.append(Episode(each.at))
    return tuple(_with_maximum(episode, seen) for episode in found)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _in_utc(observation: Observation) -> Observation:
    return replace(observation, at=_utc(observation.at))


def _is_open(found: list[Episode]) -> bool:
    return bool(found) and found[-1].resolved_at is None


def _holds(at: datetime, seen: Sequence[Observation], now: datetime, held: timedelta) -> bool:
    return now >= at + held and not any(each.has_sign for each in seen if at <= each.at < at + held)


def _reopened(episode: Episode, at: datetime, *, is_sure: bool) -> Episode:
    unsure = episode.unsure if is_sure else (*episode.unsure, (at, None))
    return replace(episode, resolved_at=None, reopened_at=(*episode.reopened_at, at), unsure=unsure)


def _resolved(episode: Episode, at: datetime) -> Episode:
    unsure = tuple((began_at, ended_at or at) for began_at, ended_at in episode.unsure)
    return replace(episode, resolved_at=at, unsure=unsure)


def _with_maximum(episode: Episode, seen: Sequence[Observation]) -> Episode:
    end = episode.resolved_at
    grades = [
        each.grade
        for each in seen
        if each.grade is not None and episode.onset_at <= each.at and (end is None or each.at <= end)
    ]
    known = [grade.value for grade in grades if grade.value is not None]
    return replace(episode, maximum=max(known, default=None), has_ungraded=len(known) < len(grades))


def onset_of_episode_at(episodes: Iterable[Episode], at: datetime) -> datetime | None:
    """Give the onset of the episode that lasts at a moment, or None; answers `prior_crs_this_episode`.

    The onset itself is not earlier than itself: at that moment the answer is None. The moment of resolution
    still belongs to the episode.
    """
    for episode in episodes:
        if episode.onset_at < at and (episode.resolved_at is None or at <= episode.resolved_at):
            return episode.onset_at
    return None


def is_unsure_at(episodes: Iterable[Episode], at: datetime) -> bool:
    """Tell whether nobody can say if an episode lasts at a moment: a drug's date is not fully known."""
    return any(
        began_at <= at and (ended_at is None or at <= ended_at)
        for each in episodes
        for began_at, ended_at in each.unsure
    )


@dataclass(frozen=True, slots=True)
class DailyMaximum:
    """The worst grade of one day at the site; None when none could be derived.

    `has_ungraded` tells that an assessment of the day lacked data, so the worst may be higher.
    """

    on: date
    value: int | None
    has_ungraded: bool


def daily_maxima(graded: Iterable[tuple[datetime, Grade]], *, zone: tzinfo) -> tuple[DailyMaximum, ...]:
    """Give the worst CRS or ICANS grade of each site-local calendar day that has an assessment, in order."""
    by_day: dict[date, list[int | None]] = {}
    for at, grade in graded:
        by_day.setdefault(at.astimezone(zone).date(), []).append(grade.value)
    return tuple(
        DailyMaximum(day, max((value for value in values if value is not None), default=None), None in values)
        for day, values in sorted(by_day.items())
    )
