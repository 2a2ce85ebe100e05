"""The severe course of the demo, charted every few hours from the infusion to D+14. All invented.

Days count from the day of the first dose, as in every course that has a trigger: that day is 0, the
infusion lies three days before. What lasts is written as spans; a reading at the begin of a span is in
it, one at its end is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from followup.demo.bedside_beats import Beat, Course, Drug

Clock = tuple[int, str]


@dataclass(frozen=True)
class Span:
    """Something from one moment to another: a device with its flow, or a vasopressor."""

    what: str
    begins: Clock
    ends: Clock
    flow_lpm: str | None = None

    def holds(self, at: Clock) -> bool:
        """Say whether a moment lies in the span."""
        return self.begins <= at < self.ends


# Degrees C at 02:00, 08:00, 14:00 and 20:00 of each day, from the infusion on.
ROUTINE: dict[int, tuple[str, str, str, str]] = {
    -3: ("36.7", "36.8", "36.9", "36.8"),
    -2: ("36.7", "36.9", "37.0", "37.1"),
    -1: ("37.0", "37.2", "37.4", "37.9"),
    0: ("38.4", "38.9", "38.6", "39.1"),
    1: ("38.8", "39.2", "38.7", "39.4"),
    2: ("39.1", "39.3", "39.7", "39.5"),
    3: ("39.6", "39.2", "38.8", "38.4"),
    4: ("38.6", "39.0", "38.3", "38.1"),
    5: ("37.9", "38.2", "37.8", "37.6"),
    6: ("37.5", "37.4", "37.7", "37.3"),
    7: ("37.2", "37.1", "37.3", "37.0"),
    8: ("36.9", "37.0", "37.1", "36.9"),
    9: ("36.8", "36.7", "36.9", "36.8"),
    10: ("36.7", "36.8", "36.9", "36.7"),
    11: ("36.8", "36.6", "36.8", "36.7"),
}
# Charted beside the routine, because something began: the first fever, the trigger.
BETWEEN: dict[Clock, str] = {(-1, "23:40"): "38.7", (0, "06:30"): "39.0", (2, "15:10"): "39.6"}
OXYGEN = (
    Span("nasal_cannula", (1, "08:00"), (2, "08:00"), "2"),
    Span("high_flow_nasal_cannula", (2, "08:00"), (4, "08:00"), "15"),
    Span("high_flow_nasal_cannula", (4, "08:00"), (5, "08:00"), "10"),
    Span("nasal_cannula", (5, "08:00"), (7, "08:00"), "3"),
)
VASOPRESSORS = (
    Span("norepinephrine", (2, "15:10"), (5, "14:00")),
    Span("epinephrine", (3, "02:00"), (4, "08:00")),
)
HYPOTENSION = Span("hypotension", (2, "08:00"), (5, "08:00"))
# CAPD (ICE for who is old enough) and how the participant awakens, twice a day while there is something.
COGNITION: dict[Clock, tuple[int, int, str]] = {
    (1, "20:00"): (2, 9, "spontaneous"),
    (2, "08:00"): (4, 8, "spontaneous"),
    (2, "20:00"): (7, 6, "voice"),
    (3, "08:00"): (8, 5, "voice"),
    (3, "20:00"): (8, 5, "voice"),
    (4, "08:00"): (6, 6, "voice"),
    (4, "20:00"): (3, 8, "spontaneous"),
    (5, "08:00"): (2, 9, "spontaneous"),
}
TESTED_AT = ("08:00", "20:00")


def _charted() -> Iterator[tuple[Clock, str]]:
    times = ("02:00", "08:00", "14:00", "20:00")
    routine = {
        (day, clock): temp for day, row in ROUTINE.items() for clock, temp in zip(times, row, strict=True)
    }
    yield from sorted((routine | BETWEEN).items())


def _beat(at: Clock, temp_c: str) -> Beat:
    device = next((span for span in OXYGEN if span.holds(at)), None)
    capd, ice, awakens = COGNITION.get(at, (0, 10, "spontaneous"))
    is_tested = at[1] in TESTED_AT and at > (-2, "00:00")
    is_low = HYPOTENSION.holds(at)
    return Beat(
        *at,
        temp_c,
        pressure=(76, 40) if is_low else (98, 58),
        has_hypotension=is_low,
        running=tuple(span.what for span in VASOPRESSORS if span.holds(at)),
        device=device.what if device else "none",
        flow_lpm=device.flow_lpm if device else None,
        capd=capd if is_tested else None,
        ice=ice if is_tested else None,
        awakens=awakens,
    )


SEVERE_DAY_BY_DAY = Course(
    tuple(_beat(at, temp_c) for at, temp_c in _charted()),
    (
        Drug("Paracetamol", "15 mg/kg", ("antipyretic",), 0, "08:30"),
        Drug("Tocilizumab", "8 mg/kg IV", ("anticytokine",), 2, "15:40", is_rescue=True),
        Drug("Dexamethasone", "0.25 mg/kg every 6 h", ("steroid",), 2, "16:30", (6, "16:30"), is_rescue=True),
        Drug("Norepinephrine", "0.08 microg/kg/min", ("vasopressor",), 2, "15:10", (5, "13:20")),
        Drug("Epinephrine", "0.04 microg/kg/min", ("vasopressor",), 3, "01:40", (4, "06:50")),
    ),
    escalated=6,
    held={17: "neutrophils below the limit of the site; given again after the count"},
    intensive_care=((2, "14:40"), (7, "10:30")),
    peak_crp="212",
)
