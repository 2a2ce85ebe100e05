"""Each site has its own today; a list over several sites compares with the right one in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import Q

from participants.models import Site

Todays = dict[int, date]


def todays(sites: Iterable[Site], now: datetime) -> Todays:
    """Return the calendar day at each site at a moment, by the site's key."""
    return {site.pk: site.today(now) for site in sites}


def by_today(
    days: Todays,
    condition: Callable[[date], Q],
    path: str = "participant__site",
    *,
    of_these_only: bool = False,
) -> Q:
    """Return a condition on visits in which every site is compared with its own day.

    Sites in one zone share a term, so that it stays short. No site means no row. Rows known to be
    `of_these_only` are not asked for their site, which is a look-up a row, while one day is it at all.
    """
    if of_these_only and len(set(days.values())) == 1:
        return condition(next(iter(days.values())))
    sites: dict[date, list[int]] = defaultdict(list)
    for site, day in days.items():
        sites[day].append(site)
    found = Q(pk__in=[])
    for day, keys in sites.items():
        found |= Q(**{f"{path}__in": keys}) & condition(day)
    return found
