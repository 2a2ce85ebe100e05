"""Change the settings of a study, and bring in step what rests on them, in the same transaction.

Most settings are read wherever something is shown: clocks, proposed episodes, the contact ladder,
assent. Three kinds leave rows behind, and these follow here: deviations from the criteria, the step
into follow-up with the visits, and proposals of serious events.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from participants.actions.evidence import judge_evidence
from participants.actions.follow_up import move_follow_ups
from participants.actions.propose import propose_serious
from participants.actions.work_items import lock, write
from participants.audit import Actor, audited
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import (
    EligibilityDecision,
    HospitalStay,
    Milestone,
    Participant,
    StaffMember,
    Study,
    delegations_where,
)

# What the criteria are judged by.
OF_CRITERIA = frozenset(
    {"minimum_age_years", "maximum_age_years", "assent_from_years", "assent_to_years", "evidence_days"}
)


def change_settings(*, by: Actor, study: Study, version: int, reason: str, **values: Any) -> Study:
    """Change settings of a study, by the names of its columns; equal values change nothing.

    Raises StaleVersion when somebody else has changed them, ActionRefused for what cannot be, without
    a reason, and for who does not hold the right for the whole study.
    """
    if by.staff is not None and not may_change_settings(by.staff, study):
        raise ActionRefused(None, "Only who answers for the data of the whole study changes its settings.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the settings change.")
    with audited(by=by, kind="study.settings_changed", reason=reason):
        current = lock(study, version)
        changed = {name for name, value in values.items() if getattr(current, name) != value}
        was_from_day = current.follow_up_from_day
        _refuse_impossible({name: getattr(current, name) for name in OF_CRITERIA} | values)
        write(current, values, reason=reason)
        if changed & OF_CRITERIA:
            _judge_criteria(current, by=by, reason=reason)
        if "follow_up_from_day" in changed:
            move_follow_ups(by=by, study=current, was_from_day=was_from_day)
        if "long_stay_days" in changed:
            _propose_stays(current, by=by)
    return current


def may_change_settings(person: StaffMember, study: Study) -> bool:
    """Say whether somebody holds the right to change the settings, for the whole of a study."""
    held = delegations_where(person, Capability.CHANGE_SETTINGS)
    return held.filter(study=study, site__isnull=True).exists()


def _refuse_impossible(values: dict[str, Any]) -> None:
    youngest, assent_from = values["minimum_age_years"], values["assent_from_years"]
    if youngest >= values["maximum_age_years"]:
        raise ActionRefused(
            "maximum_age_years", f"Age below: it must lie above the youngest age, {youngest} years."
        )
    if assent_from > values["assent_to_years"]:
        raise ActionRefused(
            "assent_to_years", f"Assent to: it cannot lie below the first age, {assent_from} years."
        )


def _judge_criteria(study: Study, *, by: Actor, reason: str) -> None:
    decided = EligibilityDecision.objects.standing().filter(is_eligible=True).values("participant")
    begun = Milestone.objects.standing().actual().filter(kind=MilestoneKind.LD_START).values("participant")
    people = Participant.objects.filter(Q(pk__in=decided) | Q(pk__in=begun), site__study=study)
    for participant in people.select_related("site__study"):
        judge_evidence(participant=participant, by=by, reason=reason)


def _propose_stays(study: Study, *, by: Actor) -> None:
    stays = HospitalStay.objects.standing().filter(participant__site__study=study)
    people = Participant.objects.filter(pk__in=stays.values("participant"))
    for participant in people.select_related("site__study"):
        propose_serious(by=by, participant=participant)
