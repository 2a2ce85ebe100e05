"""Draft deviations, take drafts back, and classify them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from participants.access import require
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Deviation, DeviationClass, DeviationState, Participant

_JUDGED = [
    "summary",
    "days",
    "reason",
    "state",
    "classification",
    "classified_at",
    "classified_by",
    "version",
]


def draft_deviation(
    *,
    by: Actor,
    participant: Participant,
    rule: str,
    subject: str,
    summary: str,
    days: int | None = None,
    reason: str = "",
) -> Deviation:
    """Draft a deviation once per rule and subject; again, it brings summary and days up to date.

    What a person has classified goes back to a draft when the facts under it change.
    """
    facts = {"summary": summary[:300], "days": days}
    with audited(by=by, kind="deviation.drafted", reason=f"drafted by rule: {rule}", participant=participant):
        found = Deviation.objects.filter(participant=participant, rule=rule, subject=subject).first()
        if found is None:
            return Deviation.objects.create(
                participant=participant, rule=rule, subject=subject, reason=reason, **facts
            )
        if (found.summary, found.days) != (summary[:300], days) or found.state == DeviationState.WITHDRAWN:
            _return_to_draft(found, summary, days)
            found.reason = reason or found.reason
            found.save()
        return found


def _return_to_draft(deviation: Deviation, summary: str, days: int | None) -> None:
    deviation.summary, deviation.days = summary[:300], days
    deviation.state, deviation.classification = DeviationState.DRAFT, ""
    deviation.classified_at = deviation.classified_by = None
    deviation.version += 1


def withdraw_deviation(*, by: Actor, participant: Participant, rule: str, subject: str) -> None:
    """Take a deviation back because what it was about no longer departs from the protocol."""
    with audited(by=by, kind="deviation.withdrawn", reason="no longer departs", participant=participant):
        rows = Deviation.objects.filter(participant=participant, rule=rule, subject=subject)
        for deviation in rows.exclude(state=DeviationState.WITHDRAWN):
            _return_to_draft(deviation, deviation.summary, deviation.days)
            deviation.state = DeviationState.WITHDRAWN
            deviation.save()


@dataclass(frozen=True)
class Departure:
    """What departs from the protocol now, as `draft_deviation` takes it."""

    participant: Participant
    rule: str
    subject: str
    summary: str
    days: int | None = None

    def as_draft(self, reason: str) -> Deviation:
        """Return the deviation that it is when nobody has seen it before."""
        return Deviation(
            participant=self.participant,
            rule=self.rule,
            subject=self.subject,
            summary=self.summary[:300],
            days=self.days,
            reason=reason,
        )


def judge_deviations(
    *,
    by: Actor,
    participants: Collection[int],
    rules: Collection[str],
    subjects: Collection[str],
    found: Iterable[Departure],
    reason: str = "",
) -> None:
    """Draft what departs under some rules, and take back what else stands about these subjects.

    Takes the same number of statements for one subject as for many.
    """
    rows = Deviation.objects.filter(participant__in=participants, rule__in=rules)
    known = {(row.rule, row.subject): row for row in rows if row.subject in subjects}
    new, changed = [], []
    for each in found:
        row = known.pop((each.rule, each.subject), None)
        if row is None:
            new.append(each.as_draft(reason))
        elif row.state == DeviationState.WITHDRAWN or (row.summary, row.days) != (
            each.summary[:300],
            each.days,
        ):
            _return_to_draft(row, each.summary, each.days)
            row.reason = reason or row.reason
            changed.append(row)
    for row in known.values():
        if row.state != DeviationState.WITHDRAWN:
            _return_to_draft(row, row.summary, row.days)
            row.state = DeviationState.WITHDRAWN
            changed.append(row)
    with audited(by=by, kind="deviation.judged", reason="judged by rule"):
        Deviation.objects.bulk_create(new)
        Deviation.objects.bulk_update(changed, _JUDGED)


def settle_deviations(
    *, by: Actor, participant: Participant, subject: str, found: list[tuple[str, str]], reason: str
) -> None:
    """Draft what is improbable about a subject, as (rule, sentence), and take back what no longer is."""
    for rule, sentence in found:
        draft_deviation(
            by=by, participant=participant, rule=rule, subject=subject, summary=sentence, reason=reason
        )
    rules = [rule for rule, _ in found]
    rows = Deviation.objects.filter(participant=participant, subject=subject).exclude(rule__in=rules)
    for rule in rows.values_list("rule", flat=True):
        withdraw_deviation(by=by, participant=participant, rule=rule, subject=subject)


def carry_over_deviations(old: str, new: str) -> None:
    """Let what was drafted about a row go on about the one that replaces it; queries do so by themselves."""
    Deviation.objects.filter(subject=old).update(subject=new)


def classify_deviation(
    *, by: Actor, deviation: Deviation, classification: DeviationClass, comment: str, version: int
) -> Deviation:
    """Record a person's judgement of a deviation.

    Raises ActionRefused when the deviation no longer applies, or when "not a deviation", or another
    judgement than the recorded one, comes without a comment; StaleVersion when it was changed meanwhile.
    """
    require(by, Capability.CLASSIFY_DEVIATIONS, deviation.participant.site)
    if deviation.state == DeviationState.WITHDRAWN:
        raise ActionRefused(None, "This deviation no longer applies and needs no classification.")
    if classification is DeviationClass.NONE and not comment.strip():
        raise ActionRefused("comment", "Comment: say why this is not a deviation.")
    why = comment.strip() or "classified"
    with audited(by=by, kind="deviation.classified", reason=why, participant=deviation.participant):
        current = Deviation.objects.select_for_update().get(pk=deviation.pk)
        if current.version != version:
            raise StaleVersion(None, "Somebody else has changed this deviation since you opened it.")
        if current.classification not in ("", classification) and not comment.strip():
            raise ActionRefused("comment", "Comment: say why the recorded judgement changes.")
        current.classification, current.comment = classification, comment.strip()
        current.state = DeviationState.CLASSIFIED
        current.classified_at, current.classified_by = timezone.now(), by.staff
        current.version += 1
        current.save()
    return current
