"""Screening: from pre-screening to the decision on eligibility."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from django.utils import timezone

from participants.access import require
from participants.actions.checks import clean_columns, refuse_impossible_day
from participants.actions.consent_order import first_agreement, follow_consent
from participants.actions.evidence import criteria_against, judge_decision
from participants.actions.facts import add_fact, remove_fact
from participants.actions.judge_order import judge_order
from participants.actions.lifecycle import move_step, refuse_before_last, take_step
from participants.actions.people import check_birth, check_coordinator
from participants.audit import Actor, audited
from participants.domain.lifecycle import Phase
from participants.domain.partial_dates import PartialDate
from participants.domain.roles import Capability
from participants.errors import ActionRefused, NeedsReason, StaleVersion
from participants.models import (
    Consent,
    ConsentKind,
    ConsentVersion,
    Criterion,
    EligibilityDecision,
    LifecycleStep,
    Participant,
    Sex,
    Site,
    StaffMember,
)
from participants.signals import schedule_inputs_changed

BEFORE_DECISION = frozenset({Phase.PRE_SCREENED, Phase.SCREENING})


def pre_screen(
    *,
    by: Actor,
    site: Site,
    study_id: str,
    on: date,
    sex: str = Sex.UNKNOWN,
    birth: PartialDate | None = None,
    age_at_consent_years: int | None = None,
    coordinator: StaffMember | None = None,
) -> Participant:
    """Enter somebody in the screening log, with the visits that the schedule plans.

    Raises ActionRefused for a study id in use and for a birth date that cannot be.
    """
    require(by, Capability.WRITE_RECORDS, site)
    study_id = study_id.strip().upper()
    if Participant.objects.annotate(upper=Upper("study_id")).filter(upper=study_id).exists():
        raise ActionRefused("study_id", f"Study id: {study_id} is already in use.")
    if on > site.today(timezone.now()):
        raise ActionRefused("on", "Date: pre-screening cannot lie in the future.")
    check_birth(birth, on)
    check_coordinator(coordinator, site)
    participant = Participant(
        site=site,
        study_id=study_id,
        sex=sex,
        birth_on=birth.on if birth else None,
        birth_precision=birth.precision if birth else "",
        age_at_consent_years=age_at_consent_years,
        coordinator=coordinator,
        phase=Phase.PRE_SCREENED,
    )
    clean_columns(participant, exclude=["site", "coordinator"])
    with audited(by=by, kind="participant.pre_screened", reason="pre-screened", site=site):
        _save_new(participant)
        step = LifecycleStep(participant=participant, phase=Phase.PRE_SCREENED, on=on, entry=1)
        add_fact(step, by=by)
        schedule_inputs_changed.send(sender=Participant, participants=[participant.pk], by=by)
    return participant


def _save_new(participant: Participant) -> None:
    try:
        with transaction.atomic():
            participant.save(force_insert=True)
    except IntegrityError as error:
        # The unique index has seen what two people entered at the same moment.
        raise ActionRefused("study_id", f"Study id: {participant.study_id} is already in use.") from error


def record_consent(
    *,
    by: Actor,
    participant: Participant,
    kind: ConsentKind,
    version: ConsentVersion,
    signed_on: date,
    note: str = "",
    replaces: Consent | None = None,
    reason: str = "",
) -> Consent:
    """Record a signed consent, permission or assent; the first begins screening.

    A correction replaces the old row and asks for a reason; an event that then comes before any
    consent drafts a deviation. Raises ActionRefused for a date in the future or before birth, and
    for a second row of the same kind and version.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("signed_on", "Signed on", signed_on, participant)
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded consent is corrected.")
    _check_form(participant, kind, version, replaces)
    consent = Consent(
        participant=participant, kind=kind, consent_version=version, signed_on=signed_on, note=note.strip()
    )
    why = reason or f"{kind.label.lower()} recorded"
    with audited(by=by, kind="consent.recorded", reason=why, participant=participant):
        before = first_agreement(participant)
        add_fact(consent, by=by, replaces=replaces)
        follow_consent(participant, before, by=by, reason=why)
        schedule_inputs_changed.send(sender=Consent, participants=[participant.pk], by=by)
    return consent


def record_consents(
    *,
    by: Actor,
    participant: Participant,
    kinds: Sequence[ConsentKind],
    version: ConsentVersion,
    signed_on: date,
    note: str = "",
) -> list[Consent]:
    """Record what several people signed on one day, all of it or nothing; see record_consent."""
    names = ", ".join(kind.label.lower() for kind in kinds)
    with audited(by=by, kind="consent.recorded", reason=f"{names} recorded", participant=participant):
        return [
            record_consent(
                by=by, participant=participant, kind=kind, version=version, signed_on=signed_on, note=note
            )
            for kind in kinds
        ]


def remove_consent(*, by: Actor, consent: Consent, reason: str) -> None:
    """Take back a consent that was never signed, such as an entry on the wrong participant.

    Raises ActionRefused without a reason, StaleVersion when it was corrected meanwhile.
    """
    participant = consent.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="consent.removed", reason=reason, participant=participant):
        before = first_agreement(participant)
        remove_fact(consent)
        follow_consent(participant, before, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Consent, participants=[participant.pk], by=by)


def _check_form(
    participant: Participant, kind: ConsentKind, version: ConsentVersion, replaces: Consent | None
) -> None:
    """Raise ActionRefused for a form that cannot be, or is recorded already, for this participant."""
    if version.study_id != participant.site.study_id:
        raise ActionRefused("version", "Version: this form belongs to another study.")
    rows = participant.consents.standing()
    if replaces is not None:
        if not rows.filter(pk=replaces.pk).exists():
            raise StaleVersion(None, "Somebody else has corrected this entry since you opened it.")
        rows = rows.exclude(pk=replaces.pk)
    if rows.filter(kind=kind, consent_version=version).exists():
        raise ActionRefused(
            "kind", f"Kind: {kind.label} to version {version} is recorded already; correct that entry."
        )


def decide_eligibility(
    *,
    by: Actor,
    participant: Participant,
    is_eligible: bool,
    decided_on: date,
    reason: str = "",
    failed_criterion: Criterion | None = None,
) -> EligibilityDecision:
    """Record an investigator's decision; not eligible is a screen failure and closes the visits.

    A screen failure may be recorded by whoever keeps the record; only an investigator declares
    somebody eligible, and with a criterion not met only with a reason, which drafts a deviation.
    Raises ActionRefused without a reason for a failure or for a change of the decision.
    """
    needed = Capability.SIGN_ELIGIBILITY if is_eligible else Capability.WRITE_RECORDS
    require(by, needed, participant.site)
    refuse_impossible_day("decided_on", "Decided on", decided_on, participant)
    old = EligibilityDecision.objects.standing().filter(participant=participant).first()
    if (not is_eligible or old is not None) and not reason.strip():
        raise ActionRefused("reason", "Reason: say why.")
    against = criteria_against(participant, decided_on) if is_eligible else {}
    if against and not reason.strip():
        words = ". ".join(against.values())
        raise NeedsReason("reason", f"{words}. If this is right, give the reason to save it.")
    new = EligibilityDecision(
        participant=participant,
        is_eligible=is_eligible,
        decided_on=decided_on,
        reason=reason.strip(),
        failed_criterion=failed_criterion,
    )
    kind = "eligibility.decided" if is_eligible else "screening.failed"
    with audited(by=by, kind=kind, reason=reason or "eligibility decided", participant=participant):
        add_fact(new, by=by, replaces=old)
        _follow_decision(participant, new, old, by=by)
        judge_decision(participant, against, by=by, reason=reason)
        judge_order(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=EligibilityDecision, participants=[participant.pk], by=by)
    return new


def _follow_decision(
    participant: Participant, new: EligibilityDecision, old: EligibilityDecision | None, *, by: Actor
) -> None:
    """Take the step that a decision brings, or move it when only the decision's day is corrected."""
    phase = Phase.ELIGIBLE if new.is_eligible else Phase.SCREEN_FAILURE
    if old is not None and old.is_eligible == new.is_eligible:
        refuse_before_last(participant, BEFORE_DECISION, new.decided_on, field="decided_on")
        move_step(participant, phase, old.decided_on, new.decided_on, by=by)
    else:
        take_step(participant, phase, new.decided_on, by=by, reason=new.reason, field="decided_on")


def screen_again(*, by: Actor, participant: Participant, on: date, reason: str) -> None:
    """Take a screen failure, or somebody eligible whose evidence expired, back into screening."""
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date", on, participant)
    with audited(by=by, kind="screening.reopened", reason=reason, participant=participant):
        EligibilityDecision.objects.standing().filter(participant=participant).update(stands=False)
        take_step(participant, Phase.SCREENING, on, by=by, reason=reason)
        judge_decision(participant, {}, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Participant, participants=[participant.pk], by=by)
