"""Grade immune effector cell-associated neurotoxicity syndrome (ICANS).

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, ICANS grading for adults and for children.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from participants.domain import icans_domains as domains
from participants.domain.grade import Death, Grade, Part, Status, certain, entry_query, settle, ungraded
from participants.domain.icans_findings import LABELS, IcansFindings, Instrument

RULE_VERSION = "ASTCT 2019 ICANS, reading 1"
COGNITION_EVERY = timedelta(hours=12)

_CHECKS = {
    "score_and_unable": "a CAPD score beside 'unable to perform'",
    "single_seizure_without_recovery": "no return to baseline after one seizure, or were there several",
    "instrument_under_another_cause": "an ICE of 0 or no CAPD while consciousness has another cause",
}


def icans_grade(findings: IcansFindings) -> Grade:
    """Grade ICANS as the worst domain that is not attributed to another cause.

    Grade.value is None when a missing finding could change it; Grade.missing says which. Grade 5 is a death
    due to ICANS. Age is that on the day of the assessment.

    Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, ICANS grading for adults, for children.
    """
    if findings.death is Death.ICANS:
        return Grade(5, Status.GRADED, "Grade 5: death due to ICANS.", RULE_VERSION)
    parts = _parts(findings)
    possible, missing = settle((_attribution(findings), *parts), _combine)
    flags = _flags(findings, parts)
    if len(possible) > 1:
        return ungraded(possible, missing, LABELS, rule_version=RULE_VERSION, flags=flags)
    value = max(possible)
    status = Status.GRADED if value else Status.NO_ICANS
    return Grade(
        value, status, _reason(value, findings, parts), RULE_VERSION, entry_query(flags, _CHECKS), flags
    )


def _parts(findings: IcansFindings) -> tuple[Part, ...]:
    return (
        domains.cognition(findings),
        domains.consciousness(findings),
        domains.seizure(findings),
        domains.motor(findings),
        domains.raised_pressure(findings),
    )


def _attribution(findings: IcansFindings) -> Part:
    attributable = findings.attributable_to_icans
    if attributable is None:
        return Part(frozenset({0, 1}), "", ("attributable_to_icans",))
    return certain(int(attributable))


def _combine(chosen: Sequence[int]) -> int:
    is_attributable, *grades = chosen
    return max(grades) if is_attributable else 0


def _reason(value: int, findings: IcansFindings, parts: tuple[Part, ...]) -> str:
    present = sorted((part for part in parts if part.is_present), key=lambda part: -min(part.grades))
    if value:
        return f"Grade {value}: {'; '.join(part.why for part in present)}."
    if findings.attributable_to_icans is False:
        return "No ICANS: the findings are attributed to another cause."
    return f"No ICANS: {parts[0].why} and no other sign attributed to it."


def _flags(findings: IcansFindings, parts: tuple[Part, ...]) -> tuple[str, ...]:
    flags = [flag for part in parts for flag in part.flags]
    if findings.intracranial_haemorrhage:
        flags.append("haemorrhage_graded_by_ctcae")
    if findings.consciousness_other_cause and _instrument_is_low(findings):
        flags.append("instrument_under_another_cause")
    return tuple(flags)


def _instrument_is_low(findings: IcansFindings) -> bool:
    """Tell whether the instrument alone gives its worst answer, as it also does under sedation."""
    if Instrument.ICE in findings.possible_instruments and findings.possible_ice == range(1):
        return True
    return Instrument.CAPD in findings.possible_instruments and bool(findings.capd_unable)


def cognition_due_at(last_at: datetime, *, every: timedelta = COGNITION_EVERY) -> datetime:
    """Give the latest moment, in UTC, of the next ICE or CAPD of an inpatient; every 12 h [setting]."""
    return last_at.astimezone(UTC) + every
