"""The flow of participants: how far everybody came who was considered, and where they left."""

from __future__ import annotations

from collections import defaultdict

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Count, Figure, Groups, Phrase, Table
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import STAGES, Person
from followup.dashboards.reading.untriggered import (
    NEVER,
    UNSEEN,
    WITHIN,
    first_end,
    last_day,
    standing_without_trigger,
)
from participants.domain.lifecycle import Phase

TITLE = "Flow of participants"
DEFINITION = (
    "Everybody who was considered, by the furthest stage on record at the data cut; who reached a stage has "
    "passed all before it. Consented counts from the first agreement to take part. Treated means a given "
    "dose of anakinra in the first course: by the dose log, or, where it holds none, by the day recorded as "
    "that of the first dose. Who was treated counts as triggered, also where the dose came first. Who was "
    "infused and went no further was never triggered once day {} is over [setting], whatever followed; who "
    "died, left or was infused again up to it went no further by that, as in the figure of trigger and doses."
    " Of these ends the first is told, at every stage. Who failed screening stays a screen failure, whatever "
    "followed but a new screening."
)
SOURCE = "PACER design, clinical rules, section 1 (lifecycle); CONSORT 2010 flow diagram"
NAMES = ("Considered", "Consented", "Eligible", "Enrolled", "Infused", "Trigger met", "Treated with anakinra")
# What somebody is doing who has not left and not yet reached the next stage.
WAITING = (
    "not yet consented", "in screening", "not yet enrolled", "before the infusion", "", "not yet treated", "",
)  # fmt: skip
# Why somebody infused met no trigger, who was not gone by then.
UNTRIGGERED = {NEVER: "never triggered", WITHIN: "no trigger so far", UNSEEN: "not seen to D{}"}
WIDEST = 112.0
# Of the reasons beside a bar.
MOST_LETTERS = 20


def draw(frame: Frame) -> Figure:
    """Count the stages, and the reasons of who went no further."""
    groups = Groups()
    counts = [
        groups.count(stage, name, frame.reached(stage)) for stage, name in zip(STAGES, NAMES, strict=True)
    ]
    stopped = [_stopped(frame, place, groups) for place in range(len(STAGES))]
    rows = [(name, count, stop, why) for name, count, (stop, why) in zip(NAMES, counts, stopped, strict=True)]
    empty = "" if frame.people else "Nobody has been considered for the trial by the data cut."
    finding: list[str | Count] = [counts[4], " infused of ", counts[0], " considered"]
    table = Table("Stages", ("Stage", "Participants", "Went no further", "Why"), rows)
    said = [(stop, str(why)) for stop, why in stopped]
    drawing = _drawing(frame, counts, said) if frame.people else None
    return Figure(
        "flow", TITLE, finding, DEFINITION.format(last_day(frame)), SOURCE, table, drawing, empty, groups
    )


def _stopped(frame: Frame, place: int, groups: Groups) -> tuple[Count, Phrase]:
    """Return how many went no further than a stage, and the reasons, the most frequent first."""
    people = [one for one in frame.people.values() if one.stage == place]
    if place == len(STAGES) - 1:
        return Count(0, ""), Phrase(())
    key, label = f"{STAGES[place]}-only", f"{NAMES[place]}, no further"
    stop = groups.count(key, label, [one.pk for one in people])
    why: dict[str, list[int]] = defaultdict(list)
    for one in people:
        why[_why(frame, one)].append(one.pk)
    parts: list[str | Count] = []
    for words, whom in sorted(why.items(), key=lambda item: -len(item[1])):
        count = groups.count(f"{key}-{words.replace(' ', '-')}", f"{label}: {words}", whom)
        parts += [f"{', ' if parts else ''}{words} ", count]
    return stop, Phrase(tuple(parts))


def _why(frame: Frame, one: Person) -> str:
    if one.stage == STAGES.index("infused"):
        standing, gone = standing_without_trigger(frame.whole, one)
        return gone or UNTRIGGERED[standing].format(last_day(frame))
    if Phase.SCREEN_FAILURE in one.steps and frame.dated[one.pk].is_screen_failure(frame.cut_on):
        return "screen failure"
    _, gone = first_end(frame, one)
    return gone or WAITING[one.stage]


def _drawing(frame: Frame, counts: list[Count], stopped: list[tuple[Count, str]]) -> Drawing:
    said = ", ".join(f"{name} {count}" for name, count in zip(NAMES, counts, strict=True))
    drawing = Drawing(420, 268, f"Flow of participants: {said}")
    most = max(count.value for count in counts)
    for place, (name, count, (stop, why)) in enumerate(zip(NAMES, counts, stopped, strict=True)):
        top = 2 + place * 38
        _open(drawing, frame, count, f"{name}: {count}, opens the participants")
        drawing.rect("bar-t", 8, top, WIDEST, 24)
        drawing.rect("bar-c", 8, top, WIDEST * count.value / most, 24, title=f"{name}: {count}. {why}")
        drawing.text("t t-b", 16, top + 16.5, count.value)
        drawing.text("t", WIDEST + 16, top + 16.5, name)
        _close(drawing, count)
        if stop.value:
            _open(drawing, frame, stop, f"{name}, no further: {stop}, opens the participants")
            drawing.text("t-2 t-end", 416, top + 10, f"no further {stop}")
            _close(drawing, stop)
            drawing.text("t-3 t-end", 416, top + 28, shortened(why))
        if place < len(NAMES) - 1:
            drawing.path("ln-2", [(20, top + 26), (20, top + 36)])
    return drawing


def _open(drawing: Drawing, frame: Frame, count: Count, name: str) -> None:
    """Let a number open its participants; 0 opens nobody."""
    if count.value:
        drawing.open_link(frame.people_address("flow", count.group), name)


def _close(drawing: Drawing, count: Count) -> None:
    if count.value:
        drawing.close_link()


def shortened(why: str) -> str:
    """Keep the most frequent reasons, as many as have room, and count the others; the table has all."""
    shown, *others = why.split(", ")
    while others and len(shown) + len(others[0]) <= MOST_LETTERS:
        shown = f"{shown}, {others.pop(0)}"
    rest = sum(int(reason.rsplit(" ", 1)[1]) for reason in others)
    return f"{shown}, other {rest}" if rest else shown
