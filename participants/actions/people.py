"""Edit what is known of a participant before and beside the trial."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from participants.access import require
from participants.audit import Actor, audited
from participants.domain.partial_dates import PartialDate
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import CarTProduct, DiseaseHistory, Participant, StaffMember

OLDEST_YEARS = 120


def check_birth(birth: PartialDate | None, on: date) -> None:
    """Raise ActionRefused for a birth after a day, or so long before it that nobody lives."""
    if birth is None:
        return
    if birth.earliest > on:
        raise ActionRefused("birth", "Birth date: this lies in the future.")
    if on.year - birth.latest.year > OLDEST_YEARS:
        raise ActionRefused("birth", f"Birth date: more than {OLDEST_YEARS} years ago.")


def edit_participant(
    *,
    by: Actor,
    participant: Participant,
    version: int,
    reason: str,
    sex: str,
    birth: PartialDate | None,
    age_at_consent_years: int | None,
    coordinator: StaffMember | None,
) -> Participant:
    """Change the details of a participant.

    Raises StaleVersion when somebody else has changed them, ActionRefused for an impossible birth
    date or a change without a reason.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    check_birth(birth, participant.created_at.date())
    with audited(by=by, kind="participant.edited", reason=reason, participant=participant):
        current = Participant.objects.select_for_update().select_related("site").get(pk=participant.pk)
        _refuse_stale(current.version, version)
        current.sex, current.coordinator = sex, coordinator
        current.birth_on = birth.on if birth else None
        current.birth_precision = birth.precision if birth else ""
        current.age_at_consent_years = age_at_consent_years
        current.version += 1
        current.full_clean(exclude=["site", "coordinator"], validate_unique=False, validate_constraints=False)
        current.save()
    return current


def record_disease_history(
    *, by: Actor, participant: Participant, version: int | None, reason: str = "", **values: Any
) -> DiseaseHistory:
    """Record or edit the disease history; `version` None for the first entry."""
    return _edit_sheet(DiseaseHistory, by, participant, version, reason, values)


def record_product(
    *, by: Actor, participant: Participant, version: int | None, reason: str = "", **values: Any
) -> CarTProduct:
    """Record or edit the CAR-T product; `version` None for the first entry."""
    return _edit_sheet(CarTProduct, by, participant, version, reason, values)


S = TypeVar("S", DiseaseHistory, CarTProduct)


def _edit_sheet(
    model: type[S],
    by: Actor,
    participant: Participant,
    version: int | None,
    reason: str,
    values: dict[str, Any],
) -> S:
    require(by, Capability.WRITE_RECORDS, participant.site)
    name = str(model._meta.verbose_name)
    why = reason or f"{name} recorded"
    with audited(by=by, kind="sheet.recorded", reason=why, participant=participant):
        Participant.objects.select_for_update().get(pk=participant.pk)
        current = model._default_manager.filter(participant=participant).first()
        if current is None:
            current = model(participant=participant)
        else:
            _refuse_stale(current.version, version)
            if not reason.strip():
                raise ActionRefused("reason", "Reason: say why recorded values change.")
            current.version += 1
        for field, value in values.items():
            setattr(current, field, value)
        _clean(current)
        current.save()
    return current


def _clean(row: Model) -> None:
    try:
        row.full_clean(exclude=["participant"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ActionRefused(None if field == "__all__" else field, " ".join(messages)) from error


def _refuse_stale(current: int, version: int | None) -> None:
    if current != version:
        raise StaleVersion(None, "Somebody else has changed this since you opened it.")
