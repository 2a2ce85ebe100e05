"""Queries: how many are open, answered and closed, and how long that took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median

from followup.dashboards.drawing.bars import Bar, draw_bars
from followup.dashboards.figure import FEW, NBSP, Cell, Count, Figure, Groups, Measure, Table
from followup.dashboards.reading.conduct import Asked
from followup.dashboards.reading.frame import Frame

TITLE = "Queries"
DEFINITION = (
    "Queries raised by the data cut, by a rule or a person. Answered: an answer waits to be closed; what a "
    "rule then asks in other words is open again. The time to the last answer by the cut and to the closing "
    f"runs from when the query was raised, over those that got there; a median needs at least {FEW}. What a "
    "rule closed by itself has no answer."
)
SOURCE = "PACER design, screens, section 8; ICH E6(R3) 3.16 (data handling)"
HEAD = ("Site", "Raised", "Open", "Answered", "Closed", "Median days to answer", "Median days to close")
# A query that waits longer than this is called old [setting].
OLD = timedelta(days=14)


def draw(frame: Frame) -> Figure:
    """Count the queries by where they stand."""
    asked = [one for one in frame.conduct.queries if one.participant in frame.members]
    groups = Groups()
    sites = sorted({frame.people[one.participant].site for one in asked})
    rows = [
        _row(groups, code, [one for one in asked if frame.people[one.participant].site == code])
        for code in sites
    ]
    total = _row(groups, "", asked)
    old = [one for one in asked if one.closed_at is None and _waits(frame, one) > OLD]
    waiting = _count(groups, "old", f"Not closed for more than {OLD.days} days", old)
    bars = [
        Bar(name, cell.value, len(asked))
        for name, cell in (("Open", total[2]), ("Answered, to be closed", total[3]), ("Closed", total[4]),
                           (f"Not closed for more than {OLD.days} days", waiting))
        if isinstance(cell, Count)
    ]  # fmt: skip
    finding = [*_words(total), "; ", waiting, f" not closed for more than {OLD.days} days"]
    return Figure(
        "queries", TITLE, finding if asked else ["No query so far"], DEFINITION, SOURCE,
        Table("Queries by site", HEAD, [*rows, total] if asked else []),
        draw_bars(bars, f"{len(asked)} queries by where they stand") if asked else None,
        "" if asked else "No query has been raised by the data cut.", groups,
    )  # fmt: skip


def _waits(frame: Frame, one: Asked) -> timedelta:
    return min(frame.now, frame.cut_before(frame.people[one.participant].zone)) - one.raised_at


def _row(groups: Groups, code: str, asked: Sequence[Asked]) -> list[Cell]:
    """Write one row of the table; code "" is the row of all sites."""
    name, key = code or "All sites", code or "all"
    standing = {
        "open": [one for one in asked if one.answered_at is None and one.closed_at is None],
        "answered": [one for one in asked if one.answered_at is not None and one.closed_at is None],
        "closed": [one for one in asked if one.closed_at is not None],
    }
    counts = [
        _count(groups, f"{key}-{state}", f"{name}: queries {state}", each) for state, each in standing.items()
    ]
    return [
        name, _count(groups, f"{key}-raised", f"{name}: queries raised", asked), *counts,
        _days(one.answered_at - one.raised_at for one in asked if one.answered_at is not None),
        _days(one.closed_at - one.raised_at for one in asked if one.closed_at is not None),
    ]  # fmt: skip


def _words(total: Sequence[Cell]) -> list[str | Count]:
    _, raised, waiting, answered, closed, to_answer, to_close = total
    words: list[str | Count] = []
    for cell, name in ((raised, " raised: "), (waiting, " open, "), (answered, " answered, ")):
        words += [cell, name] if isinstance(cell, Count) else []
    words += [closed, " closed"] if isinstance(closed, Count) else []
    if isinstance(to_answer, Measure) and to_answer.value is not None:
        words.append(f"; median {to_answer} to the answer")
    if isinstance(to_close, Measure) and to_close.value is not None:
        words.append(f", {to_close} to the closing")
    return words


def _count(groups: Groups, key: str, label: str, asked: Sequence[Asked]) -> Count:
    return groups.events(key, label, "query", (one.participant for one in asked))


def _days(times: Iterable[timedelta]) -> Measure:
    """Return the median in days; too few have none."""
    known = [time.total_seconds() / 86400 for time in times]
    if len(known) < FEW:
        return Measure(None, "–")
    middle = median(known)
    return Measure(middle, f"{middle:.1f}{NBSP}days")
