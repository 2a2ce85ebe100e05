"""What visits and contacts add to the days on which somebody is known to have been alive."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from followup.models import ContactAttempt, ContactResult, Visit
from participants.vital import CONTACTS as IN_RECORD
from participants.vital import Contact, Sightings, sightings_of


def _reached() -> QuerySet[ContactAttempt]:
    return ContactAttempt.objects.standing().filter(result=ContactResult.REACHED)


# Every kind of contact that shows that somebody was alive: those of the record, visits and calls.
CONTACTS: tuple[Contact, ...] = (
    *IN_RECORD,
    Contact(lambda: Visit.objects.filter(occurred_on__isnull=False), "occurred_on", "visit"),
    Contact(_reached, "tried_on", "contact"),
)


def sightings(participants: Collection[int]) -> Sightings:
    """Return for each participant the latest day of each kind of contact, visits and calls included."""
    return sightings_of(CONTACTS, participants)
