"""The page of a large study, from figures that stand until a task has drawn them again.

Drawing takes as long as there are participants; opening what was drawn does not. What is kept is what
a page shows: of long tables the rows of the page, and no participants behind numbers. Files and lists
are read from the record when somebody asks for them, as everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict

from followup.dashboards.choice import Choice
from followup.dashboards.figure import SHOWN_ROWS, Figure, Table
from followup.dashboards.page import Page
from followup.dashboards.reading.frame import Frame
from followup.dashboards.stored import Address, Record, canonical, from_record, to_record
from followup.models import StandingFigures
from participants.domain.roles import Capability
from participants.models import Participant, Site

# The shape of the record; figures of another shape are drawn again.
SHAPE = 5


class SitesFrame(Frame):
    """A frame over sites that are given: for a task, which is nobody."""

    def __init__(self, sites: Sequence[Site], choice: Choice, now: datetime) -> None:
        self.now = now
        self.choice = choice
        self._visible = list(sites)


@dataclass(frozen=True)
class ShortTable(Table):
    """A table of which only the rows that a page shows are at hand."""

    left_out: int

    @property
    def hidden(self) -> int:
        """How many rows only the file holds."""
        return self.left_out


@dataclass(frozen=True)
class StandingPage(Page):
    """A page whose figures were drawn at `read_at`."""

    record: Mapping[str, Any]

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures as they were drawn, in the order of the page."""
        return [_read(kept, self.links.people) for kept in self.record["figures"]]

    @property
    def counted(self) -> int:
        """How many the denominator counted."""
        return int(self.record["counted"])

    @property
    def considered(self) -> int:
        """How many had been considered by the data cut."""
        return int(self.record["considered"])

    @property
    def cut_on(self) -> date:
        """The last day that counted."""
        return date.fromisoformat(self.record["cut_on"])


def key_of(frame: Frame, capability: Capability) -> str:
    """Return the key of what a frame shows: a hash, since a choice can be long."""
    sites = sorted(site.pk for site in frame.sites)
    parts = [SHAPE, capability, frame.study.pk if frame.study else None, sites, frame.choice.query]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_large(frame: Frame, from_number: int) -> bool:
    """Say whether the chosen sites have at least so many participants, without counting them all."""
    rows = Participant.objects.filter(site__in=[site.pk for site in frame.sites]).order_by()
    return from_number <= 0 or rows.values("pk")[from_number - 1 : from_number].exists()


def frame_of(row: StandingFigures, now: datetime) -> Frame:
    """Return the frame that standing figures are drawn from again."""
    sites = Site.objects.filter(pk__in=row.sites).select_related("study")
    return SitesFrame(list(sites), Choice.of(QueryDict(row.query)), now)


def standing_page(page: Page, row: StandingFigures) -> StandingPage | None:
    """Return the page with the figures that stand; None while they were never drawn."""
    if not row.record or row.read_at is None:
        return None
    return StandingPage(page.frame, page.choice, json.loads(row.record), read_at=row.read_at)


def record_of(page: Page) -> str:
    """Write what a page shows as a record."""
    figures = [
        {"figure": to_record(_shown(figure)), "hidden": figure.table.hidden} for figure in page.figures
    ]
    kept: Record = {
        "counted": page.counted,
        "considered": page.considered,
        "cut_on": page.cut_on.isoformat(),
        "figures": figures,
    }
    return canonical(kept)


def _shown(figure: Figure) -> Figure:
    """Keep of a figure what a page shows of it."""
    shown = replace(figure.table, rows=figure.table.rows[:SHOWN_ROWS])
    return replace(figure, table=shown, groups={})


def _read(kept: Mapping[str, Any], address: Address) -> Figure:
    figure = from_record(kept["figure"], address)
    table = figure.table
    return replace(figure, table=ShortTable(table.caption, table.head, table.rows, kept["hidden"]))
