"""The screening and enrolment log: everybody who was considered, and what became of it.

The number of statements does not depend on the number of participants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from participants.domain.criteria import earliest_end
from participants.domain.day_words import away
from participants.domain.evidence import NEEDS_RENEWAL, SOON_DAYS, Standing, Validity
from participants.domain.lifecycle import Phase
from participants.models import (
    CriterionAnswer,
    CriterionCheck,
    EligibilityDecision,
    LifecycleStep,
    Participant,
    Site,
    StaffMember,
)
from participants.models.base import FactQuerySet
from participants.models.participant import ParticipantQuerySet
from participants.pages.criteria import CriterionRow, read_criteria
from participants.pages.keyset import KeysetPage, keyset_page
from participants.screening_record import Record, read_records

# Whose evidence still has to count for a lymphodepletion to come.
BEFORE_LD = (Phase.PRE_SCREENED, Phase.SCREENING, Phase.ELIGIBLE, Phase.ENROLLED)
_IN_SCREENING = (Phase.PRE_SCREENED, Phase.SCREENING, Phase.ELIGIBLE)
STATES: dict[str, str] = {
    "": "Everybody",
    "in_screening": "In screening",
    "pre_screened": "Pre-screened, no consent yet",
    "eligible": "Eligible, not enrolled",
    "failed": "Screen failures",
    "enrolled": "Enrolled",
    "renew": "Evidence ends soon or has expired",
}


@dataclass(frozen=True)
class LogFilter:
    """What the reader chose; unknown values count as no choice."""

    site: str = ""
    state: str = ""
    failed: str = ""
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> LogFilter:
        """Read the choice from an address."""
        state = values.get("state", "")
        return cls(
            site=values.get("site", "")[:3],
            state=state if state in STATES else "",
            failed=values.get("failed", "")[:10],
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class LogRow:
    """One participant of the log."""

    participant: Participant
    record: Record
    criteria: list[CriterionRow]
    pre_screened_on: date | None
    decision: EligibilityDecision | None

    @property
    def age(self) -> str:
        """The age at consent in whole years; "" while it cannot be told."""
        return self.participant.age_at_consent(self.record.agreed_on)

    @property
    def evidence(self) -> Validity | None:
        """The evidence that ends first; None where nothing counts on it any more."""
        found = earliest_end(row.judged for row in self.criteria)
        if found is None or self.participant.phase in {Phase.SCREEN_FAILURE, Phase.OFF_STUDY}:
            return None
        return found

    @property
    def evidence_sign(self) -> str:
        """The sign of the evidence."""
        standing = self.evidence.standing if self.evidence else Standing.COUNTS
        if standing in {Standing.SOON, Standing.ENDS_BEFORE_PLAN}:
            return "part"
        if standing in NEEDS_RENEWAL:
            return "overdue"
        return "done" if standing is Standing.COUNTED else "open"

    @property
    def evidence_away(self) -> str:
        """How far its last day is; "" once lymphodepletion has begun."""
        begun = self.record.ld_start is not None and not self.record.ld_start.is_planned
        return "" if self.evidence is None or begun else away(self.evidence.last_on, self.record.today)

    @property
    def failed_code(self) -> str:
        """The criterion of a screen failure, "" for another reason or none."""
        failed = self.decision.failed_criterion if self.decision and not self.decision.is_eligible else None
        return failed.code if failed else ""

    @property
    def why_failed(self) -> str:
        """The reason of a screen failure in the words of who recorded it."""
        return self.decision.reason if self.decision and not self.decision.is_eligible else ""


@dataclass(frozen=True)
class Tally:
    """How many were considered and what became of them; `reasons` of failure with their numbers."""

    considered: int
    in_screening: int
    eligible: int
    failed: int
    enrolled: int
    reasons: list[tuple[str, int]]


@dataclass(frozen=True)
class ScreeningLog:
    """One page of the log."""

    filter: LogFilter
    sites: list[Site]
    codes: list[str]
    rows: list[LogRow]
    tally: Tally
    page: KeysetPage[Participant]

    @property
    def states(self) -> list[tuple[str, str]]:
        """The choices of state."""
        return list(STATES.items())


def read_log(person: StaffMember, chosen: LogFilter, now: datetime) -> ScreeningLog:
    """Read one page of the log, the last entered first."""
    sites = list(Site.objects.visible_to(person).select_related("study").order_by("code"))
    page = keyset_page(
        chosen_people(person, chosen, sites, now).for_pages(), "id", chosen.after, descending=True
    )
    rows = log_rows(page.rows, now)
    here = Participant.objects.visible_to(person)
    if chosen.site:
        here = here.filter(site__code=chosen.site)
    return ScreeningLog(chosen, sites, codes_of(rows), rows, _tally(here), page)


def chosen_people(
    person: StaffMember, chosen: LogFilter, sites: Sequence[Site], now: datetime
) -> ParticipantQuerySet:
    """Return everybody of the log whom a person may see and has chosen."""
    people = Participant.objects.visible_to(person)
    if chosen.site:
        people = people.filter(site__code=chosen.site)
    if chosen.failed:
        failed = EligibilityDecision.objects.standing().filter(
            participant=OuterRef("pk"), is_eligible=False, failed_criterion__code=chosen.failed
        )
        people = people.filter(Exists(failed))
    return _in_state(people, chosen.state, sites, now)


def _in_state(
    people: ParticipantQuerySet, state: str, sites: Sequence[Site], now: datetime
) -> ParticipantQuerySet:
    if state == "in_screening":
        return people.filter(phase__in=_IN_SCREENING)
    if state in {"pre_screened", "eligible"}:
        return people.filter(phase=state)
    if state == "failed":
        return people.filter(phase=Phase.SCREEN_FAILURE)
    if state == "enrolled":
        return people.filter(_ENROLLED)
    if state == "renew":
        return people.filter(Exists(_ending(sites, now)), phase__in=BEFORE_LD)
    return people


# Somebody who left before enrolment has no number; an imported participant may have none either.
_ENROLLED = ~Q(phase__in=[*_IN_SCREENING, Phase.SCREEN_FAILURE]) & (
    Q(enrolment_number__isnull=False) | ~Q(phase=Phase.OFF_STUDY)
)


def _ending(sites: Sequence[Site], now: datetime) -> FactQuerySet[CriterionCheck]:
    """Select answers whose evidence ends within days; each site has its own today."""
    ending = Q(pk__in=[])
    for site in sites:
        last = site.today(now) + timedelta(days=SOON_DAYS - site.study.evidence_days)
        ending |= Q(participant__site=site, evidence_on__lte=last)
    return CriterionCheck.objects.standing().filter(
        ending,
        participant=OuterRef("pk"),
        criterion__evidence_expires=True,
        answer=CriterionAnswer.MET,
    )


def log_rows(people: Sequence[Participant], now: datetime) -> list[LogRow]:
    """Read what the log says of some participants."""
    records = read_records(people, now)
    criteria = read_criteria(records)
    keys = [one.pk for one in people]
    steps = LifecycleStep.objects.standing().filter(participant__in=keys, phase=Phase.PRE_SCREENED)
    entered = dict(steps.order_by("-on").values_list("participant", "on"))
    decisions = {
        row.participant_id: row
        for row in EligibilityDecision.objects.standing()
        .filter(participant__in=keys)
        .select_related("recorded_by", "failed_criterion")
    }
    return [
        LogRow(one, records[one.pk], criteria[one.pk], entered.get(one.pk), decisions.get(one.pk))
        for one in people
    ]


def codes_of(rows: Iterable[LogRow]) -> list[str]:
    """List the codes of the criteria of some rows, each once, in their order."""
    return list(dict.fromkeys(row.criterion.code for one in rows for row in one.criteria))


def _tally(people: ParticipantQuerySet) -> Tally:
    numbers = people.aggregate(
        considered=Count("pk"),
        in_screening=Count("pk", filter=Q(phase__in=[Phase.PRE_SCREENED, Phase.SCREENING])),
        eligible=Count("pk", filter=Q(phase=Phase.ELIGIBLE)),
        failed=Count("pk", filter=Q(phase=Phase.SCREEN_FAILURE)),
        enrolled=Count("pk", filter=_ENROLLED),
    )
    failures = EligibilityDecision.objects.standing().filter(
        participant__in=people.filter(phase=Phase.SCREEN_FAILURE).values("pk"), is_eligible=False
    )
    reasons = failures.values_list("failed_criterion__code").annotate(number=Count("pk"))
    named = [
        (code or "other", number) for code, number in reasons.order_by("-number", "failed_criterion__code")
    ]
    return Tally(**numbers, reasons=named)
