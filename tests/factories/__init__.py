"""Invented studies, sites, staff and participants for tests.

Set-up goes through the actions wherever there is one, so that a test starts from a record that
PACER itself could have written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from participants.actions.enrol import enrol
from participants.actions.screen import decide_eligibility, pre_screen, record_consent
from participants.actions.studies import open_study
from participants.actions.treat import record_milestone
from participants.audit import Actor, audited
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import ConsentKind, ConsentVersion, Delegation, Participant, Site, StaffMember, Study

TEST = Actor.machine("test")
PASSWORD = "correct-horse-battery"
_numbers = count(1)


@contextmanager
def as_test() -> Iterator[None]:
    """Write directly, as the machine "test"."""
    with audited(by=TEST, kind="test.set_up", reason="set up"):
        yield


def make_study(code: str = "", **fields: Any) -> Study:
    """Open a study with the default criteria and schedule."""
    return open_study(by=TEST, code=code or f"STUDY{next(_numbers)}", title="A study", **fields)


def make_site(
    study: Study | None = None, code: str = "", zone: str = "America/Chicago", **fields: Any
) -> Site:
    """Add a site to a study."""
    with as_test():
        return Site.objects.create(
            study=study or make_study(),
            code=code or f"S{next(_numbers):02d}"[-3:],
            name=fields.pop("name", "A hospital"),
            zone=zone,
            **fields,
        )


def make_staff(
    role: Role | None = Role.COORDINATOR, site: Site | None = None, study: Study | None = None, **fields: Any
) -> StaffMember:
    """Add a member of staff, delegated to a role at a site, or in a whole study when `site` is None."""
    number = next(_numbers)
    fields.setdefault("email", f"staff{number}@example.org")
    fields.setdefault("name", f"Staff {number}")
    with as_test():
        person = StaffMember.objects.create_user(password=None, **fields)
    if role is not None:
        delegate(person, role, site=site, study=study)
    return person


def delegate(
    person: StaffMember,
    role: Role,
    *,
    site: Site | None = None,
    study: Study | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Delegation:
    """Add a row to the delegation log, begun a year ago unless said otherwise."""
    owner = study or (site.study if site else None)
    assert owner is not None, "name a site or a study"
    with as_test():
        return Delegation.objects.create(
            staff=person,
            study=owner,
            site=site,
            role=role,
            starts_at=starts_at or timezone.now() - timedelta(days=365),
            ends_at=ends_at,
        )


def make_participant(site: Site | None = None, *, on: date | None = None, **fields: Any) -> Participant:
    """Pre-screen a participant, born 2015-05-05 unless said otherwise, 60 days ago."""
    site = site or make_site()
    fields.setdefault("study_id", f"P-{next(_numbers):05d}")
    fields.setdefault("birth", PartialDate(date(2015, 5, 5), Precision.DAY))
    return pre_screen(by=TEST, site=site, on=on or days_ago(60, site), **fields)


def make_enrolled(site: Site | None = None, *, on: date | None = None, **fields: Any) -> Participant:
    """Pre-screen, consent, declare eligible and enrol a participant on one day, 60 days ago."""
    participant = make_participant(site, on=on, **fields)
    on = on or days_ago(60, participant.site)
    version = ConsentVersion.objects.filter(study=participant.site.study).first()
    assert version is not None
    record_consent(
        by=TEST, participant=participant, kind=ConsentKind.PERMISSION, version=version, signed_on=on
    )
    decide_eligibility(by=TEST, participant=participant, is_eligible=True, decided_on=on)
    return enrol(by=TEST, participant=participant, on=on)


def make_infused(site: Site | None = None, *, day: int = 10, **fields: Any) -> Participant:
    """Make an enrolled participant whose trial day is `day` today, with lymphodepletion on D-6."""
    site = site or make_site()
    day_zero = days_ago(day, site)
    participant = make_enrolled(site, on=day_zero - timedelta(days=20), **fields)
    ld_start = day_zero - timedelta(days=6)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=ld_start)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=day_zero)
    return participant


def days_ago(days: int, site: Site) -> date:
    """Return a day in the past at a site, negative for one to come."""
    return site.today(timezone.now()) - timedelta(days=days)
