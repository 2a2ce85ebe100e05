"""The page of all figures, one figure by its key, and the participants behind a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import BadRequest
from django.http import Http404

from followup.dashboards.behind import Behind
from followup.dashboards.choice import AGE_BANDS, ANALYSIS_SETS, DENOMINATORS, Choice
from followup.dashboards.figure import Count, Figure
from followup.dashboards.figures import (
    accrual,
    adherence,
    clocks,
    daily_log,
    deviations,
    dosing,
    flow,
    freshness,
    heat,
    incidence,
    infections,
    maximum,
    primary,
    survival,
    swimmer,
    turnaround,
)
from followup.dashboards.links import Links
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import Person
from participants.domain.roles import Capability
from participants.models import Product, StaffMember

Draw = Callable[[Frame], Figure]
# The page in its order, in parts. The figures of a part read the same facts: each part can be read alone.
PARTS: Mapping[str, Mapping[str, Draw]] = {
    "endpoint": {"severe": primary.draw, "accrual": accrual.draw, "flow": flow.draw},
    "course": {
        "heat": heat.drawn(heat.CRS),
        "swimmer": swimmer.draw,
        "heat-icans": heat.drawn(heat.ICANS),
    },
    "survival": {
        "os": survival.drawn(survival.OVERALL),
        "efs": survival.drawn(survival.EVENT_FREE),
        "rfs": survival.drawn(survival.RELAPSE_FREE),
        "relapse": incidence.drawn(incidence.RELAPSE),
        "nrm": incidence.drawn(incidence.NON_RELAPSE),
    },
    "treatment": {
        "maximum": maximum.draw,
        "dosing": dosing.draw,
        "infections": infections.draw,
        "freshness": freshness.draw,
    },
    "conduct": {
        "queries": turnaround.draw,
        "deviations": deviations.draw,
        "logs": daily_log.draw,
        "visits": adherence.draw,
        "clocks": clocks.draw,
    },
}
FIRST_PART = next(iter(PARTS))
FIGURES: Mapping[str, Draw] = {key: draw for part in PARTS.values() for key, draw in part.items()}
# The number of the finding that says how many participants a figure is about, where it is not called "n"; a
# figure without one is about all whom the denominator counts.
NUMBERS = {"severe": "evaluable", "accrual": "infused", "flow": "considered"}


@dataclass(frozen=True)
class Page:
    """All figures of one choice, or one part of them."""

    frame: Frame
    choice: Choice
    # When the figures were drawn, where they stand; None for a page that is read now.
    read_at: datetime | None = field(default=None, kw_only=True)
    # Whether a task has still to draw the figures: then there is nothing to show but the choice.
    is_awaited: bool = field(default=False, kw_only=True)
    # The part that is read, where the others are asked for one after the other; "" for all figures at once.
    part: str = field(default="", kw_only=True)

    @property
    def counted(self) -> int:
        """How many the denominator counts."""
        return len(self.frame.members)

    @property
    def cut_on(self) -> date:
        """The last day that counts."""
        return self.frame.cut_on

    @property
    def considered(self) -> int:
        """How many had been considered by the data cut."""
        return len(self.frame.people)

    @property
    def cut_notice(self) -> str:
        """Why the data cut is not the one that was typed, or counts nobody; "" where it is as chosen."""
        asked_on, stands = self.choice.cut_on, f"{self.frame.cut_on:%d %b %Y}"
        if self.choice.refusal:
            return f"The data cut was not read. The figures below are those of {stands}."
        if asked_on and asked_on > self.frame.cut_on:
            return f"{asked_on:%d %b %Y} lies in the future: the data cut is set to today, {stands}."
        if asked_on and not self.considered:
            return f"The data cut of {stands} lies before the first participant: nobody counts yet."
        return ""

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures in the order of the page."""
        return [draw_figure(self.frame, key) for key in (PARTS[self.part] if self.part else FIGURES)]

    @property
    def next_part(self) -> str:
        """The part that follows; "" after the last, and where all figures are here."""
        parts = list(PARTS)
        return "".join(parts[parts.index(self.part) + 1 :][:1]) if self.part else ""

    @property
    def links(self) -> Links:
        """Where the links of the figures lead."""
        return Links.live(self.choice)

    @property
    def choice_words(self) -> list[list[str]]:
        """What was chosen, in words: what, and which."""
        names = [site.code for site in self.frame.sites]
        is_all = len(names) == len(self.frame.all_sites)
        return [
            ["Sites", ("all: " if is_all and len(names) > 1 else "") + ", ".join(names)],
            ["Product", dict(self.products).get(self.choice.product, "all products")],
            ["Age at consent", dict(self.ages).get(self.choice.age, "all ages")],
            ["Schedule version", self.choice.version or "all versions"],
            ["Denominator", self.denominator],
            ["Analysis set", ANALYSIS_SETS[self.choice.analysis]],
            ["Data cut", f"{self.frame.cut_on:%d %b %Y}"],
        ]

    @property
    def denominator(self) -> str:
        """The chosen denominator in words."""
        return DENOMINATORS[self.choice.denominator]

    @property
    def denominators(self) -> list[tuple[str, str]]:
        """The denominators to choose from."""
        return list(DENOMINATORS.items())

    @property
    def analysis_sets(self) -> list[tuple[str, str]]:
        """The analysis sets to choose from."""
        return list(ANALYSIS_SETS.items())

    @property
    def ages(self) -> list[tuple[str, str]]:
        """The age bands to choose from."""
        return [(key, words) for key, (words, _, _) in AGE_BANDS.items()]

    @property
    def products(self) -> list[tuple[str, str]]:
        """The products to choose from."""
        return [(str(value), str(label)) for value, label in Product.choices]


def read_page(
    staff: StaffMember,
    choice: Choice,
    now: datetime,
    capability: Capability = Capability.READ_PARTICIPANTS,
) -> Page:
    """Read the whole page over the sites at which the person holds the capability."""
    return Page(Frame(staff, choice, now, capability), choice)


def read_part(staff: StaffMember, part: str, choice: Choice, now: datetime) -> Page:
    """Read one part of the page.

    Raises Http404 for a part that there is not, BadRequest where the chosen site is none of theirs.
    """
    if part not in PARTS:
        raise Http404
    page = replace(read_page(staff, choice, now), part=part)
    refuse_site(page.frame)
    return page


def read_figure(
    staff: StaffMember, key: str, choice: Choice, now: datetime, capability: Capability
) -> tuple[Frame, Figure]:
    """Read one figure over the sites at which the person holds the capability.

    Raises Http404 for a figure that there is not, BadRequest where the chosen site is none of theirs.
    """
    if key not in FIGURES:
        raise Http404
    frame = Frame(staff, choice, now, capability)
    refuse_site(frame)
    return frame, draw_figure(frame, key)


def refuse_site(frame: Frame) -> None:
    """Raise BadRequest where the chosen site is none of the person's."""
    if frame.site_refusal:
        raise BadRequest(frame.site_refusal)


def draw_figure(frame: Frame, key: str) -> Figure:
    """Draw a figure, with the number of participants that it is about."""
    figure = FIGURES[key](frame)
    of = NUMBERS.get(key, "n")
    counts = (part for part in figure.finding if isinstance(part, Count) and part.group == of)
    return replace(figure, n=next((count.value for count in counts), len(frame.members)))


def people_behind(frame: Frame, figure: Figure, group: str) -> Behind[Person]:
    """Return what a number counts, and whom. Raises Http404 for a number that the figure does not have."""
    if group not in figure.groups:
        raise Http404
    return Behind.of(figure.groups[group], frame.people.values())
