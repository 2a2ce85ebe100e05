"""The visits of the grid as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from followup.models import Visit
from followup.pages.grid import COLUMN_MODES, GridFilter, chosen_people
from followup.pages.todays import todays
from participants.domain.roles import Capability
from participants.models import Site, StaffMember

GRID_CSV_HEAD = (
    "study_id", "site", "phase", "visit", "occurrence", "opens_on", "target_on", "closes_on", "is_planned",
    "outcome", "occurred_on", "days_out", "reason",
)  # fmt: skip
# The columns that the file is written from.
GRID_CSV_READ = (
    "code", "occurrence", "mode", "opens_on", "target_on", "closes_on", "is_projected", "outcome",
    "occurred_on", "outcome_reason", "participant__study_id", "participant__phase",
    "participant__site__code",
)  # fmt: skip
# So many visits of a file are read at a time.
FILE_ROWS = 2000


def grid_rows(visits: Iterable[Visit]) -> Iterable[tuple[object, ...]]:
    """Yield the visits of the grid as rows of a file."""
    for visit in visits:
        person = visit.participant
        yield (
            person.study_id, person.site.code, person.phase, visit.code, visit.occurrence, visit.opens_on,
            visit.target_on, visit.closes_on, "yes" if visit.is_projected else "no", visit.outcome,
            visit.occurred_on, visit.days_out if visit.occurred_on else None, visit.outcome_reason,
        )  # fmt: skip


def grid_visits(person: StaffMember, chosen: GridFilter, now: datetime) -> Iterable[Visit]:
    """Return the visits of everybody chosen, for whom the person may export; one after the other."""
    sites = Site.objects.visible_to(person, Capability.EXPORT)
    people = chosen_people(person, chosen, todays(sites, now)).filter(site__in=sites)
    rows = Visit.objects.filter(participant__in=people.values("pk"), mode__in=COLUMN_MODES)
    rows = rows.order_by("participant__study_id", "planned_visit__position", "occurrence")
    return rows.select_related("participant__site").only(*GRID_CSV_READ).iterator(FILE_ROWS)
