"""Read what counts as an outcome, and when the participant was last known to be alive."""

from __future__ import annotations

from collections.abc import Collection

from followup.timeline.facts import OutcomeKind, OutcomePoint
from followup.vital import sightings
from participants.domain.milestones import MilestoneKind
from participants.models import (
    Death,
    Milestone,
    OffStudy,
    Participant,
    Relapse,
    Response,
    Withdrawal,
)  # fmt: skip
from participants.vital import last_known_alive

_THERAPIES = (MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY)


def read_outcomes(participant: Participant, milestones: list[Milestone]) -> tuple[OutcomePoint, ...]:
    """Read responses, relapses, later therapies, death or last contact, in order of time."""
    deaths = Death.objects.standing().filter(participant=participant)
    points = [
        *map(_response, Response.objects.standing().filter(participant=participant)),
        *_relapses(participant, milestones),
        *map(_therapy, _actual(milestones, _THERAPIES)),
        *map(_withdrawal, Withdrawal.objects.standing().filter(participant=participant)),
        *map(_off_study, OffStudy.objects.standing().filter(participant=participant)),
        *(OutcomePoint(OutcomeKind.DEATH, row.on, "death", row.note or "death") for row in deaths),
    ]
    if not any(point.kind is OutcomeKind.DEATH for point in points):
        points += _last_known_alive(participant)
    return tuple(sorted(points, key=lambda point: point.on))


def _actual(milestones: list[Milestone], kinds: Collection[MilestoneKind]) -> list[Milestone]:
    return [row for row in milestones if MilestoneKind(row.kind) in kinds and not row.is_planned]


def _response(row: Response) -> OutcomePoint:
    mrd = ""
    if row.is_mrd_negative is not None:
        mrd = "MRD negative" if row.is_mrd_negative else "MRD positive"
    measured = f"MRD {row.mrd_percent.normalize():f} %" if row.mrd_percent is not None else ""
    label = ", ".join(filter(None, [row.get_response_display(), mrd]))
    words = ", ".join(filter(None, [f"response {row.timepoint}".strip(), label, measured]))
    return OutcomePoint(OutcomeKind.RESPONSE, row.on, label, words)


def _relapses(participant: Participant, milestones: list[Milestone]) -> list[OutcomePoint]:
    rows = list(Relapse.objects.standing().filter(participant=participant))
    described = {row.on for row in rows}
    points = [_relapse(row) for row in rows]
    for row in _actual(milestones, [MilestoneKind.RELAPSE]):
        if row.on not in described:
            points.append(OutcomePoint(OutcomeKind.RELAPSE, row.on, "relapse", row.note or "relapse"))
    return points


def _relapse(row: Relapse) -> OutcomePoint:
    label = "MRD relapse" if row.is_mrd_only else "relapse"
    words = f"{label}, {row.get_site_display().lower()}, {row.cd19_words}"
    return OutcomePoint(OutcomeKind.RELAPSE, row.on, label, words)


def _therapy(row: Milestone) -> OutcomePoint:
    label = MilestoneKind(row.kind).label.lower()
    return OutcomePoint(OutcomeKind.THERAPY, row.on, label, ", ".join(filter(None, [label, row.note])))


def _withdrawal(row: Withdrawal) -> OutcomePoint:
    words = f"withdrawal, {row.get_scope_display().lower()}: {row.reason}"
    return OutcomePoint(OutcomeKind.OFF_STUDY, row.on, "withdrawal", words)


def _off_study(row: OffStudy) -> OutcomePoint:
    label = f"off study, {row.get_reason_display().lower()}"
    return OutcomePoint(OutcomeKind.OFF_STUDY, row.on, label, ", ".join(filter(None, [label, row.note])))


def _last_known_alive(participant: Participant) -> list[OutcomePoint]:
    """Find the last day on which the participant was known to be alive, and by what; as every page does."""
    seen = last_known_alive(sightings([participant.pk])).get(participant.pk)
    if seen is None:
        return []
    return [OutcomePoint(OutcomeKind.LAST_SEEN, seen.on, "alive", f"last known alive, by {seen.what}")]
