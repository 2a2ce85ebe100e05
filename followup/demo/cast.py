"""Who plays in the demo: each participant's course in days, as data.

Days count from the infusion (D0) unless said otherwise; a participant's `today` is their trial
day on the day of the demo. Everything here is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from random import Random


class Stage(StrEnum):
    """How far a participant has come."""

    PRE_SCREENED = "pre_screened"
    SCREENING = "screening"
    FAILED = "failed"
    ELIGIBLE = "eligible"
    ENROLLED = "enrolled"
    LYMPHODEPLETION = "lymphodepletion"
    INFUSED = "infused"


@dataclass(frozen=True)
class Role:
    """One participant of the demo.

    `today` is the trial day; before the infusion it is negative and the infusion is planned.
    `off_days` gives days from the target for visits done away from it, `skipped` the visits that
    are overdue or still to be entered, `missed` those recorded as missed, `partial` those done in part.
    `bedside` names the course of the days after the infusion; without it a dosed one is mild, another
    never triggered.
    """

    stage: Stage
    today: int
    age_years: int = 9
    site: int = 0
    dosed: tuple[int, int] | None = None
    relapsed: int | None = None
    transplanted: int | None = None
    died: int | None = None
    lost: int | None = None
    found: int | None = None
    withdrew: tuple[str, int] | None = None
    first_ld: int | None = None
    infused_again: int | None = None
    birthday_in_days: int | None = None
    off_days: Mapping[str, int] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    booked: Mapping[str, int] = field(default_factory=dict)
    bedside: str = ""
    note: str = ""


I = Stage.INFUSED  # noqa: E741 - the table below reads better with one letter

CAST: tuple[Role, ...] = (
    Role(I, 259, dosed=(3, 9), missed=frozenset({"M4"}), note="completed most of follow-up"),
    Role(I, 245, age_years=14, relapsed=160, note="relapse with survival contacts"),
    Role(
        I,
        240,
        age_years=6,
        dosed=(2, 8),
        died=203,
        bedside="severe",
        off_days={"D21": 4},
        note="died in follow-up",
    ),
    Role(I, 225, age_years=11, site=1, lost=150, found=210, note="lost, then found"),
    Role(I, 210, age_years=4, missed=frozenset({"M5"}), note="never triggered"),
    Role(
        I, 196, age_years=17, birthday_in_days=4, dosed=(3, 7), off_days={"M3": 17}, partial=frozenset({"M6"})
    ),
    Role(I, 190, age_years=22, site=1, dosed=(4, 9), died=96, note="died before month 4"),
    Role(
        I,
        168,
        age_years=8,
        dosed=(3, 10),
        bedside="severe day by day",
        off_days={"M3": -16},
        note="grade 4, charted every few hours; early visit out of window",
    ),
    Role(I, 150, age_years=3, site=1, withdrew=("visits", 120), note="left the visits, contact kept"),
    Role(I, 140, age_years=12, dosed=(4, 7), bedside="clocks", note="fever in the night of a clock change"),
    Role(
        I,
        126,
        age_years=10,
        site=1,
        dosed=(3, 8),
        transplanted=118,
        partial=frozenset({"M2"}),
        note="HSCT in remission",
    ),
    Role(I, 110, age_years=19, bedside="afebrile", withdrew=("everything", 60), note="withdrew consent"),
    Role(
        I,
        104,
        age_years=7,
        dosed=(4, 8),
        bedside="fever",
        skipped=frozenset({"M3"}),
        note="month 3 closes tomorrow",
    ),
    Role(
        I,
        84,
        age_years=9,
        dosed=(3, 11),
        off_days={"D21": 4},
        missed=frozenset({"M2"}),
        partial=frozenset({"D14"}),
    ),
    Role(I, 70, age_years=5, bedside="late", skipped=frozenset({"M2"}), note="month 2 is overdue"),
    Role(I, 56, age_years=16, site=1, dosed=(3, 6), partial=frozenset({"D28"}), skipped=frozenset({"M2"})),
    Role(
        I,
        47,
        age_years=6,
        dosed=(2, 7),
        first_ld=-14,
        skipped=frozenset({"ANK30"}),
        note="infusion postponed, second LD",
    ),
    Role(I, 42, age_years=13, dosed=(5, 9), skipped=frozenset({"ANK30"}), note="one of twins"),
    Role(I, 28, age_years=13, skipped=frozenset({"D28"}), booked={"D28": 0}, note="the other twin"),
    Role(
        I,
        14,
        age_years=11,
        birthday_in_days=-9,
        dosed=(4, 8),
        note="turned 12 on D+5",
        off_days={"D11": 2},
        skipped=frozenset({"D14"}),
        booked={"D14": 0},
    ),
    Role(I, 7, age_years=10, site=1, dosed=(4, 7), skipped=frozenset({"D7"})),
    Role(I, 200, age_years=15, infused_again=170, dosed=(3, 7), note="infused again in relapse"),
    Role(I, 4, age_years=6, bedside="waits", skipped=frozenset({"D3"}), note="fever on D+4"),
    Role(Stage.LYMPHODEPLETION, -3, age_years=2, note="infusion planned in three days"),
    Role(Stage.LYMPHODEPLETION, 1, age_years=8, site=1, note="the planned infusion date has passed"),
    Role(Stage.ENROLLED, -12, age_years=18, booked={"PRE": 11}),
    Role(Stage.ELIGIBLE, -16, age_years=5, site=1, note="marrow result about to expire"),
    Role(Stage.SCREENING, -20, age_years=24),
    Role(Stage.SCREENING, -24, age_years=1, site=1),
    Role(Stage.FAILED, -30, age_years=25, note="too old at consent"),
    Role(Stage.FAILED, -40, age_years=9, site=1, note="no measurable burden"),
    Role(Stage.PRE_SCREENED, -28, age_years=7),
)


def players(number: int, random: Random) -> Iterator[Role]:
    """Yield the cast first, then as many further roles as are asked for, drawn at random."""
    for index in count():
        if index >= number:
            return
        yield CAST[index] if index < len(CAST) else _drawn(random)


def _drawn(random: Random) -> Role:
    today = random.randint(1, 380)
    dosed = (random.randint(2, 5), random.randint(6, 12)) if random.random() < 0.6 and today > 12 else None
    died = random.randint(30, today - 1) if today > 40 and random.random() < 0.1 else None
    return Role(
        I,
        today,
        age_years=random.randint(1, 24),
        site=random.randint(0, 1),
        dosed=dosed,
        died=died,
        relapsed=random.randint(60, today - 1)
        if died is None and today > 90 and random.random() < 0.15
        else None,
        off_days={"D28": random.choice([0, 0, 0, 2, 5])},
        missed=frozenset({random.choice(["M2", "M4", "M5", "M9"])}) if random.random() < 0.2 else frozenset(),
        skipped=frozenset({random.choice(["M2", "M3", "M6"])}) if random.random() < 0.15 else frozenset(),
    )
