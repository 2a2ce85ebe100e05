"""Grade CRS over a course: each assessment knows whether CRS had begun and which drugs were given since.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2 and its note on antipyretic and
anticytokine therapy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from participants.domain import crs_signs
from participants.domain.crs import crs_grade
from participants.domain.crs_findings import CrsFindings
from participants.domain.episodes import (
    FEVER_MASKED,
    Episode,
    Observation,
    crs_episodes,
    is_unsure_at,
    onset_of_episode_at,
)
from participants.domain.exposure import Exposure, given_after_onset, undated
from participants.domain.grade import Grade, Part

# What the dose and medication log answers.
_OF_DRUGS = frozenset({"prior_crs_this_episode", "antipyretic_or_anticytokine_after_onset"})


@dataclass(frozen=True, slots=True)
class Assessed:
    """The findings of one moment (aware); `ref` is whatever the caller calls it.

    What the course itself knows is left out of the findings: the day after the infusion, whether CRS began
    earlier, and which drugs were given since.
    """

    ref: int
    at: datetime
    findings: CrsFindings


@dataclass(frozen=True, slots=True)
class CourseOfCrs:
    """The grades by `ref`, and the episodes in order."""

    grades: Mapping[int, Grade]
    episodes: tuple[Episode, ...]


def grade_course(
    assessed: Iterable[Assessed],
    *,
    infused_at: datetime,
    day_zero: date,
    zone: tzinfo,
    exposures: Iterable[Exposure],
    now: datetime | None = None,
) -> CourseOfCrs:
    """Grade every assessment from the infusion on, and find the episodes.

    `now` None ends the course at its last assessment, so that the same findings give the same answer on any
    day. Assessments before the infusion have no grade.
    """
    seen = sorted((each for each in assessed if each.at >= infused_at), key=lambda each: each.at)
    if not seen:
        return CourseOfCrs({}, ())
    until, drugs = seen[-1].at if now is None else now, list(exposures)

    def episodes(grades: Mapping[int, Grade]) -> tuple[Episode, ...]:
        observed = [_signs(each, grades.get(each.ref)) for each in seen]
        return crs_episodes(observed, infused_at=infused_at, drugs=drugs, now=until)

    known = episodes({})
    grades = {}
    for each in seen:
        grade = crs_grade(_in_course(each, known, drugs, day_zero=day_zero, zone=zone))
        grades[each.ref] = _asking_for_dates(grade, each, known, drugs)
    return CourseOfCrs(grades, episodes(grades))


def _in_course(
    each: Assessed,
    episodes: Sequence[Episode],
    drugs: Sequence[Exposure],
    *,
    day_zero: date,
    zone: tzinfo,
) -> CrsFindings:
    onset_at = onset_of_episode_at(episodes, each.at)
    return replace(
        each.findings,
        prior_crs_this_episode=None if is_unsure_at(episodes, each.at) else onset_at is not None,
        antipyretic_or_anticytokine_after_onset=given_after_onset(drugs, onset_at=onset_at, at=each.at),
        days_post_infusion=(each.at.astimezone(zone).date() - day_zero).days,
    )


def _asking_for_dates(
    grade: Grade, each: Assessed, episodes: Sequence[Episode], drugs: Sequence[Exposure]
) -> Grade:
    """Let the question about drugs since onset name those of which only a part of the date is known."""
    onset_at = onset_of_episode_at(episodes, each.at)
    if onset_at is None or not _OF_DRUGS & set(grade.missing):
        return grade
    names = undated(drugs, since=min(onset_at, each.at - FEVER_MASKED), up_to=each.at)
    return replace(grade, query=f"{grade.query} Not fully dated: {', '.join(names)}.") if names else grade


def _signs(each: Assessed, grade: Grade | None) -> Observation:
    return Observation(
        at=each.at,
        fever=_is_there(crs_signs.fever(each.findings)),
        hypotension=_is_there(crs_signs.hypotension(each.findings)),
        hypoxia=_is_there(crs_signs.hypoxia(each.findings)),
        grade=grade,
    )


def _is_there(part: Part) -> bool | None:
    if part.is_present:
        return True
    return False if part.grades == {0} else None
