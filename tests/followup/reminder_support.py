"""Sites, coordinators and visits with chosen dates, and what was planned for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from followup.domain.local_time import local_moment
from followup.models import Reminder, Visit
from participants.domain.roles import Role
from participants.models import Participant, Site, StaffMember
from tests.factories import as_test, delegate, make_participant, make_site, make_staff

CHICAGO = ZoneInfo("America/Chicago")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TARGET = date(2026, 3, 18)


def day(offset: int) -> date:
    """Return the day `offset` days from the target."""
    return TARGET + timedelta(days=offset)


def morning(offset: int, zone: ZoneInfo = CHICAGO, minutes: int = 0) -> datetime:
    """Return seven o'clock at a site, `offset` days from the target and some minutes later."""
    return local_moment(day(offset), time(7), zone) + timedelta(minutes=minutes)


def make_coordinator(site: Site, **fields: Any) -> StaffMember:
    """Add a coordinator who has been delegated at a site for years."""
    person = make_staff(role=None, **fields)
    delegate(person, Role.COORDINATOR, site=site, starts_at=LONG_AGO)
    return person


def make_watched(site: Site | None = None, coordinator: StaffMember | None = None) -> Participant:
    """Add a participant with a named coordinator."""
    site = site or make_site()
    coordinator = coordinator or make_coordinator(site)
    participant = make_participant(site)
    with as_test():
        Participant.objects.filter(pk=participant.pk).update(coordinator=coordinator)
    participant.refresh_from_db()
    return participant


def make_visit(
    participant: Participant, code: str = "D28", *, before: int = 3, after: int = 3, **fields: Any
) -> Visit:
    """Give a visit of a participant its dates around the target, set long ago."""
    fields.setdefault("dates_set_at", LONG_AGO)
    fields.setdefault("changed_at", LONG_AGO)
    target = fields.pop("target_on", TARGET)
    return change(
        Visit.objects.get(participant=participant, code=code),
        opens_on=target - timedelta(days=before),
        target_on=target,
        closes_on=target + timedelta(days=after),
        **fields,
    )


def change(visit: Visit, **fields: Any) -> Visit:
    """Change columns of a visit behind the actions' back."""
    with as_test():
        Visit.objects.filter(pk=visit.pk).update(**fields)
    visit.refresh_from_db()
    return visit


def due_visits(number: int, site: Site | None = None, *, with_own_coordinator: bool = True) -> list[Visit]:
    """Make participants with one visit each that is due on the target, each with an own coordinator."""
    site = site or make_site()
    shared = None if with_own_coordinator else make_coordinator(site)
    return [make_visit(make_watched(site, shared)) for _ in range(number)]


def rows(**conditions: Any) -> list[tuple[str, str]]:
    """Return rule and state of the reminders about visits, in order of their rules."""
    found = Reminder.objects.filter(visit__isnull=False, **conditions)
    return sorted(found.values_list("rule", "state"))
