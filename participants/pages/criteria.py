"""The criteria of many participants with answers, evidence and the record's own findings.

The number of statements is the same for one participant and for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from participants.anchors import known_dates
from participants.domain.criteria import CriterionState, Judged, passes
from participants.domain.eligibility import (
    Burden,
    Finding,
    SignedConsent,
    age_at_consent,
    consent_complete,
    disease_burden,
)
from participants.domain.evidence import Validity, validity
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.models import (
    Consent,
    ConsentKind,
    Criterion,
    CriterionAnswer,
    CriterionCheck,
    DiseaseHistory,
    Participant,
)

_SIGNS: dict[CriterionState, str] = {
    CriterionState.OPEN: "none",
    CriterionState.PASSED: "done",
    CriterionState.FAILED: "missed",
    CriterionState.EXPIRED: "overdue",
    CriterionState.ENDING: "part",
    CriterionState.DOUBTED: "query",
}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of one participant; `check` is None while nobody has answered it."""

    criterion: Criterion
    check: CriterionCheck | None
    judged: Judged

    @property
    def sign(self) -> str:
        """The name of its sign."""
        return _SIGNS[self.judged.state]

    @property
    def label(self) -> str:
        """The sign in words."""
        return f"{self.criterion.code}: {self.judged.words}"

    @property
    def needs_look(self) -> bool:
        """Say whether the record contradicts the answer."""
        return self.judged.state is CriterionState.DOUBTED


@dataclass(frozen=True)
class Record:
    """What the record holds about the eligibility of one participant."""

    participant: Participant
    signed: list[SignedConsent]
    burden: Burden
    ld_start: KnownDate | None
    today: date

    @property
    def agreed_on(self) -> date | None:
        """The day of the first consent or permission."""
        return min((row.signed_on for row in self.signed if row.kind != ConsentKind.ASSENT), default=None)

    def finding(self, code: str) -> Finding | None:
        """Say what the record tells about a criterion by itself; None where it cannot."""
        study, person = self.participant.site.study, self.participant
        if code == "AGE":
            limits = {"minimum": study.minimum_age_years, "maximum": study.maximum_age_years}
            return age_at_consent(person.birth, person.age_at_consent_years, self.agreed_on, **limits)
        if code == "BURDEN":
            start = self.ld_start.on if self.ld_start else None
            return disease_burden(self.burden, start, valid_days=study.evidence_days)
        return self.consent_finding() if code == "CONSENT" else None

    def consent_finding(self) -> Finding:
        """Say whether everybody has signed who has to."""
        study = self.participant.site.study
        band = {"assent_from": study.assent_from_years, "assent_to": study.assent_to_years}
        return consent_complete(self.signed, self.participant.birth, **band)


def read_records(people: Collection[Participant], now: datetime) -> dict[int, Record]:
    """Read what the record holds for each participant."""
    keys = [one.pk for one in people]
    known = known_dates(keys)
    signed: dict[int, list[SignedConsent]] = defaultdict(list)
    consents = Consent.objects.standing().filter(participant__in=keys).order_by("signed_on", "pk")
    for owner, kind, label, on in consents.values_list(
        "participant", "kind", "consent_version__label", "signed_on"
    ):
        signed[owner].append(SignedConsent(kind, label, on))
    burdens = {
        row.participant_id: Burden(
            row.marrow_blasts_percent, row.marrow_on, row.peripheral_blasts, row.peripheral_on
        )
        for row in DiseaseHistory.objects.filter(participant__in=keys)
    }
    return {
        one.pk: Record(
            one,
            signed[one.pk],
            burdens.get(one.pk, Burden()),
            known.get(one.pk, {}).get(MilestoneKind.LD_START),
            one.today(now),
        )
        for one in people
    }


def read_criteria(records: Mapping[int, Record]) -> dict[int, list[CriterionRow]]:
    """Read the criteria of each participant's study with the answers that stand."""
    checks: dict[tuple[int, int], CriterionCheck] = {}
    standing = CriterionCheck.objects.standing().filter(participant__in=list(records))
    for check in standing.select_related("recorded_by"):
        checks[check.participant_id, check.criterion_id] = check
    criteria: dict[int, list[Criterion]] = defaultdict(list)
    studies = {record.participant.site.study_id for record in records.values()}
    for criterion in Criterion.objects.filter(study__in=studies).order_by("position", "pk"):
        criteria[criterion.study_id].append(criterion)
    return {
        pk: [
            _row(criterion, checks.get((pk, criterion.pk)), record)
            for criterion in criteria[record.participant.site.study_id]
        ]
        for pk, record in records.items()
    }


def _row(criterion: Criterion, check: CriterionCheck | None, record: Record) -> CriterionRow:
    answer = None
    if check is not None:
        is_met = check.answer == CriterionAnswer.MET
        answer = passes(is_met=is_met, is_inclusion=criterion.is_inclusion)
    judged = Judged(
        criterion.code, answer, _validity(criterion, check, record), record.finding(criterion.code)
    )
    return CriterionRow(criterion, check, judged)


def _validity(criterion: Criterion, check: CriterionCheck | None, record: Record) -> Validity | None:
    if check is None or check.evidence_on is None or not criterion.evidence_expires:
        return None
    valid_days = record.participant.site.study.evidence_days
    return validity(check.evidence_on, record.ld_start, record.today, valid_days=valid_days)
