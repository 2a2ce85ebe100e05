"""The list of queries, and what one of them is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from participants.domain.roles import Capability
from participants.models import Query, QueryState, Site, StaffMember
from participants.models.base import Fact
from participants.pages.balloons import ENTRY, TAB
from participants.pages.entries import ENTRIES, address_of
from participants.pages.keyset import KeysetPage, keyset_page
from participants.subjects import field_words, key_of, model_of

QUERIES_CSV_HEAD = (
    "study_id", "site", "question", "rule", "field", "state", "raised_at", "raised_by",
    "answer", "answered_at", "answered_by", "closed_at",
)  # fmt: skip


@dataclass(frozen=True)
class QueryFilter:
    """What the reader chose; unknown values count as no choice."""

    state: str = ""
    site: str = ""
    participant: str = ""
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> QueryFilter:
        """Read the choice from an address."""
        state = values.get("state", "")
        return cls(
            state=state if state in QueryState.values else "",
            site=values.get("site", "")[:3],
            participant=values.get("participant", "").strip()[:20],
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class QueriesPage:
    """One page of queries, the newest first."""

    filter: QueryFilter
    sites: list[Site]
    number: int
    unsettled: int
    page: KeysetPage[Query]
    states: list[tuple[str, str]]


def read_queries(person: StaffMember, chosen: QueryFilter) -> QueriesPage:
    """Read one page of the queries that a person may see; without a choice those not closed."""
    seen = Query.objects.visible_to(person)
    rows = _chosen(seen, chosen)
    people = ("participant__site", "raised_by", "answered_by")
    page = keyset_page(rows.select_related(*people), "id", chosen.after, descending=True)
    return QueriesPage(
        filter=chosen,
        sites=list(Site.objects.visible_to(person)),
        number=rows.count(),
        unsettled=seen.unsettled().count(),
        page=page,
        states=list(QueryState.choices),
    )


def query_rows(person: StaffMember, chosen: QueryFilter) -> Iterable[tuple[object, ...]]:
    """Yield the queries chosen, for which the person may export, as rows of a file."""
    rows = _chosen(Query.objects.visible_to(person, Capability.EXPORT), chosen)
    for row in rows.select_related("participant__site", "raised_by", "answered_by"):
        yield (
            row.participant.study_id, row.participant.site.code, row.text, row.rule,
            field_words(row.subject, row.field), row.state,
            row.raised_at, row.raised_by.name if row.raised_by else "",
            row.answer, row.answered_at, row.answered_by.name if row.answered_by else "", row.closed_at,
        )  # fmt: skip


def subject_address(query: Query) -> str:
    """Return the page of the entry that a query is about, "" where it is about none that stands."""
    fact = _entry_of(query)
    return address_of(fact, "correct") if fact is not None else ""


def address_after(query: Query, back: str, *, may_write: bool) -> str:
    """Return where to go on after an answer: to where its balloon stood, otherwise to the list."""
    fact = _entry_of(query)
    if fact is None or back not in {TAB, ENTRY}:
        return reverse("participants:queries")
    if back == ENTRY and may_write:
        return address_of(fact, "correct")
    tab = next(entry.tab for entry in ENTRIES if entry.model is type(fact))
    return reverse(tab, args=[query.participant_id])


def _entry_of(query: Query) -> Fact | None:
    model = model_of(query.subject)
    if model is None:
        return None
    rows = model._default_manager.filter(pk=key_of(query.subject), participant=query.participant_id)
    return rows.filter(stands=True).first()


def _chosen(rows: QuerySet[Query], chosen: QueryFilter) -> QuerySet[Query]:
    rows = rows.filter(state=chosen.state) if chosen.state else rows.exclude(state=QueryState.CLOSED)
    if chosen.site:
        rows = rows.filter(participant__site__code=chosen.site)
    if chosen.participant:
        rows = rows.filter(participant__study_id__iexact=chosen.participant)
    return rows
