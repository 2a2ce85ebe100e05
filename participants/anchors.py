"""The dates that a schedule counts from, read for many participants in two statements."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Min

from participants.domain.milestones import KnownDate, dates_to_count_from
from participants.models import Consent, Milestone

CONSENT = "consent"


def known_dates(participants: Collection[int]) -> dict[int, dict[str, KnownDate]]:
    """Return for each participant the date of each kind of event that is known or planned."""
    found: dict[int, list[KnownDate]] = defaultdict(list)
    milestones = Milestone.objects.standing().filter(participant__in=participants)
    for owner, kind, on, is_planned in milestones.values_list("participant", "kind", "on", "is_planned"):
        found[owner].append(KnownDate(kind, on, is_planned))
    consents = Consent.objects.standing().agreements().filter(participant__in=participants)
    for row in consents.values("participant").annotate(first_on=Min("signed_on")):
        found[row["participant"]].append(KnownDate(CONSENT, row["first_on"], is_planned=False))
    return {owner: dates_to_count_from(dates) for owner, dates in found.items()}
