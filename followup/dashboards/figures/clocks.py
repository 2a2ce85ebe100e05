"""The clocks of serious events: reported in time, late, or running, and how long the reports took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import FEW, NBSP, Cell, Count, Figure, Groups, Measure, Table, plural
from followup.dashboards.reading.conduct import Serious
from followup.dashboards.reading.frame import Frame
from participants.domain.clocks import Clock, ClockKind, SeriousFacts, clocks_of
from participants.serious_clocks import clock_rules, sponsor_known_at

TITLE = "Clocks of serious events"
DEFINITION = (
    "Each standing serious event of which the site knew by the data cut. Site to sponsor: hours of real "
    "time from the site's awareness [setting]. 7-day and 15-day reports run only under an IND, from the "
    "sponsor's receipt (until it is recorded, from the site's report), for what is or may be an unexpected "
    "suspected reaction; in time until the last calendar day ends at the site. Not due: the event has no "
    "such clock. Overdue: not reported, and the time is over."
)
SOURCE = "21 CFR 312.32(c) and (d); ICH E2A, III; PACER design, clinical rules, section 7"
STATES = ("In time", "Late", "Running", "Overdue")
HEAD = ("Clock", "Events", *STATES, "Not due", "Median time", "Longest time")
MARKS = {"In time": "acc", "Late": "red", "Running": "acc-o", "Overdue": "red-o"}
SIGNS = {
    "In time": ("●.t-acc", "reported in time"),
    "Late": ("■.t-red", "reported late"),
    "Running": ("○.t-acc", "running"),
    "Overdue": ("□.t-red", "overdue"),
}
OUTLINES = {
    "In time": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "Late": "M-4 -4H4V4H-4z",
    "Running": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "Overdue": "M-4 -4H4V4H-4z",
}
LEFT, RIGHT, LANE, TOP = 132.0, 406.0, 40.0, 8.0
# Times beyond this multiple of the limit are drawn at the edge.
MOST_SHARES = 2.0
# The width of a column of marks, how many have room in one, and the width of one with a number: the time
# is over at the edge of one.
WIDTH, MOST_STACKED, WIDE = 9.0, 4, (RIGHT - LEFT) / 8


@dataclass(frozen=True)
class Timed:
    """One clock of one event at the data cut; `taken` is None while it runs."""

    participant: int
    kind: ClockKind
    state: str
    taken: timedelta | None
    share: float


def draw(frame: Frame) -> Figure:
    """Count the clocks by their state."""
    known = [one for one in frame.conduct.serious.values() if one.participant in frame.members]
    timed = [clock for one in known for clock in _timed(frame, one)]
    groups = Groups()
    n = groups.events("events", "Serious events", "serious event", [one.participant for one in known])
    every = groups.events("clocks", "Clocks", "clock", [one.participant for one in timed])
    counts = {state: _count(groups, "all", state, [one for one in timed if one.state == state])
              for state in STATES}  # fmt: skip
    rows = [_row(groups, kind, timed, known) for kind in ClockKind]
    return Figure(
        "clocks", TITLE, _finding(n, every, counts), DEFINITION, SOURCE,
        Table("Reports of serious events, by clock", HEAD, rows),
        _drawing(frame, timed) if known else None,
        "" if known else "No serious event is on record by the data cut.", groups,
        legend=[sign for state, sign in SIGNS.items() if counts[state].value],
    )  # fmt: skip


def _timed(frame: Frame, one: Serious) -> Iterator[Timed]:
    person, reports = frame.people[one.participant], tuple(one.reports)
    facts = SeriousFacts(
        one.site_aware_at, sponsor_known_at(one.sponsor_aware_at, reports), one.determined_at,
        one.criteria, one.is_expected, one.is_suspected_reaction, reports,
    )  # fmt: skip
    site = next(site for site in frame.sites if site.code == person.site)
    now = min(frame.now, frame.cut_before(person.zone))
    for clock in clocks_of(facts, clock_rules(site)):
        taken = None if clock.done_at is None else clock.done_at - clock.started_at
        whole = clock.late_from - clock.started_at
        share = ((clock.done_at or now) - clock.started_at) / whole
        state = _state(clock, is_late=clock.is_late(now))
        yield Timed(one.participant, clock.kind, state, taken, max(share, 0.0))


def _state(clock: Clock, *, is_late: bool) -> str:
    if clock.done_at is None:
        return "Overdue" if is_late else "Running"
    return "Late" if is_late else "In time"


def _finding(n: Count, every: Count, counts: dict[str, Count]) -> list[str | Count]:
    words: list[str | Count] = [n, f" serious {plural(n.value, 'event')} with "]
    words += [every, f" {plural(every.value, 'clock')}: "]
    for state in STATES:
        words += [counts[state], f" {state.lower()}", ", " if state != STATES[-1] else ""]
    return words


def _row(groups: Groups, kind: ClockKind, timed: Sequence[Timed], known: Sequence[Serious]) -> list[Cell]:
    own = [one for one in timed if one.kind is kind]
    key = kind.name.lower()
    counts = [_count(groups, key, state, [one for one in own if one.state == state]) for state in STATES]
    without = [one.participant for one in known]
    for one in own:
        without.remove(one.participant)
    rest = groups.events(f"{key}-not-due", f"{kind}: not due", "serious event", without)
    everybody = groups.events(f"{key}-all", str(kind), "clock", [one.participant for one in own])
    taken = [one.taken.total_seconds() for one in own if one.taken is not None]
    middle = median(taken) if len(taken) >= FEW else None
    return [str(kind), everybody, *counts, rest, _time(middle), _time(max(taken, default=None))]


def _count(groups: Groups, key: str, state: str, found: Sequence[Timed]) -> Count:
    label = f"{'Clocks' if key == 'all' else found[0].kind if found else 'Clock'}: {state.lower()}"
    whose = [one.participant for one in found]
    return groups.events(f"{key}-{state.lower().replace(' ', '-')}", label, "clock", whose)


def _time(seconds: float | None) -> Measure:
    """Write a time in hours, from two days on in days; the file holds hours."""
    if seconds is None:
        return Measure(None, "–")
    hours = seconds / 3600
    return Measure(hours, f"{hours / 24:.1f}{NBSP}d" if hours >= 48 else f"{hours:.1f}{NBSP}h")


def _drawing(frame: Frame, timed: Sequence[Timed]) -> Drawing:
    """Draw each clock at the share of its time that it took, or has run so far."""
    drawing = Drawing(420, TOP + LANE * len(ClockKind) + 26, f"{len(timed)} clocks by the share of time used")
    bottom = TOP + LANE * len(ClockKind)

    def x(share: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(share, MOST_SHARES) / MOST_SHARES

    drawing.rect("stopzone", x(1), TOP, RIGHT - x(1), bottom - TOP)
    for share, words in ((0, "0"), (0.5, "half"), (1, "due"), (1.5, ""), (2, "twice, or more")):
        drawing.line("grid" if share != 1 else "rule", x(share), TOP, x(share), bottom)
        drawing.text(f"t-2 {'t-end' if share == MOST_SHARES else 't-mid'}", x(share), bottom + 17, words)
    for place, kind in enumerate(ClockKind):
        middle = TOP + LANE * (place + 0.5)
        own = sorted((one for one in timed if one.kind is kind), key=lambda one: one.share)
        drawing.text("t t-end", LEFT - 8, middle + 4, str(kind))
        drawing.line("hair", LEFT, middle + LANE / 2, RIGHT, middle + LANE / 2)
        _marks(drawing, frame, own, middle, x)
    return drawing


def _marks(
    drawing: Drawing, frame: Frame, own: Sequence[Timed], middle: float, x: Callable[[float], float]
) -> None:
    """Draw a mark for each clock, or where they would lie on one another a mark with their number."""
    columns = _columns(own, x, WIDTH)
    if max(map(len, columns.values()), default=0) > MOST_STACKED:
        _numbers(drawing, own, middle, x)
        return
    for found in columns.values():
        for step, one in enumerate(found):
            # Marks at one place stand on one another, as far above the middle of their row as below it.
            shift = (step - (len(found) - 1) / 2) * 8
            words = _time(one.taken.total_seconds()).words if one.taken is not None else "not reported"
            title = f"{frame.people[one.participant].study_id}: {one.state.lower()}, {words}"
            drawing.shape(MARKS[one.state], OUTLINES[one.state], x(one.share), middle + shift, title=title)


def _columns(own: Sequence[Timed], x: Callable[[float], float], width: float) -> dict[int, list[Timed]]:
    """Return the clocks by the column in which they stand."""
    found: dict[int, list[Timed]] = defaultdict(list)
    for one in own:
        place = min(x(one.share), RIGHT - 1) - LEFT
        found[int(place // width)].append(one)
    return found


def _numbers(drawing: Drawing, own: Sequence[Timed], middle: float, x: Callable[[float], float]) -> None:
    """Draw a mark for the clocks of each state in a wider column, with their number beside it."""
    for column, found in _columns(own, x, WIDE).items():
        states = [state for state in STATES if any(one.state == state for one in found)]
        for place, state in enumerate(states):
            number = sum(one.state == state for one in found)
            left, height = LEFT + column * WIDE + 7, middle + (place - (len(states) - 1) / 2) * 14
            drawing.shape(MARKS[state], OUTLINES[state], left, height, title=f"{state}: {number}")
            is_last = left > RIGHT - WIDE / 2
            css, beside = ("t-2 t-end", left - 7) if is_last else ("t-2", left + 7)
            drawing.text(css, beside, height + 4, number)
