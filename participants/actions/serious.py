"""Serious events: reported by the site, confirmed by an investigator, judged and passed on by the sponsor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from participants.access import require
from participants.actions.facts import add_fact, remove_fact
from participants.actions.propose import settle
from participants.actions.serious_death import question_death, refuse_death_of_the_living
from participants.actions.work_items import lock, lock_standing, write
from participants.audit import Actor, audited
from participants.domain.clocks import REPORT_NAMES, ReportKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import (
    AdverseEvent,
    SafetyReport,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
)

# Who sends which report: the site its own, the sponsor those to the regulator.
SENT_BY = {
    ReportKind.TO_SPONSOR: Capability.WRITE_RECORDS,
    ReportKind.SPONSOR_FOLLOW_UP: Capability.WRITE_RECORDS,
    ReportKind.TO_IRB: Capability.WRITE_RECORDS,
    ReportKind.TO_REGULATOR: Capability.KEEP_SPONSOR_CLOCKS,
    ReportKind.REGULATOR_FOLLOW_UP: Capability.KEEP_SPONSOR_CLOCKS,
}


def report_serious(
    *,
    by: Actor,
    event: AdverseEvent,
    criteria: Collection[SeriousnessCriterion],
    site_aware_at: datetime,
    narrative: str = "",
    proposal: SeriousProposal | None = None,
) -> SeriousEvent:
    """Report an adverse event as serious: its clock runs from the site's awareness, confirmed or not.

    With a `proposal` this is the decision about it. Raises ActionRefused for an event without a
    criterion, one that is serious already, a moment in the future or before the onset, or death as a
    criterion while none is recorded.
    """
    participant = event.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    _check(event, criteria, site_aware_at)
    values: dict[str, Any] = {
        "criteria": sorted(str(one) for one in criteria),
        "site_aware_at": site_aware_at,
        "narrative": narrative.strip(),
    }
    with audited(by=by, kind="serious.reported", reason="reported as serious", participant=participant):
        lock_standing(event)
        known = SeriousEvent.objects.filter(event=event).first()
        if known is not None and known.stands:
            raise ActionRefused(None, f"This event is reported as serious already ({known}).")
        serious = known or SeriousEvent(event=event, participant=participant, number=f"SAE-{event.pk:05d}")
        write(serious, values | {"stands": True}, free=(*values, "stands"))
        if proposal is not None:
            settle(by=by, proposal=proposal, serious=serious)
        question_death(participant, by=by)
    return serious


def edit_serious(
    *,
    by: Actor,
    serious: SeriousEvent,
    version: int,
    criteria: Collection[SeriousnessCriterion],
    site_aware_at: datetime,
    narrative: str = "",
    reason: str = "",
) -> SeriousEvent:
    """Edit what the site says of a serious event; what an investigator had confirmed waits again.

    Raises StaleVersion, and ActionRefused as reporting does, or when a recorded value changes
    without a reason.
    """
    participant = serious.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    _check(serious.event, criteria, site_aware_at)
    values: dict[str, Any] = {
        "criteria": sorted(str(one) for one in criteria),
        "site_aware_at": site_aware_at,
        "narrative": narrative.strip(),
    }
    why = reason or "serious event completed"
    with audited(by=by, kind="serious.edited", reason=why, participant=participant):
        current = lock(serious, version)
        before = current.version
        write(current, values, reason=reason, free=("narrative",))
        if current.version != before and current.confirmed_at is not None:
            current.confirmed_at = current.confirmed_by = None
            current.save()
        question_death(participant, by=by)
    return current


def confirm_serious(*, by: Actor, serious: SeriousEvent, version: int) -> SeriousEvent:
    """Confirm as an investigator that an event is serious, as it stands.

    Raises StaleVersion when it was changed since it was read.
    """
    participant = serious.participant
    require(by, Capability.CONFIRM_SERIOUS, participant.site)
    if by.staff is None:
        raise ActionRefused(None, "A person confirms a serious event.")
    with audited(by=by, kind="serious.confirmed", reason="confirmed as serious", participant=participant):
        current = lock(serious, version)
        values = {"confirmed_at": timezone.now(), "confirmed_by": by.staff}
        return write(current, values, free=tuple(values))


def withdraw_serious(*, by: Actor, serious: SeriousEvent, version: int, reason: str) -> SeriousEvent:
    """Decide as an investigator that an event is not serious after all; its reports stay in the log.

    Raises ActionRefused without a reason, StaleVersion when it was changed meanwhile.
    """
    participant = serious.participant
    require(by, Capability.CONFIRM_SERIOUS, participant.site)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the event is not serious.")
    with audited(by=by, kind="serious.withdrawn", reason=reason, participant=participant):
        current = lock(serious, version)
        values = {"stands": False, "confirmed_at": None, "confirmed_by": None}
        write(current, values, free=tuple(values))
        question_death(participant, by=by)
    return current


def judge_as_sponsor(
    *,
    by: Actor,
    serious: SeriousEvent,
    version: int,
    sponsor_aware_at: datetime | None,
    is_expected: bool | None,
    is_suspected_reaction: bool | None,
    determined_at: datetime | None = None,
    reason: str = "",
) -> SeriousEvent:
    """Record the sponsor's receipt and judgement: expected or not, a suspected reaction or not.

    None is not yet known. Raises ActionRefused for a judgement without a receipt, a determination
    before it, a moment in the future, or a change of what is recorded without a reason.
    """
    participant = serious.participant
    require(by, Capability.KEEP_SPONSOR_CLOCKS, participant.site)
    for field, at in (("sponsor_aware_at", sponsor_aware_at), ("determined_at", determined_at)):
        if at is not None and at > timezone.now():
            raise ActionRefused(field, "This moment lies in the future.")
    if sponsor_aware_at is None and (is_expected, is_suspected_reaction, determined_at) != (None, None, None):
        raise ActionRefused("sponsor_aware_at", "Receipt: say when the sponsor learned of the event.")
    if determined_at is not None and sponsor_aware_at is not None and determined_at < sponsor_aware_at:
        raise ActionRefused("determined_at", "Determination: this is before the sponsor's receipt.")
    values = {
        "sponsor_aware_at": sponsor_aware_at,
        "is_expected": is_expected,
        "is_suspected_reaction": is_suspected_reaction,
        "determined_at": determined_at,
    }
    why = reason or "judged by the sponsor"
    with audited(by=by, kind="serious.judged", reason=why, participant=participant):
        return write(lock(serious, version), values, reason=reason)


def send_report(
    *, by: Actor, serious: SeriousEvent, kind: ReportKind, sent_at: datetime, reference: str = ""
) -> SafetyReport:
    """Record that a report of a serious event was sent; its clock stops.

    Raises ActionRefused for a moment in the future or before the site's awareness, and for a report
    that somebody else sends.
    """
    participant = serious.participant
    require(by, SENT_BY[kind], participant.site)
    if sent_at > timezone.now():
        raise ActionRefused("sent_at", "Sent: this moment lies in the future.")
    if sent_at < serious.site_aware_at:
        raise ActionRefused("sent_at", "Sent: this is before the site became aware of the event.")
    report = SafetyReport(
        participant=participant, event=serious, kind=kind, sent_at=sent_at, reference=reference.strip()
    )
    with audited(by=by, kind="serious.report_sent", reason=REPORT_NAMES[kind], participant=participant):
        return add_fact(report, by=by)


def remove_report(*, by: Actor, report: SafetyReport, reason: str) -> None:
    """Take back a report that was never sent; its clock runs again."""
    require(by, SENT_BY[ReportKind(report.kind)], report.participant.site)
    with audited(by=by, kind="serious.report_removed", reason=reason, participant=report.participant):
        remove_fact(report)


def _check(event: AdverseEvent, criteria: Collection[SeriousnessCriterion], aware_at: datetime) -> None:
    if not criteria:
        raise ActionRefused("criteria", "Seriousness: choose at least one criterion.")
    refuse_death_of_the_living(event.participant, criteria)
    if aware_at > timezone.now():
        raise ActionRefused("site_aware_at", "Awareness: this moment lies in the future.")
    if aware_at.astimezone(event.participant.site.tz).date() < event.onset_on:
        raise ActionRefused("site_aware_at", "Awareness: this is before the onset of the event.")
