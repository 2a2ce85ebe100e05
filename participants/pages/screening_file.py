"""The screening log as a file: coded, ages instead of birth dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from participants.domain.roles import Capability
from participants.models import Criterion, Site, StaffMember
from participants.pages.screening_log import LogFilter, LogRow, chosen_people, log_rows

_HEAD = (
    "study_id", "site", "enrolment_number", "phase", "pre_screened_on", "agreed_on", "age_at_consent_years",
)  # fmt: skip
_TAIL = (
    "evidence_counts_until", "is_eligible", "decided_on", "decided_by", "failed_criterion", "reason",
)  # fmt: skip
BATCH = 500


def log_head(codes: list[str]) -> list[str]:
    """Return the first line of the file."""
    return [*_HEAD, *(f"criterion_{code}" for code in codes), *_TAIL]


def log_codes(person: StaffMember) -> list[str]:
    """List the criteria of the studies that a person may export."""
    studies = Site.objects.visible_to(person, Capability.EXPORT).values("study")
    rows = Criterion.objects.filter(study__in=studies).order_by("position", "pk")
    return list(dict.fromkeys(rows.values_list("code", flat=True)))


def log_lines(
    person: StaffMember, chosen: LogFilter, codes: list[str], now: datetime
) -> Iterator[list[object]]:
    """Yield everybody chosen, for whom the person may export."""
    sites = list(Site.objects.visible_to(person, Capability.EXPORT).select_related("study"))
    people = list(
        chosen_people(person, chosen, sites, now).filter(site__in=sites).for_pages().order_by("study_id")
    )
    for start in range(0, len(people), BATCH):
        for row in log_rows(people[start : start + BATCH], now):
            yield _line(row, codes)


def _line(row: LogRow, codes: list[str]) -> list[object]:
    person, decision = row.participant, row.decision
    words = {one.criterion.code: one.judged.words for one in row.criteria}
    return [
        person.study_id,
        person.site.code,
        person.enrolment_number,
        person.phase,
        row.pre_screened_on,
        row.record.agreed_on,
        row.age,
        *(words.get(code, "") for code in codes),
        row.evidence.last_on if row.evidence else None,
        {True: "yes", False: "no", None: ""}[decision.is_eligible if decision else None],
        decision.decided_on if decision else None,
        decision.recorded_by.name if decision and decision.recorded_by else "",
        row.failed_code,
        decision.reason if decision else "",
    ]
