"""A page of figures as it was frozen: written once in a canonical form, and read back only if unchanged.

The hash is SHA-256 (FIPS 180-4) over the UTF-8 of the canonical form. It is kept beside the content
and in the audit trail, so that a change of both in the table is seen as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from followup.dashboards.behind import Behind
from followup.dashboards.drawing.style import svg_style
from followup.dashboards.figure import Figure
from followup.dashboards.links import Links
from followup.dashboards.page import Page
from followup.dashboards.stored import Record, canonical, from_record, to_record
from followup.models import Snapshot
from participants.domain import crs, icans
from participants.domain.rule_lines_anakinra import DOSE_RULE_VERSION, TRIGGER_RULE_VERSION
from participants.models import DerivedGrade
from participants.models.audit import AuditRow, Operation

# The shape of the record; another shape gets another number.
SHAPE = 3
RULES = (crs.RULE_VERSION, icans.RULE_VERSION, TRIGGER_RULE_VERSION, DOSE_RULE_VERSION)


class Altered(ValueError):
    """A snapshot is not what was frozen: its numbers are not to be trusted."""


@dataclass(frozen=True)
class FrozenPerson:
    """A participant as they stood at the freezing."""

    pk: int
    study_id: str
    site: str
    phase_name: str
    day_zero: date | None


@dataclass(frozen=True)
class Frozen:
    """A snapshot whose content is what was frozen."""

    row: Snapshot
    record: Mapping[str, Any]

    @cached_property
    def links(self) -> Links:
        """Where the links of its figures lead: to what was frozen."""
        return Links(reverse("followup:snapshot", args=[self.row.pk]), "")

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Its figures by key, in the order of the page."""
        return {one["key"]: from_record(one, self.links.people) for one in self.record["figures"]}

    @property
    def cut_on(self) -> date:
        """The last day that counts."""
        return date.fromisoformat(self.record["cut_on"])

    @property
    def style(self) -> str:
        """The looks of its drawings as files; "" in a snapshot of before they were kept."""
        return str(self.record.get("style", ""))

    @property
    def frozen_at(self) -> datetime:
        """When it was frozen."""
        return datetime.fromisoformat(self.record["frozen_at"])

    def people(self, figure: str, group: str) -> Behind[FrozenPerson]:
        """Return what a number counts, and whom. Raises KeyError for a number that it does not have."""
        return Behind.of(self.figures[figure].groups[group], map(_person, self.record["people"]))


def freeze_record(page: Page, *, by: str, at: datetime, reason: str) -> Record:
    """Return everything that a page shows, and of what it was made, as a plain record."""
    frame, choice = page.frame, page.choice
    return {
        "shape": SHAPE,
        "study": frame.study.code if frame.study else "",
        "sites": [site.code for site in frame.sites],
        "choice": page.choice_words,
        "query": choice.query,
        "cut_on": frame.cut_on.isoformat(),
        "rules": sorted({*RULES, *_rules_of_grades(page)}),
        "schedules": frame.versions,
        "frozen_at": at.isoformat(),
        "frozen_by": by,
        "reason": reason,
        "people": [
            [one.pk, one.study_id, one.site, one.phase_name, one.day_zero and one.day_zero.isoformat()]
            for one in frame.people.values()
        ],
        "figures": [to_record(figure) for figure in page.figures],
        "style": svg_style(),
    }


def write(record: Record) -> tuple[str, str]:
    """Return the canonical form of a record, and its hash."""
    content = canonical(record)
    return content, hash_of(content)


def hash_of(content: str) -> str:
    """Return the hash of a canonical form."""
    return hashlib.sha256(content.encode()).hexdigest()


def read(row: Snapshot) -> Frozen:
    """Read a snapshot back. Raises Altered when it is not what was frozen."""
    trail = AuditRow.objects.filter(
        table_name=Snapshot._meta.db_table, row_pk=str(row.pk), operation=Operation.INSERT
    )
    kept = [written and written["sha256"] for written in trail.values_list("new", flat=True)]
    if kept != [row.sha256]:
        raise Altered("the hash is not the one that the audit trail recorded when it was frozen")
    if hash_of(row.content) != row.sha256:
        raise Altered("the content does not have the hash that was recorded when it was frozen")
    return Frozen(row, json.loads(row.content))


def _rules_of_grades(page: Page) -> list[str]:
    """List the versions of the rules that the stored grades were derived by."""
    rows = page.frame.of(DerivedGrade.objects.standing()).order_by()
    return list(rows.values_list("rule_version", flat=True).distinct())


def _person(row: tuple[int, str, str, str, str | None]) -> FrozenPerson:
    pk, study_id, site, phase, zero = row
    return FrozenPerson(pk, study_id, site, phase, date.fromisoformat(zero) if zero else None)
