"""The list of deviations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from participants.domain.roles import Capability
from participants.models import Deviation, DeviationClass, DeviationState, Site, StaffMember
from participants.pages.keyset import KeysetPage, keyset_page

DEVIATIONS_CSV_HEAD = (
    "study_id", "site", "rule", "summary", "days", "reason", "state", "classification", "comment",
    "drafted_at", "classified_at", "classified_by",
)  # fmt: skip


@dataclass(frozen=True)
class DeviationFilter:
    """What the reader chose; unknown values count as no choice."""

    state: str = ""
    classification: str = ""
    site: str = ""
    participant: str = ""
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> DeviationFilter:
        """Read the choice from an address."""
        state, classification = values.get("state", ""), values.get("classification", "")
        return cls(
            state=state if state in DeviationState.values else "",
            classification=classification if classification in DeviationClass.values else "",
            site=values.get("site", "")[:3],
            participant=values.get("participant", "").strip()[:20],
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class DeviationsPage:
    """One page of deviations, newest first."""

    filter: DeviationFilter
    sites: list[Site]
    number: int
    drafts: int
    page: KeysetPage[Deviation]
    states: list[tuple[str, str]]
    classes: list[tuple[str, str]]


def read_deviations(person: StaffMember, chosen: DeviationFilter) -> DeviationsPage:
    """Read one page of the deviations that a person may see."""
    seen = Deviation.objects.visible_to(person)
    rows = _chosen(seen, chosen)
    page = keyset_page(
        rows.select_related("participant__site", "classified_by"), "id", chosen.after, descending=True
    )
    return DeviationsPage(
        filter=chosen,
        sites=list(Site.objects.visible_to(person)),
        number=rows.count(),
        drafts=seen.drafts().count(),
        page=page,
        states=list(DeviationState.choices),
        classes=list(DeviationClass.choices),
    )


def deviation_rows(person: StaffMember, chosen: DeviationFilter) -> Iterable[tuple[object, ...]]:
    """Yield the deviations chosen, for which the person may export, as rows of a file."""
    rows = _chosen(Deviation.objects.visible_to(person, Capability.EXPORT), chosen)
    for row in rows.select_related("participant__site", "classified_by"):
        yield (
            row.participant.study_id, row.participant.site.code, row.rule, row.summary, row.days, row.reason,
            row.state, row.classification, row.comment, row.drafted_at, row.classified_at,
            row.classified_by.name if row.classified_by else "",
        )  # fmt: skip


def _chosen(rows: QuerySet[Deviation], chosen: DeviationFilter) -> QuerySet[Deviation]:
    rows = rows.filter(state=chosen.state) if chosen.state else rows.exclude(state=DeviationState.WITHDRAWN)
    if chosen.classification:
        rows = rows.filter(classification=chosen.classification)
    if chosen.site:
        rows = rows.filter(participant__site__code=chosen.site)
    if chosen.participant:
        rows = rows.filter(participant__study_id__iexact=chosen.participant)
    return rows
