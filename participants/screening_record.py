"""What the record holds about eligibility, and what it amounts to with the answers that stand.

The number of statements is the same for one participant and for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from participants.anchors import known_dates
from participants.domain.criteria import Judged, passes
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

    def judge(self, criterion: Criterion, check: CriterionCheck | None) -> Judged:
        """Judge a criterion by its answer; `check` None while nobody has answered it."""
        answer = None
        if check is not None:
            is_met = check.answer == CriterionAnswer.MET
            answer = passes(is_met=is_met, is_inclusion=criterion.is_inclusion)
        return Judged(criterion.code, answer, self._validity(criterion, check), self.finding(criterion.code))

    def _validity(self, criterion: Criterion, check: CriterionCheck | None) -> Validity | None:
        if check is None or check.evidence_on is None or not criterion.evidence_expires:
            return None
        valid_days = self.participant.site.study.evidence_days
        return validity(check.evidence_on, self.ld_start, self.today, valid_days=valid_days)


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
