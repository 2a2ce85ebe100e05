"""On which day somebody was last known to be alive: one statement, one row a participant.

Of each kind of contact the latest is looked up in the index of the participant, which takes as long for
ten thousand vital signs as for ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import DateField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from followup.dashboards.reading.plain import Plain, as_day, as_moment
from followup.vital import CONTACTS
from participants.models import Milestone, Participant, Response
from participants.vital import Contact

# What narrows rows to those whose date or moment, in a column, counts.
Within = Callable[[str], Q]
# Of these the dated facts hold every day.
READ_ANYWAY = (Milestone, Response)
# The day that stands where there is no contact of a kind: before any trial.
NEVER = datetime(1900, 1, 1, tzinfo=UTC)


class LastContact(NamedTuple):
    """The latest contact of one participant of those kinds that have only a day, and of those that are timed.

    `heard_on` and `heard_at` are the latest by a past data cut.
    """

    seen_on: date
    seen_at: datetime
    heard_on: date
    heard_at: datetime


def read_contacts(people: QuerySet[Participant, Any], heard_by: Within | None) -> dict[int, LastContact]:
    """Read the last contact of some participants; `heard_by` narrows to a past data cut."""
    kinds = [contact for contact in CONTACTS if contact.rows().model not in READ_ANYWAY]
    columns = {"latest_on": latest_of(kinds, is_timed=False), "latest_at": latest_of(kinds, is_timed=True)}
    if heard_by is not None:
        columns["by_cut_on"] = latest_of(kinds, heard_by, is_timed=False)
        columns["by_cut_at"] = latest_of(kinds, heard_by, is_timed=True)
    # In the order of the keys, in which the indexes of the contacts are too.
    rows = people.annotate(**columns).order_by("pk").values_list("pk", *columns)
    return {pk: _last(*found) for pk, *found in rows}


def _last(seen_on: Any, seen_at: Any, heard_on: Any = None, heard_at: Any = None) -> LastContact:
    seen = as_day(seen_on), as_moment(seen_at)
    return LastContact(*seen, *(seen if heard_on is None else (as_day(heard_on), as_moment(heard_at))))


def latest_of(kinds: Iterable[Contact], within: Within | None = None, *, is_timed: bool) -> Plain:
    """Write the latest day of those kinds of contact that have no time, or the latest moment of the others.

    NEVER where there is none.
    """
    day, moment = Value(NEVER.date(), DateField()), Value(NEVER, DateTimeField())
    never = moment if is_timed else day
    asked = (contact for contact in kinds if contact.is_timed == is_timed)
    return Plain(Greatest(*(Coalesce(Subquery(_newest(contact, within)), never) for contact in asked)))


def _newest(contact: Contact, within: Within | None) -> QuerySet[Any, Any]:
    rows = contact.rows() if within is None else contact.rows().filter(within(contact.column))
    own = rows.filter(participant=OuterRef("pk")).order_by(f"-{contact.column}")
    newest: QuerySet[Any, Any] = own.values_list(F(contact.column))[:1]
    return newest
