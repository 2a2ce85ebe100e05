"""Grades that know what they rest on, and what is missing.

A sign whose inputs are incomplete is a Part with more than one possible grade. `settle` follows every
completion of the missing inputs: a grade stands when all of them lead to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

_NAMED_IN_A_SENTENCE = 4


class Status(StrEnum):
    """What a grade says beside its number."""

    GRADED = "graded"
    NO_CRS = "no_crs"
    NO_ICANS = "no_icans"
    RESOLVED = "resolved"
    INSUFFICIENT_DATA = "insufficient_data"


class Death(StrEnum):
    """The principal cause of a death, as far as the toxicity grades ask."""

    CRS = "crs"
    ICANS = "icans"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Grade:
    """A derived toxicity grade with its reason.

    `value` is 0 to 5, or None when a missing finding could change it; `missing` then names the findings.
    `query` is a sentence for the worklist, or None. `flags` are stable codes for screens and filters.
    Raises ValueError where value and status contradict each other.
    """

    value: int | None
    status: Status
    reason: str
    rule_version: str
    query: str | None = None
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) != (self.status is Status.INSUFFICIENT_DATA):
            raise ValueError("A grade is empty exactly when the data are insufficient.")
        if (self.value is not None and self.value > 0) != (self.status is Status.GRADED):
            raise ValueError("A grade above 0 is graded, a grade of 0 is not.")


@dataclass(frozen=True, slots=True)
class Part:
    """One sign's possible grades: one when all is known, several when `missing` inputs decide.

    `why` says the sign in a few words, empty where there is none.
    """

    grades: frozenset[int]
    why: str = ""
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_present(self) -> bool:
        """Tell whether the sign is there whatever the missing inputs turn out to be."""
        return min(self.grades) > 0


ABSENT = Part(frozenset({0}))


def certain(grade: int, why: str = "", *flags: str) -> Part:
    """Make a part of which everything is known."""
    return Part(frozenset({grade}), why, (), flags)


def unless_other_cause(part: Part, *, other_cause: bool | None, field: str) -> Part:
    """Take a sign away that has another cause; when that is not recorded, keep both possibilities."""
    if other_cause is True or part.grades == {0}:
        return ABSENT
    if other_cause is False:
        return part
    return Part(part.grades | {0}, part.why, (*part.missing, field), part.flags)


def yes_no(*, value: bool | None, grade: int, why: str, field: str) -> Part:
    """Make the part of a sign that is there, not there, or not recorded (None)."""
    if value is None:
        return Part(frozenset({0, grade}), why, (field,))
    return certain(grade, why) if value else ABSENT


def settle(
    parts: Sequence[Part], combine: Callable[[Sequence[int]], int]
) -> tuple[frozenset[int], tuple[str, ...]]:
    """Combine the parts over all completions of what is missing.

    Returns the possible grades, and the missing inputs that could change the grade (those of a part that
    makes a difference while the others stay the same). Parts must not share inputs.
    """
    outcomes = {chosen: combine(chosen) for chosen in product(*(sorted(part.grades) for part in parts))}
    missing: dict[str, None] = {}
    for index, part in enumerate(parts):
        if len(part.grades) > 1 and _makes_a_difference(index, outcomes):
            missing.update(dict.fromkeys(part.missing))
    return frozenset(outcomes.values()), tuple(missing)


def _makes_a_difference(index: int, outcomes: dict[tuple[int, ...], int]) -> bool:
    by_the_others: dict[tuple[int, ...], int] = {}
    return any(
        by_the_others.setdefault(chosen[:index] + chosen[index + 1 :], outcome) != outcome
        for chosen, outcome in outcomes.items()
    )


def ungraded(
    possible: Iterable[int],
    missing: tuple[str, ...],
    labels: dict[str, str],
    *,
    rule_version: str,
    flags: tuple[str, ...] = (),
) -> Grade:
    """Make the answer for findings that leave more than one grade possible."""
    *lower, highest = sorted(possible)
    grades = f"{', '.join(map(str, lower))} or {highest}"
    named = [labels[field] for field in missing[:_NAMED_IN_A_SENTENCE]]
    more = len(missing) - len(named)
    wanted = ", ".join(named) + (f" and {more} more" if more else "")
    return Grade(
        value=None,
        status=Status.INSUFFICIENT_DATA,
        reason=f"Grade {grades} is possible; missing: {wanted}.",
        rule_version=rule_version,
        query=f"Record what the grade depends on: {wanted}.",
        flags=flags,
        missing=missing,
    )


def entry_query(flags: Iterable[str], words: Mapping[str, str]) -> str | None:
    """Ask about findings that are possible but contradict each other; None when no flag has words for it."""
    odd = [words[flag] for flag in flags if flag in words]
    return f"Check the entry: {'; '.join(odd)}." if odd else None
