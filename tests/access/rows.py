"""How the matrix comes by a row of each model that an address names."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

from followup.models import ContactAttempt, Reminder, Snapshot, Visit
from participants.domain.roles import Role
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Consent,
    Death,
    Delegation,
    DerivedGrade,
    Deviation,
    EventGrade,
    HospitalStay,
    Infection,
    IntensiveCareStay,
    LabResult,
    LifecycleStep,
    Medication,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Query,
    Relapse,
    Response,
    SafetyReport,
    SeriousEvent,
    SeriousProposal,
    Site,
    StaffMember,
    Weight,
    Withdrawal,
)
from tests.access.place import Place


def _of_participant(model: type[models.Model]) -> Callable[[Place], models.Model]:
    """Take the first row of the place's infused participant, or of the one who has departed."""

    def take(place: Place) -> models.Model:
        for participant in (place.participant, place.departed):
            found = model._default_manager.filter(participant=participant).order_by("pk").first()
            if found is not None:
                return found
        raise LookupError(f"{model.__name__}: nobody in the matrix has one; build it")

    return take


def _the_participant(place: Place) -> Participant:
    assert place.participant is not None
    return place.participant


def _a_delegation(place: Place) -> Delegation:
    return Delegation.objects.get(staff=place.staff[Role.COORDINATOR])


def _a_snapshot(place: Place) -> Snapshot:
    return Snapshot.objects.get(sites__site=place.site)


# Add one line for a new model that an address names.
BUILDERS: dict[type[models.Model], Callable[[Place], models.Model]] = {
    Participant: _the_participant,
    Site: lambda place: place.site,
    StaffMember: lambda place: place.staff[Role.COORDINATOR],
    Delegation: _a_delegation,
    Visit: _of_participant(Visit),
    Snapshot: _a_snapshot,
    ContactAttempt: _of_participant(ContactAttempt),
    Deviation: _of_participant(Deviation),
    LifecycleStep: _of_participant(LifecycleStep),
    Infection: _of_participant(Infection),
    AdverseEvent: _of_participant(AdverseEvent),
    EventGrade: _of_participant(EventGrade),
    SeriousEvent: _of_participant(SeriousEvent),
    SafetyReport: _of_participant(SafetyReport),
    SeriousProposal: _of_participant(SeriousProposal),
    Response: _of_participant(Response),
    Relapse: _of_participant(Relapse),
    Consent: _of_participant(Consent),
    Death: _of_participant(Death),
    Milestone: _of_participant(Milestone),
    AnakinraDose: _of_participant(AnakinraDose),
    DerivedGrade: _of_participant(DerivedGrade),
    HospitalStay: _of_participant(HospitalStay),
    IntensiveCareStay: _of_participant(IntensiveCareStay),
    LabResult: _of_participant(LabResult),
    Medication: _of_participant(Medication),
    NeuroAssessment: _of_participant(NeuroAssessment),
    Observation: _of_participant(Observation),
    Query: _of_participant(Query),
    Weight: _of_participant(Weight),
    Withdrawal: _of_participant(Withdrawal),
    Reminder: _of_participant(Reminder),
}
