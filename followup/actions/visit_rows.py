"""Edit a visit only as the person saw it."""

from __future__ import annotations

from django.utils import timezone

from followup.models import Visit
from participants.actions.checks import clean_columns
from participants.errors import StaleVersion


def lock_visit(visit: Visit, version: int) -> Visit:
    """Read a visit anew and hold it until the transaction ends.

    Raises StaleVersion when it is not the version that the person saw.
    """
    rows = Visit.objects.select_for_update(of=("self",)).select_related(
        "participant__site__study", "planned_visit"
    )
    current = rows.get(pk=visit.pk)
    if current.version != version:
        raise StaleVersion(None, f"Somebody else has changed {visit.label} since you opened it.")
    return current


def save_visit(visit: Visit) -> None:
    """Save an edited visit as its next version. Raises ActionRefused for a value that is too long."""
    visit.version += 1
    visit.changed_at = timezone.now()
    clean_columns(visit, exclude=["participant", "planned_visit", "recorded_by"])
    visit.save()
