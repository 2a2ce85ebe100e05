"""Edit what is known of a participant before and beside the trial."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model

from participants.access import holds, require
from participants.actions.checks import clean_columns, refuse_impossible_day
from participants.actions.derive import derive_where_findings_are
from participants.actions.evidence import judge_evidence
from participants.audit import Actor, audited
from participants.domain.partial_dates import PartialDate
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import (
    CarTProduct,
    Consent,
    DiseaseHistory,
    LifecycleStep,
    Milestone,
    Participant,
    Sex,
    Site,
    StaffMember,
)
from participants.refusal_words import name_of

OLDEST_YEARS = 120


def check_coordinator(coordinator: StaffMember | None, site: Site) -> None:
    """Raise ActionRefused for a coordinator who does not keep records at the site."""
    if coordinator is not None and not holds(coordinator, Capability.WRITE_RECORDS, site):
        raise ActionRefused("coordinator", f"Coordinator: {coordinator} does not work at site {site}.")


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
    """Change the details of a participant; filling what was empty needs no reason.

    Raises StaleVersion when somebody else has changed them, ActionRefused for an impossible birth
    date, a coordinator of another site, or when a recorded value changes without a reason.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    check_birth(birth, participant.created_at.date())
    _check_birth_against_record(birth, participant)
    if coordinator != participant.coordinator:
        # Who has left stays named until somebody else is.
        check_coordinator(coordinator, participant.site)
    values = {
        "sex": sex,
        "birth_on": birth.on if birth else None,
        "birth_precision": birth.precision if birth else "",
        "age_at_consent_years": age_at_consent_years,
        "coordinator": coordinator,
    }
    why = reason.strip() or "details completed"
    with audited(by=by, kind="participant.edited", reason=why, participant=participant):
        # The participant alone is held, not the site that comes along.
        held = Participant.objects.select_for_update(of=("self",), no_key=True)
        current = held.select_related("site").get(pk=participant.pk)
        _refuse_stale(current.version, version)
        _ask_why_replaced(current, values, reason)
        _save(current, values, exclude=["site", "coordinator"])
        derive_where_findings_are(by=by, participants=[participant.pk])
        judge_evidence(participant=current, by=by, reason=reason)
    return current


def _check_birth_against_record(birth: PartialDate | None, participant: Participant) -> None:
    """Raise ActionRefused for a birth after something that is recorded of the participant."""
    if birth is None:
        return
    rows = {
        "a step of the trial": LifecycleStep.objects.standing().values_list("on"),
        "a signature": Consent.objects.standing().values_list("signed_on"),
        "an event": Milestone.objects.standing().actual().values_list("on"),
    }
    for what, days in rows.items():
        first = min((on for (on,) in days.filter(participant=participant)), default=None)
        if first is not None and birth.earliest > first:
            raise ActionRefused("birth", f"Birth date: this is after {what} on {first:%d %b %Y}.")


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
    _check_days(model, values, participant)
    name = str(model._meta.verbose_name)
    why = reason.strip() or f"{name} recorded"
    with audited(by=by, kind="sheet.recorded", reason=why, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        current = model._default_manager.filter(participant=participant).first()
        if current is None:
            current = model(participant=participant, version=0)
        else:
            _refuse_stale(current.version, version)
            _ask_why_replaced(current, values, reason)
        _save(current, values, exclude=["participant"])
        derive_where_findings_are(by=by, participants=[participant.pk])
        judge_evidence(participant=participant, by=by, reason=reason)
    return current


def _check_days(model: type[Model], values: dict[str, Any], participant: Participant) -> None:
    """Raise ActionRefused for a date in the future, before birth, or of a transplantation that was not."""
    for field, value in values.items():
        if isinstance(value, date):
            name = name_of(model._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
            refuse_impossible_day(field, name, value, participant)
    if values.get("hsct_on") and values.get("had_hsct") is not True:
        raise ActionRefused("hsct_on", "Date of the last transplantation: no transplantation is recorded.")


def _ask_why_replaced(current: Model, values: dict[str, Any], reason: str) -> None:
    """Raise ActionRefused when a value that somebody recorded is changed or emptied without a reason."""
    changed = [
        str(current._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
        for field, value in values.items()
        if (old := getattr(current, field)) not in (None, "", Sex.UNKNOWN) and old != value
    ]
    if changed and not reason.strip():
        raise ActionRefused("reason", f"Reason: say why a recorded value changes ({', '.join(changed)}).")


def _save(
    row: Participant | DiseaseHistory | CarTProduct, values: dict[str, Any], exclude: list[str]
) -> None:
    for field, value in values.items():
        setattr(row, field, value)
    row.version += 1
    clean_columns(row, exclude=exclude)
    row.save()


def _refuse_stale(current: int, version: int | None) -> None:
    if current != version:
        raise StaleVersion(None, "Somebody else has changed this since you opened it.")
