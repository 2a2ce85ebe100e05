"""Join successive observations into what lasted: vasopressors, oxygen, grades. Pure.

A finding holds until the next observation that says something of it, at most 24 h: later than that,
nobody knows. This is a rule of the drawing and derives nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from followup.timeline.facts import GradePoint, Support

HELD = timedelta(hours=24)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What one observation says of something."""

    at: datetime
    what: T


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """Successive observations that say the same; `lasts` when none came after the last of them."""

    first: Seen[T]
    ended_at: datetime
    count: int
    lasts: bool


def runs(seen: Sequence[Seen[T]], *, now: datetime) -> list[Run[T]]:
    """Join observations in order of time that say the same, at most 24 h apart.

    A run ends at the observation that says something else, 24 h after its last one, or now.
    """
    found: list[Run[T]] = []
    for index, each in enumerate(seen):
        following = seen[index + 1].at if index + 1 < len(seen) else None
        until = min(each.at + HELD, max(now, each.at))
        ended_at = until if following is None else min(following, each.at + HELD)
        last = found[-1] if found else None
        if last and last.first.what == each.what and last.ended_at == each.at:
            found[-1] = Run(last.first, ended_at, last.count + 1, following is None)
        else:
            found.append(Run(each, ended_at, 1, following is None))
    return found


def vasopressor_bars(seen: Sequence[Seen[frozenset[str]]], *, now: datetime) -> tuple[Support, ...]:
    """Draw one bar for each drug and run, so that the eye counts those that ran together."""
    bars = []
    for name in sorted({name for each in seen for name in each.what}):
        of_one = [Seen(each.at, name in each.what) for each in seen]
        bars += [
            Support(_title(name), run.first.at, run.ended_at, lasts=run.lasts)
            for run in runs(of_one, now=now)
            if run.first.what
        ]
    return tuple(sorted(bars, key=lambda bar: (bar.began_at, bar.name)))


def with_drug_log(seen: Sequence[Support], given: Sequence[Support]) -> tuple[Support, ...]:
    """Draw what the drug log says of a vasopressor into the bar of the same name: both are one infusion.

    The bar runs from the first to the last moment that either knows; what was only seen, or only
    written into the log, keeps a bar of its own.
    """
    bars = list(seen)
    for drug in given:
        same = [bar for bar in bars if _is_same_infusion(bar, drug)]
        began_at = min([drug.began_at, *(bar.began_at for bar in same)])
        ended_at = max([drug.ended_at, *(bar.ended_at for bar in same)])
        lasts = drug.lasts or any(bar.lasts and bar.ended_at > drug.ended_at for bar in same)
        bars = [bar for bar in bars if bar not in same]
        bars.append(Support(drug.name, began_at, ended_at, lasts=lasts, detail=drug.detail))
    return tuple(sorted(bars, key=lambda bar: (bar.began_at, bar.name)))


def _is_same_infusion(bar: Support, drug: Support) -> bool:
    is_named_alike = bar.name.casefold() == drug.name.casefold()
    return is_named_alike and bar.began_at <= drug.ended_at and drug.began_at <= bar.ended_at


@dataclass(frozen=True, slots=True)
class Breathing:
    """What somebody breathes with: words, and half (1) or full (2) height; 0 is room air."""

    words: str
    level: int


def oxygen_bars(seen: Sequence[Seen[Breathing]], *, now: datetime) -> tuple[Support, ...]:
    """Draw oxygen in stretches of the same device and flow."""
    return tuple(
        Support(run.first.what.words, run.first.at, run.ended_at, run.first.what.level, run.lasts)
        for run in runs(seen, now=now)
        if run.first.what.level
    )


@dataclass(frozen=True, slots=True)
class GradeStep:
    """One grade over successive assessments; `why` is the reason of the first of them."""

    began_at: datetime
    ended_at: datetime
    value: int | None
    why: str
    assessments: int = 1
    signed: str = ""


def grade_steps(points: Sequence[GradePoint], *, now: datetime) -> list[GradeStep]:
    """Join assessments in order of time with the same grade and the same signature into steps."""
    why = {point.at: point.why for point in points}
    seen = [Seen(point.at, (point.value, point.signed)) for point in points]
    return [
        GradeStep(
            run.first.at, run.ended_at, run.first.what[0], why[run.first.at], run.count, run.first.what[1]
        )
        for run in runs(seen, now=now)
    ]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
