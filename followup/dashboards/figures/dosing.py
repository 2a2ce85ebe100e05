"""From the fever trigger to the first anakinra dose; doses, escalations, and who never needed them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import quantiles

from followup.dashboards.drawing.svg import Drawing, ticks
from followup.dashboards.figure import FEW, Cell, Count, Figure, Groups, Measure, Table, Who
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import STAGES, Person
from followup.dashboards.reading.treatments import Treatment, read_treatments, trigger_at
from followup.dashboards.reading.untriggered import (
    GONE,
    NEVER,
    UNSEEN,
    WITHIN,
    last_day,
    standing_without_trigger,
)
from followup.dashboards.rows import Rows

TITLE = "Trigger to first anakinra dose"
DEFINITION = (
    "Trigger: two readings above 38.5 °C, at least 4 h and at most 24 h apart, after the infusion; it is met "
    "at the later of the earliest such pair. Time runs to the first given dose. Escalated: a given dose "
    "every 6 h after one every 12 h. Readings and doses before the infusion, or of a further course, do not "
    "count. Who was treated without the trigger on record, or before it, or on a recorded day without a "
    "dose on the log, has no time: counted apart. Never triggered is concluded of who met no trigger and "
    "had no dose, once day {} is over [setting], of who is known to have been alive on it; who died, left "
    "or was infused again up to it is told apart, and so is who may yet meet it. The same people as in the "
    "flow of participants."
)
SOURCE = "NCT06703216, trigger and dosing as configured for PACER; clinical rules, sections 1 and 2"
# Where more than these would stand on one another, columns count them instead.
MOST_STACKED, COLUMNS = 11, 30
LEFT, RIGHT = 36.0, 404.0
# Where marks or columns stand: above the quartiles, or above the axis where there are none.
ABOVE_MIDDLE, ABOVE_AXIS, HIGHEST = 34.0, 2.0, 108.0
# So high is a column of one among many at least.
LEAST_SEEN = 2.0
# The place of the axis; few stand one on another in less.
BOTTOM, LOW_BOTTOM = 166.0, 76.0
HEAD = ("Participant", "Hours to first dose", "Doses given", "Total mg", "Escalated", "Rescue therapy")


def draw(frame: Frame) -> Figure:
    """Measure the times, and count who was treated how."""
    known = read_treatments(frame)
    treated = [pk for pk, one in frame.infused.items() if one.dosed_from_on is not None]
    hours = {pk: time for pk in treated if (time := _hours(frame, pk, known[pk])) is not None}
    groups = Groups()
    rows = Rows(_order(treated, hours), lambda pk: _row(frame, frame.infused[pk], known[pk], hours.get(pk)))
    drawing = _drawing(frame, hours) if hours else None
    return Figure(
        "dosing", TITLE, _finding(frame, groups, known, hours),
        DEFINITION.format(last_day(frame)), SOURCE,
        Table("Treated participants, the shortest time first", HEAD, rows),
        drawing,
        "" if hours else "Nobody with a trigger has been treated by the data cut.", groups,
        legend=_legend(hours, drawing),
    )  # fmt: skip


def _order(treated: Sequence[int], hours: dict[int, float]) -> list[int]:
    return sorted(treated, key=lambda pk: (hours.get(pk, float("inf")), pk))


def _hours(frame: Frame, pk: int, known: Treatment) -> float | None:
    """Return the hours from the trigger to the first dose; None without either, or for a dose before it."""
    met_at = trigger_at(frame, pk, known)
    if met_at is None or known.first_at is None or known.first_at < met_at:
        return None
    return (known.first_at - met_at).total_seconds() / 3600


def _finding(
    frame: Frame, groups: Groups, known: dict[int, Treatment], hours: dict[int, float]
) -> list[str | Count]:
    at: dict[str, list[int]] = defaultdict(list)
    for pk, one in frame.infused.items():
        at[STAGES[one.stage]].append(pk)
    n = groups.count("n", "Treated after the trigger", hours)
    waiting = groups.count("waiting", "Trigger met, no dose given", at["triggered"])
    apart = set(at["treated"]) - set(hours)
    escalated = [pk for pk in at["treated"] if known[pk].is_escalated]
    rescued = [pk for pk in frame.infused if _rescue(frame, pk)]
    return [
        *_middle(hours), n, " treated after it, ", waiting, " met and not treated, ",
        *_untriggered(frame, groups, at["infused"]),
        groups.count("apart", "Treated with no time from a trigger", apart), " treated with no time; ",
        groups.count("escalated", "Escalated to every 6 h", escalated), " escalated, ",
        groups.count("rescued", "With rescue therapy", rescued), " with rescue therapy",
    ]  # fmt: skip


def _untriggered(frame: Frame, groups: Groups, people: Sequence[int]) -> list[str | Count]:
    """Tell who was never triggered from who may yet be, and from who was not seen for long enough."""
    standing = {pk: standing_without_trigger(frame, frame.infused[pk])[0] for pk in people}
    day = f"D{last_day(frame)}"
    words = {
        NEVER: (f"Never triggered, seen to {day}", f" never triggered to {day}, "),
        GONE: (f"No trigger, and died, left or infused again up to {day}", " gone before, "),
        WITHIN: (f"No trigger so far, up to {day}", " without a trigger so far, "),
        UNSEEN: (f"No trigger on record, and not seen to {day}", f" not seen to {day}, "),
    }
    return [
        part
        for key, (label, said) in words.items()
        for part in (groups.count(key, label, [pk for pk in people if standing[pk] == key]), said)
    ]


def _middle(hours: dict[int, float]) -> list[str | Count]:
    if len(hours) < FEW:
        return []
    low, middle, high = quantiles(hours.values(), n=4, method="inclusive")
    return [f"Median {words(middle)} (quartiles {words(low)} to {words(high)}); "]


def words(hours: float) -> str:
    """Write a time as hours and minutes, `1 h 20`, to the whole minute."""
    minutes = round(timedelta(hours=hours).total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02d}"


def _rescue(frame: Frame, pk: int) -> list[str]:
    """Return the rescue drugs since the infusion, up to the data cut.

    Of a start known to the month or the year some day may lie in between; then it counts.
    """
    zero, given = frame.infused[pk].day_zero, frame.dated[pk].rescues
    if zero is None:
        return []
    return sorted({name for on, name in given if zero <= on.latest and on.earliest <= frame.cut_on})


def _row(frame: Frame, one: Person, known: Treatment, hours: float | None) -> list[Cell]:
    time = Measure(hours, "–" if hours is None else words(hours))
    escalated = "yes" if known.is_escalated else "no"
    rescue = ", ".join(_rescue(frame, one.pk))
    total_mg = Measure(float(known.total_mg), f"{known.total_mg:.1f}") if known.doses else None
    return [Who(one.pk, one.study_id), time, known.doses or None, total_mg, escalated, rescue]


def _drawing(frame: Frame, hours: dict[int, float]) -> Drawing:
    marks, x = ticks(max(hours.values()), 6), _scale(hours)
    bottom = BOTTOM if len(hours) >= FEW else LOW_BOTTOM
    drawing = Drawing(
        420, bottom + 34, f"Hours from the trigger to the first dose of {len(hours)} participants"
    )
    for number in marks:
        drawing.line("grid", x(number), 20, x(number), bottom)
        drawing.text("t-2 t-mid", x(number), bottom + 17, f"{number} h")
    drawing.line("axis", LEFT, bottom, RIGHT, bottom)
    base = bottom - (ABOVE_MIDDLE if len(hours) >= FEW else ABOVE_AXIS)
    if len(hours) >= FEW:
        low, middle, high = quantiles(hours.values(), n=4, method="inclusive")
        drawing.rect("acc-i", x(low), bottom - 24, x(high) - x(low), 8)
        drawing.line("ln-acc ev-w", x(middle), bottom - 28, x(middle), bottom - 12)
    if _is_crowded(hours, x):
        _columns(drawing, hours, x, base)
    else:
        _marks(drawing, frame, hours, x, base - 8)
    return drawing


def _legend(hours: dict[int, float], drawing: Drawing | None) -> list[tuple[str, str]]:
    """Explain the signs that were drawn: few have no median, and quartiles at one time no width."""
    signs = (("ln-acc ev-w", "|.t-acc", "median"), ("acc-i", ".acc-i", "quartiles"))
    middle = [(sign, words) for css, sign, words in signs if drawing and drawing.has(css)]
    is_each_drawn = bool(hours) and not _is_crowded(hours, _scale(hours))
    return [("▼.t-acc", "participant"), *middle] if is_each_drawn else middle


def _scale(hours: dict[int, float]) -> Callable[[float], float]:
    last = ticks(max(hours.values()), 6)[-1]
    return lambda time: LEFT + (RIGHT - LEFT) * time / last


def _is_crowded(hours: dict[int, float], x: Callable[[float], float]) -> bool:
    """Say whether marks would stand on one another, so that columns count them instead."""
    return max(Counter(_stack(x(time)) for time in hours.values()).values()) > MOST_STACKED


def _stack(place: float) -> int:
    """Return the column in which marks stand one above the other."""
    return round(place / 9)


def _marks(
    drawing: Drawing, frame: Frame, hours: dict[int, float], x: Callable[[float], float], bottom: float
) -> None:
    """Draw a mark for each participant, one above the other where times are close."""
    stacked: dict[int, int] = defaultdict(int)
    for pk, time in sorted(hours.items(), key=lambda item: (item[1], item[0])):
        column = _stack(x(time))
        height = bottom - stacked[column] * 10
        stacked[column] += 1
        title = f"{frame.infused[pk].study_id}: {words(time)}"
        drawing.shape("acc", "M0 5L4.5 -4L-4.5 -4z", x(time), height, title=title)


def _columns(drawing: Drawing, hours: dict[int, float], x: Callable[[float], float], bottom: float) -> None:
    """Draw how many had their first dose in each of about thirty steps of time."""
    step = max(hours.values()) / COLUMNS or 1.0
    numbers = Counter(min(int(time / step), COLUMNS - 1) for time in hours.values())
    marks = ticks(max(numbers.values()), 3)
    drawing.text("t-2", 2, 12, "Participants")
    for number in marks:
        height = bottom - HIGHEST * number / marks[-1]
        drawing.line("grid", LEFT, height, RIGHT, height)
        drawing.text("t-3 t-end", LEFT - 7, height + 4, number)
    for place, number in sorted(numbers.items()):
        left, height = x(place * step), max(HIGHEST * number / marks[-1], LEAST_SEEN)
        said = f"{words(place * step)} to {words((place + 1) * step)}: {number}"
        drawing.rect("acc", left, bottom - height, x((place + 1) * step) - left - 1, height, title=said)
