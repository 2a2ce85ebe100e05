"""Enrol: give an eligible participant a number."""

from __future__ import annotations

from datetime import date

from participants.access import require
from participants.actions.checks import ask_for_reason, refuse_impossible_day
from participants.actions.consent_order import first_agreement
from participants.actions.deviations import draft_deviation
from participants.actions.judge_events import ENROLMENT, begun_before
from participants.actions.judge_order import judge_order
from participants.actions.lifecycle import take_step
from participants.audit import Actor, audited
from participants.domain.bounds import BEFORE_CONSENT
from participants.domain.enrolment_number import enrolment_number, is_valid
from participants.domain.lifecycle import Phase
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Participant, Site
from participants.signals import schedule_inputs_changed


def enrol(*, by: Actor, participant: Participant, on: date, reason: str = "") -> Participant:
    """Enrol an eligible participant and give them the site's next enrolment number.

    An enrolment before any consent, or after treatment began, is improbable: it is saved with a
    reason and drafts a deviation. Raises ActionRefused for who is not eligible, and for an impossible date.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Enrolled on", on, participant)
    first = first_agreement(participant)
    improbable = [] if first and first <= on else [(BEFORE_CONSENT, "No consent was signed by this day.")]
    ask_for_reason([*improbable, *begun_before(participant, on)], reason)
    with audited(by=by, kind="participant.enrolled", reason=reason or "enrolled", participant=participant):
        take_step(participant, Phase.ENROLLED, on, by=by, reason=reason)
        participant.enrolment_number = participant.enrolment_number or _next_number(participant.site)
        Participant.objects.filter(pk=participant.pk).update(enrolment_number=participant.enrolment_number)
        for rule, sentence in improbable:
            draft_deviation(
                by=by,
                participant=participant,
                rule=rule,
                subject=ENROLMENT,
                summary=sentence,
                reason=reason,
            )
        judge_order(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Participant, participants=[participant.pk], by=by)
    return participant


def _next_number(site: Site) -> str:
    """Return the number after the highest that the site has given; the site's row is the lock."""
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    given = Participant.objects.filter(site=site, enrolment_number__startswith=f"{site.code}-")
    numbers = given.values_list("enrolment_number", flat=True)
    # Numbers of an import that are not of our form count for themselves.
    taken = [int(number[4:8]) for number in numbers if number and is_valid(number)]
    try:
        return enrolment_number(site.code, max(taken, default=0) + 1)
    except ValueError as full:
        raise ActionRefused(None, f"Site {site.code} has given all of its enrolment numbers.") from full
