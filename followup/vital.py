"""What visits and contacts add to the days on which somebody is known to have been alive."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max

from followup.models import ContactAttempt, ContactResult, Visit
from participants.domain.vital_status import Sighting
from participants.vital import Sightings, sightings_in_record


def sightings(participants: Collection[int]) -> Sightings:
    """Return for each participant the latest day of each kind of contact, visits and calls included."""
    found = sightings_in_record(participants)
    visits = Visit.objects.filter(participant__in=participants, occurred_on__isnull=False)
    seen = visits.order_by().values("participant").annotate(on=Max("occurred_on"))
    for owner, on in seen.values_list("participant", "on"):
        found.setdefault(owner, []).append(Sighting(on, "visit"))
    reached = ContactAttempt.objects.filter(participant__in=participants, result=ContactResult.REACHED)
    heard = reached.order_by().values("participant").annotate(on=Max("tried_on"))
    for owner, on in heard.values_list("participant", "on"):
        found.setdefault(owner, []).append(Sighting(on, "contact"))
    return found
