"""What is known of one participant's course, as the timeline draws it. Pure.

Days are calendar days at the site, moments are aware; `at` None means that only the day is known.
An end of None means that it lasts, or that nobody has recorded its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Moment:
    """A day at the site, and the time where it is known.

    `words` write a month or a year of which the day is not known; `on` is then the day that it is drawn at.
    """

    on: date
    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase of the lifecycle."""

    name: str
    began: Moment
    ended: Moment | None
    is_on_drug: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in hospital, or in intensive care within one."""

    is_intensive: bool
    began_at: datetime
    ended_at: datetime | None
    reason: str


class Heat(StrEnum):
    """Where a reading stands against the two thresholds, which are never merged."""

    NONE = "none"
    FEVER = "fever"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Reading:
    """A temperature: in degrees C to draw it, in words as it was typed."""

    at: datetime
    celsius: Decimal
    words: str
    heat: Heat


@dataclass(frozen=True, slots=True)
class TriggerPair:
    """The two readings that met the fever trigger, met at the second."""

    first: Reading
    second: Reading


@dataclass(frozen=True, slots=True)
class Support:
    """A vasopressor or an oxygen device over successive observations.

    `level` is 1 for half height, 2 for full; `lasts` says that the last observation still saw it;
    `detail` is the dose, where the drug log has it.
    """

    name: str
    began_at: datetime
    ended_at: datetime
    level: int = 2
    lasts: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GradePoint:
    """The grade of one assessment; `value` None where data were missing.

    `why` is its reason, `signed` what an investigator signed about it; the signed grade counts.
    """

    at: datetime
    value: int | None
    why: str
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose of anakinra that was given (`mg` known), or held, missed or refused."""

    at: datetime
    mg: Decimal | None
    state: str
    schedule: str
    words: str


@dataclass(frozen=True, slots=True)
class Drug:
    """Another drug, from its start to its stop."""

    name: str
    dose: str
    began: Moment
    ended: Moment | None
    words: str


@dataclass(frozen=True, slots=True)
class InfectionSpan:
    """An infection episode."""

    title: str
    words: str
    began_on: date
    ended_on: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class EventSpan:
    """An adverse event with its grade from day to day, in order; `serious` is None unless it is an SAE."""

    term: str
    version: str
    began_on: date
    ended_on: date | None
    is_over: bool
    grades: tuple[tuple[date, int], ...]
    serious: SeriousMark | None = None

    @property
    def worst(self) -> int:
        """The worst grade; 0 while it is not graded."""
        return max((grade for _, grade in self.grades), default=0)


@dataclass(frozen=True, slots=True)
class SeriousMark:
    """When the site became aware of a serious event, and a sentence."""

    number: str
    aware_at: datetime
    words: str
    is_confirmed: bool


class OutcomeKind(StrEnum):
    """What the outcome lane shows, each with its own shape."""

    RESPONSE = "response"
    RELAPSE = "relapse"
    THERAPY = "therapy"
    DEATH = "death"
    OFF_STUDY = "off_study"
    LAST_SEEN = "last_seen"


@dataclass(frozen=True, slots=True)
class OutcomePoint:
    """Something that counts as an outcome."""

    kind: OutcomeKind
    on: date
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit; `sign` and `beside` as on every page, `words` its one sentence, `on` where its sign stands."""

    label: str
    words: str
    sign: str
    beside: str
    opens_on: date | None
    target_on: date | None
    closes_on: date | None
    on: date
    href: str
    is_settled: bool
    is_log: bool = False
    is_unneeded: bool = False


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A vertical line through all lanes: infusion, trigger, escalation."""

    label: str
    moment: Moment
    is_drug: bool = False
    is_planned: bool = False


@dataclass(frozen=True)
class Course:
    """Everything that the timeline of one participant shows; rows are in order of time."""

    study_id: str
    zone: tzinfo
    day_zero: date | None
    now: datetime
    phases: tuple[PhaseSpan, ...] = ()
    stays: tuple[Stay, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    crs: tuple[GradePoint, ...] = ()
    icans: tuple[GradePoint, ...] = ()
    readings: tuple[Reading, ...] = ()
    triggers: tuple[TriggerPair, ...] = ()
    vasopressors: tuple[Support, ...] = ()
    oxygen: tuple[Support, ...] = ()
    doses: tuple[Dose, ...] = ()
    tocilizumab: tuple[Drug, ...] = ()
    steroids: tuple[Drug, ...] = ()
    other_drugs: tuple[Drug, ...] = ()
    infections: tuple[InfectionSpan, ...] = ()
    events: tuple[EventSpan, ...] = ()
    outcomes: tuple[OutcomePoint, ...] = ()
    key_events: tuple[KeyEvent, ...] = ()

    @property
    def died_on(self) -> date | None:
        """The day of the death, None while nobody has recorded one."""
        return next((point.on for point in self.outcomes if point.kind is OutcomeKind.DEATH), None)

    @property
    def today(self) -> date:
        """The calendar day at the site."""
        return self.now.astimezone(self.zone).date()

    def day(self, at: datetime) -> date:
        """Return the calendar day of a moment at the site."""
        return at.astimezone(self.zone).date()
