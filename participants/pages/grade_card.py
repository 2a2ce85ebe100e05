"""A grade as people read it: a numeral in its colour, what it is called, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participants.domain.clock_times import clock_words
from participants.domain.grade import Grade, Status
from participants.models import DerivedGrade, Scale, Site

_RAMP = {Scale.CRS: "gr-c", Scale.ICANS: "gr-i"}


@dataclass(frozen=True)
class GradeCard:
    """One box of the bedside page; `value` None is a grade that cannot be given."""

    scale: Scale
    value: int | None
    status: str
    reason: str
    was: str
    query: str = ""
    is_typed: bool = False

    @property
    def name(self) -> str:
        """CRS or ICANS."""
        return str(self.scale.label)

    @property
    def css(self) -> str:
        """The class of the colour."""
        return "gr-none" if self.value is None else f"{_RAMP[self.scale]}{self.value}"

    @property
    def numeral(self) -> str:
        """The numeral, a dash where nothing is recorded, a question mark where something is missing."""
        if self.value is not None:
            return str(self.value)
        return "?" if self.status == Status.INSUFFICIENT_DATA else "\N{EN DASH}"

    @property
    def title(self) -> str:
        """The grade in words."""
        if self.value:
            return f"{self.name} grade {self.value}"
        words = {
            Status.NO_CRS: "No CRS",
            Status.NO_ICANS: "No ICANS",
            Status.RESOLVED: f"{self.name} resolved",
            Status.INSUFFICIENT_DATA: f"{self.name} not gradable yet",
        }
        return next(
            (text for status, text in words.items() if status == self.status), f"{self.name} not assessed"
        )

    @property
    def sentence(self) -> str:
        """The reason without the words that the title says already."""
        head, colon, rest = self.reason.partition(": ")
        if colon and head in {f"Grade {self.value}", "Resolved", "No CRS", "No ICANS"}:
            return rest[:1].upper() + rest[1:]
        return self.reason


def card_of(scale: Scale, last: DerivedGrade | None, site: Site, now: datetime) -> GradeCard:
    """Show the last grade that stands."""
    if last is None:
        return GradeCard(scale, None, "", "Nothing is recorded yet.", "")
    was = f"{when(last.at, site, now)} \N{MIDDLE DOT} rule {last.rule_version}"
    return GradeCard(scale, last.value, last.status, last.reason, was, last.query)


def typed_card(scale: Scale, grade: Grade, last: DerivedGrade | None, site: Site, now: datetime) -> GradeCard:
    """Show the grade of what has been typed and is not saved yet, with the last one below."""
    before = ""
    if last is not None:
        shown = "not gradable" if last.value is None else f"grade {last.value}"
        before = f"{when(last.at, site, now)} {shown} \N{MIDDLE DOT} "
    return GradeCard(
        scale,
        grade.value,
        grade.status,
        grade.reason,
        f"{before}rule {grade.rule_version}",
        grade.query or "",
        is_typed=True,
    )


def when(at: datetime, site: Site, now: datetime) -> str:
    """Write a moment at the site: the clock alone today, else with its day."""
    local = at.astimezone(site.tz)
    clock = clock_words(local)
    return clock if local.date() == site.today(now) else f"{local:%d %b} {clock}"
