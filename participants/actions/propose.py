"""What the record suggests might be serious: proposed by a rule, decided by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from participants.access import require
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import (
    Death,
    DerivedGrade,
    HospitalStay,
    IntensiveCareStay,
    Milestone,
    Participant,
    Scale,
    SeriousEvent,
    SeriousProposal,
)

DEATH, INTENSIVE_CARE, GRADE, STAY = "death", "intensive care", "grade 4 or more", "prolonged hospital stay"


@dataclass(frozen=True)
class Finding:
    """Something in the record that may be serious."""

    rule: str
    subject: str
    summary: str
    at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What it is proposed once for."""
        return self.rule, self.subject


def propose_serious(*, by: Actor, participant: Participant) -> None:
    """Bring the proposals in step with the record; doing it again changes nothing.

    A finding that was corrected away lets its proposal no longer stand, whatever was decided; one
    that comes back stands again.
    """
    wanted = {finding.key: finding for finding in _findings(participant)}
    with audited(by=by, kind="serious.proposed", reason="proposed by rule", participant=participant):
        kept = {
            (row.rule, row.subject): row for row in SeriousProposal.objects.filter(participant=participant)
        }
        for key, row in kept.items():
            _follow(row, wanted.get(key))
        SeriousProposal.objects.bulk_create(
            SeriousProposal(
                participant=participant,
                rule=finding.rule,
                subject=finding.subject,
                summary=finding.summary,
                at=finding.at,
            )
            for key, finding in wanted.items()
            if key not in kept
        )


def decline_proposal(*, by: Actor, proposal: SeriousProposal, reason: str) -> SeriousProposal:
    """Decide that a finding is not a serious event; an investigator does, and says why.

    Raises ActionRefused without a reason, StaleVersion when it was decided meanwhile.
    """
    require(by, Capability.CONFIRM_SERIOUS, proposal.participant.site)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why this is not a serious event.")
    with audited(by=by, kind="serious.declined", reason=reason, participant=proposal.participant):
        return settle(by=by, proposal=proposal, declined_because=reason.strip())


def settle(
    *, by: Actor, proposal: SeriousProposal, serious: SeriousEvent | None = None, declined_because: str = ""
) -> SeriousProposal:
    """Write the decision about a proposal, inside the change of an action."""
    current = SeriousProposal.objects.select_for_update().get(pk=proposal.pk)
    if current.settled_at is not None or not current.stands:
        raise StaleVersion(None, "Somebody else has decided about this proposal since you opened it.")
    current.settled_at, current.settled_by = timezone.now(), by.staff
    current.serious_event, current.declined_because = serious, declined_because[:300]
    current.save()
    return current


def _follow(row: SeriousProposal, finding: Finding | None) -> None:
    stands = finding is not None
    summary = finding.summary if finding else row.summary
    at = finding.at if finding else row.at
    if (row.stands, row.summary, row.at) != (stands, summary, at):
        row.stands, row.summary, row.at = stands, summary, at
        row.save()


def _findings(participant: Participant) -> Iterator[Finding]:
    zone = participant.site.tz
    for death in Death.objects.standing().filter(participant=participant):
        died_at = datetime.combine(death.on, time(12), tzinfo=zone)
        yield Finding(DEATH, "death", f"Death on {death.on:%d %b %Y}", died_at)
    for stay in IntensiveCareStay.objects.standing().filter(participant=participant):
        on = stay.entered_at.astimezone(zone)
        yield Finding(
            INTENSIVE_CARE,
            f"intensive_care:{on:%Y-%m-%d}",
            f"Intensive care from {on:%d %b %Y}: {stay.reason}"[:300],
            stay.entered_at,
        )
    yield from _grades(participant)
    yield from _stays(participant)


def _grades(participant: Participant) -> Iterator[Finding]:
    """Propose the first assessment at 4 or more; again only when none followed for 7 days."""
    rows = DerivedGrade.objects.standing().filter(participant=participant, value__gte=4).order_by("at")
    last: dict[str, datetime] = {}
    for row in rows:
        previous, last[row.scale] = last.get(row.scale), row.at
        if previous is not None and row.at - previous <= timedelta(days=7):
            continue
        on = row.at.astimezone(participant.site.tz)
        name = Scale(row.scale).label
        yield Finding(
            GRADE, f"{row.scale}:{on:%Y-%m-%d}", f"{name} grade {row.value} on {on:%d %b %Y %H:%M}", row.at
        )


def _stays(participant: Participant) -> Iterator[Finding]:
    """Propose a stay after the infusion that is a new admission, or lasts longer than the study's limit."""
    infusion = Milestone.objects.standing().actual().filter(participant=participant, kind="infusion")
    day_zero = infusion.order_by("on").values_list("on", flat=True).first()
    if day_zero is None:
        return
    zone, limit = participant.site.tz, participant.site.study.long_stay_days
    for stay in HospitalStay.objects.standing().filter(participant=participant):
        admitted_on = stay.admitted_at.astimezone(zone).date()
        until = (stay.discharged_at or timezone.now()).astimezone(zone).date()
        if admitted_on > day_zero:
            words = f"Admitted again on {admitted_on:%d %b %Y}: {stay.reason}"
        elif (until - max(admitted_on, day_zero)).days > limit:
            words = f"In hospital for more than {limit} days since the infusion: {stay.reason}"
        else:
            continue
        yield Finding(STAY, f"stay:{admitted_on:%Y-%m-%d}", words[:300], stay.admitted_at)
