"""What is seen at the bedside in the demo, as data: invented courses of fever, support and cognition.

A beat is dated by its day and clock time at the site. Days count from the day of the trigger in the
courses that have one, else from the infusion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Beat:
    """One moment: a temperature, what supports the circulation and the breathing, and a score.

    `awakens` is how the participant awakens; `capd` and `ice` are for the age that asks for them.
    """

    day: int
    clock: str
    temp_c: str
    pressure: tuple[int, int] = (98, 58)
    has_hypotension: bool = False
    running: tuple[str, ...] = ()
    device: str = "none"
    flow_lpm: str | None = None
    capd: int | None = None
    ice: int | None = None
    awakens: str = "spontaneous"


@dataclass(frozen=True)
class Drug:
    """A drug beside anakinra, from a moment to another, None for a single dose."""

    name: str
    dose: str
    classes: tuple[str, ...]
    day: int
    clock: str
    until: tuple[int, str] | None = None
    is_rescue: bool = False


@dataclass(frozen=True)
class Course:
    """A whole course; `escalated` is the number of the dose with which every 6 h began.

    `intensive_care` are the days and clock times of its begin and end.
    """

    beats: tuple[Beat, ...]
    drugs: tuple[Drug, ...] = ()
    escalated: int | None = None
    held: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    intensive_care: tuple[tuple[int, str], tuple[int, str]] | None = None
    peak_crp: str = "64"


MILD = Course(
    (
        Beat(-1, "20:00", "38.2", capd=0, ice=10),
        Beat(0, "01:20", "38.8"),
        Beat(0, "06:05", "39.0", (86, 48), capd=1, ice=10),
        Beat(0, "14:00", "38.6", (84, 46), has_hypotension=True),
        Beat(0, "20:00", "38.3", (90, 52), capd=3, ice=9),
        Beat(1, "08:00", "38.4", (92, 50), device="nasal_cannula", flow_lpm="1.5", capd=4, ice=8),
        Beat(1, "20:00", "37.6", device="nasal_cannula", flow_lpm="1", capd=2, ice=9),
        Beat(2, "08:00", "37.2", capd=0, ice=10),
        Beat(2, "20:00", "36.9", capd=0, ice=10),
        Beat(3, "08:00", "36.8", capd=0, ice=10),
        Beat(4, "08:00", "36.7", capd=0, ice=10),
        Beat(5, "08:00", "36.6", capd=0, ice=10),
    ),
    (Drug("Paracetamol", "15 mg/kg", ("antipyretic",), 0, "02:00"),),
)

FEVER_ONLY = Course(
    (
        Beat(0, "01:20", "38.7"),
        Beat(0, "06:05", "38.9", capd=0, ice=10),
        Beat(0, "20:00", "38.2", capd=0, ice=10),
        Beat(1, "08:00", "37.9", capd=0, ice=10),
        Beat(1, "20:00", "37.1", capd=0, ice=10),
        Beat(2, "08:00", "36.8", capd=0, ice=10),
        Beat(3, "08:00", "36.7", capd=0, ice=10),
    ),
    held=MappingProxyType({3: "neutrophils below the limit of the site; given again after the count"}),
    peak_crp="38",
)

SEVERE = Course(
    (
        Beat(-1, "21:10", "38.9", capd=0, ice=10),
        Beat(0, "01:20", "39.4"),
        Beat(0, "06:05", "39.6", (78, 40), has_hypotension=True, capd=4, ice=8),
        Beat(0, "12:00", "39.8", (74, 38), has_hypotension=True, running=("norepinephrine",),
             device="nasal_cannula", flow_lpm="4"),
        Beat(0, "20:00", "39.2", (82, 44), has_hypotension=True, running=("norepinephrine",),
             device="high_flow_nasal_cannula", flow_lpm="15", capd=7, ice=6, awakens="voice"),
        Beat(1, "08:00", "38.2", (80, 42), has_hypotension=True, running=("norepinephrine", "vasopressin"),
             device="high_flow_nasal_cannula", flow_lpm="20", capd=11, ice=2, awakens="tactile"),
        Beat(1, "20:00", "37.4", (88, 50), running=("norepinephrine",),
             device="high_flow_nasal_cannula", flow_lpm="12", capd=8, ice=5, awakens="voice"),
        Beat(2, "08:00", "37.0", (90, 52), running=("norepinephrine",), device="nasal_cannula",
             flow_lpm="6", capd=5, ice=7),
        Beat(2, "20:00", "36.8", device="nasal_cannula", flow_lpm="3", capd=3, ice=8),
        Beat(3, "08:00", "36.7", device="nasal_cannula", flow_lpm="1", capd=1, ice=9),
        Beat(3, "20:00", "36.8", capd=0, ice=10),
        Beat(4, "08:00", "36.7", capd=0, ice=10),
        Beat(5, "08:00", "36.6", capd=0, ice=10),
        Beat(6, "08:00", "36.7", capd=0, ice=10),
    ),
    (
        Drug("Tocilizumab", "8 mg/kg IV", ("anticytokine",), 0, "13:00", is_rescue=True),
        Drug("Dexamethasone", "0.25 mg/kg every 6 h", ("steroid",), 1, "09:00", (3, "09:00"), is_rescue=True),
        Drug("Norepinephrine", "0.08 microg/kg/min", ("vasopressor",), 0, "11:30", (2, "15:00")),
    ),
    escalated=2,
    intensive_care=((0, "11:00"), (3, "10:00")),
    peak_crp="212",
)  # fmt: skip

# The night of the change of clocks: 4 h and 40 min of real time lie between the two readings.
CLOCK_CHANGE = Course(
    (
        Beat(-1, "22:50", "38.7"),
        Beat(0, "03:30", "38.8", capd=0, ice=10),
        Beat(0, "14:00", "38.4", capd=0, ice=10),
        Beat(1, "08:00", "37.8", capd=0, ice=10),
        Beat(1, "20:00", "37.0", capd=0, ice=10),
        Beat(2, "08:00", "36.7", capd=0, ice=10),
        Beat(3, "08:00", "36.8", capd=0, ice=10),
    ),
)

NEVER_TRIGGERED = Course(
    (
        Beat(5, "20:00", "38.3", capd=0, ice=10),
        Beat(6, "02:00", "38.5"),
        Beat(6, "14:00", "37.6", capd=0, ice=10),
        Beat(7, "08:00", "36.9", capd=0, ice=10),
        Beat(8, "08:00", "36.7", capd=0, ice=10),
        Beat(9, "08:00", "36.8", capd=0, ice=10),
    ),
    (Drug("Paracetamol", "15 mg/kg", ("antipyretic",), 6, "02:15"),),
    peak_crp="22",
)

AFEBRILE = Course(
    tuple(Beat(day, "08:00", "36.8", capd=0, ice=10) for day in range(5, 10)),
    peak_crp="6",
)

LATE_ONSET = Course(
    (
        Beat(15, "08:00", "36.9", capd=0, ice=10),
        Beat(16, "21:00", "38.4", (88, 50), capd=0, ice=10),
        Beat(17, "08:00", "38.1", (90, 52), device="nasal_cannula", flow_lpm="1", capd=1, ice=9),
        Beat(17, "20:00", "37.2", capd=0, ice=10),
        Beat(18, "08:00", "36.8", capd=0, ice=10),
        Beat(19, "08:00", "36.7", capd=0, ice=10),
    ),
    peak_crp="48",
)

# Trigger met in the night of the demo's own day, and nothing given yet.
WAITS_FOR_DOSE = Course(
    (
        Beat(-1, "08:00", "36.9", capd=0),
        Beat(-1, "21:20", "38.8", capd=1),
        Beat(
            0, "02:05", "39.0", (78, 44), has_hypotension=True, device="nasal_cannula", flow_lpm="1.5", capd=4
        ),
    ),
    peak_crp="58",
)

NAMED = {
    "severe": SEVERE,
    "late": LATE_ONSET,
    "waits": WAITS_FOR_DOSE,
    "clocks": CLOCK_CHANGE,
    "fever": FEVER_ONLY,
    "afebrile": AFEBRILE,
}
