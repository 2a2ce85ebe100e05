"""The dashboards and the record agree on the last day known alive, whatever kind of contact it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from followup.dashboards.reading.courses import heard_on
from followup.models import ContactAttempt, ContactResult, Visit
from followup.vital import CONTACTS, sightings
from participants.domain.milestones import MilestoneKind
from participants.models import (
    AnakinraDose,
    Consent,
    ConsentKind,
    ConsentVersion,
    DoseState,
    HospitalStay,
    Infection,
    LabResult,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Response,
    ResponseKind,
    Site,
    StaffMember,
    Weight,
)
from participants.vital import last_known_alive
from tests.factories import as_test, make_infused
from tests.factories.safety import make_event
from tests.followup.dashboards.support import frame_of, on_day

pytestmark = pytest.mark.django_db


def _at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 18, tzinfo=UTC)


def _visit(participant: Participant, on: date) -> None:
    Visit.objects.filter(participant=participant, code="D28").update(outcome="attended", occurred_on=on)


def _adverse_event(participant: Participant, _on: date) -> None:
    make_event(participant, days=5)


# One contact of each kind on a day.
WRITERS: dict[str, Callable[[Participant, date], object]] = {
    "event": lambda one, on: Milestone.objects.create(participant=one, kind=MilestoneKind.HSCT, on=on),
    "vital signs": lambda one, on: Observation.objects.create(
        participant=one, at=_at(on), temperature=Decimal("37.0"), temperature_unit="C"
    ),
    "neurological assessment": lambda one, on: NeuroAssessment.objects.create(participant=one, at=_at(on)),
    "dose": lambda one, on: AnakinraDose.objects.create(
        participant=one, at=_at(on), state=DoseState.GIVEN, dose_mg=50, dosing_weight_kg=20,
        weighed_on=on, schedule="q12h",
    ),
    "laboratory": lambda one, on: LabResult.objects.create(
        participant=one, analyte="ferritin", value=Decimal(500), unit="ng/mL", at=_at(on)
    ),
    "weight": lambda one, on: Weight.objects.create(participant=one, on=on, weight_kg=Decimal(20)),
    "consent": lambda one, on: Consent.objects.create(
        participant=one, kind=ConsentKind.ASSENT, consent_version=ConsentVersion.objects.get(), signed_on=on
    ),
    "disease assessment": lambda one, on: Response.objects.create(
        participant=one, on=on, response=ResponseKind.CR
    ),
    "infection": lambda one, on: Infection.objects.create(
        participant=one, onset_on=on, kind="bacterial", body_site="urinary", severity="mild"
    ),
    "adverse event": _adverse_event,
    "admission": lambda one, on: HospitalStay.objects.create(
        participant=one, admitted_at=_at(on), reason="fever"
    ),
    "discharge": lambda one, on: HospitalStay.objects.create(
        participant=one, admitted_at=_at(on) - timedelta(days=9), discharged_at=_at(on), reason="fever"
    ),
    "visit": _visit,
    "contact": lambda one, on: ContactAttempt.objects.create(
        participant=one, tried_on=on, result=ContactResult.REACHED
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", [contact.what for contact in CONTACTS])
def test_contact_of_any_kind_shows_the_same_day_in_record_and_figures(
    what: str, site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=40)
    on = on_day(one, 35)
    with as_test():
        WRITERS[what](one, on)
    in_record = last_known_alive(sightings([one.pk]))[one.pk].on
    assert (in_record, frame_of(reader).courses[one.pk].last_alive_on) == (on, on)


def test_contact_on_the_day_of_the_cut_was_heard_by_it(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    with as_test():
        for day in (20, 30):
            WRITERS["disease assessment"](one, on_day(one, day))
    heard = []
    for day in (29, 30):
        frame = frame_of(reader, cut=on_day(one, day).isoformat())
        heard.append(heard_on(frame, frame.infused[one.pk]))
    assert heard == [on_day(one, 20), on_day(one, 30)]
