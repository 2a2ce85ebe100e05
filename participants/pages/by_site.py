"""A page of participants in the order of their study ids, however many others there are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, Min, OuterRef, Subquery

from participants.models import Participant, Site
from participants.models.participant import ParticipantQuerySet
from participants.pages.keyset import PAGE_ROWS, KeysetPage, begins_after, keyset_page

KEY = "study_id"


def page_of_people(
    people: ParticipantQuerySet,
    sites: Iterable[Site],
    after: str = "",
    *,
    size: int = PAGE_ROWS,
    descending: bool = False,
) -> KeysetPage[Participant]:
    """Read one page of people of some sites, with what pages show of them.

    The index holds the study ids of each site in order. The page ends, at the latest, where the first
    site has filled it: up to there no site has more rows than a page, and no more are read or sorted.
    """
    keys = [site.pk for site in sites]
    there = people.filter(site__in=keys)
    last = _end(begins_after(there, KEY, after, descending=descending), keys, size, descending=descending)
    if last is not None:
        there = there.filter(**{f"{KEY}__{'gte' if descending else 'lte'}": last})
    return keyset_page(there.for_pages(), KEY, after, size=size, descending=descending)


def _end(people: ParticipantQuerySet, sites: list[int], size: int, *, descending: bool) -> str | None:
    """Return the first study id by which a site alone has a row more than a page; None where none has."""
    own = people.filter(site=OuterRef("pk")).order_by(f"-{KEY}" if descending else KEY).values(KEY)
    filled = Site.objects.filter(pk__in=sites).annotate(end=Subquery(own[size : size + 1]))
    found: str | None = filled.aggregate(first=(Max if descending else Min)("end"))["first"]
    return found
