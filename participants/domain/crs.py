"""Grade cytokine release syndrome (CRS).

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from participants.domain import crs_signs
from participants.domain.crs_findings import LABELS, CrsFindings, OxygenDevice, VentilationReason
from participants.domain.grade import Death, Grade, Part, Status, entry_query, settle, ungraded
from participants.domain.temperature import in_words

RULE_VERSION = "ASTCT 2019 CRS, reading 1"
LATE_ONSET_AFTER_DAYS = 14

_CHECKS = {
    "temperature_units_straddle_threshold": "only one of the °C and °F values is a fever",
    "cannula_without_flow": "a cannula at 0 L/min",
    "flow_without_device": "an oxygen flow without a device",
}


@dataclass(frozen=True, slots=True)
class _Signs:
    fever: Part
    fever_not_required: Part
    hypotension: Part
    hypoxia: Part

    @property
    def parts(self) -> tuple[Part, Part, Part, Part]:
        return (self.fever, self.fever_not_required, self.hypotension, self.hypoxia)

    @property
    def organ_words(self) -> str:
        return " and ".join(part.why for part in (self.hypotension, self.hypoxia) if part.is_present)


def crs_grade(findings: CrsFindings) -> Grade:
    """Grade CRS as the worse of hypotension and hypoxia, once fever or its exception allows it.

    Grade.value is None when a missing finding could change it; Grade.missing says which. Grade 5 is a death
    of which CRS is the principal cause. Grade 0 is `resolved` when CRS began earlier and its exception
    applies, else `no_crs`. Onset later than 14 days after the infusion is graded and flagged.

    Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2.
    """
    if findings.death is Death.CRS:
        late = _late_onset(findings)
        return Grade(5, Status.GRADED, "Grade 5: death due to CRS.", RULE_VERSION, flags=late)
    signs = _signs(findings)
    possible, missing = settle(signs.parts, _combine)
    flags = _flags(findings, signs) + (_late_onset(findings) if max(possible) > 0 else ())
    if len(possible) > 1:
        return ungraded(possible, missing, LABELS, rule_version=RULE_VERSION, flags=flags)
    value = max(possible)
    if value == 0:
        return _grade_zero(findings, signs, flags)
    reason = f"Grade {value}: {_present(signs)}."
    return Grade(value, Status.GRADED, reason, RULE_VERSION, entry_query(flags, _CHECKS), flags)


def _signs(findings: CrsFindings) -> _Signs:
    return _Signs(
        fever=crs_signs.fever(findings),
        fever_not_required=crs_signs.fever_not_required(findings),
        hypotension=crs_signs.hypotension(findings),
        hypoxia=crs_signs.hypoxia(findings),
    )


def _combine(chosen: Sequence[int]) -> int:
    fever, fever_not_required, hypotension, hypoxia = chosen
    worst = max(hypotension, hypoxia)
    if fever:
        return max(1, worst)
    return worst if fever_not_required else 0


def _present(signs: _Signs) -> str:
    if signs.fever.is_present:
        organs = signs.organ_words or "no hypotension or hypoxia attributed to CRS"
        return f"{signs.fever.why}, {organs}"
    return (
        f"{signs.organ_words}; fever is not required, an antipyretic or anticytokine drug was given "
        "after CRS began"
    )


def _grade_zero(findings: CrsFindings, signs: _Signs, flags: tuple[str, ...]) -> Grade:
    if signs.fever_not_required.is_present:
        reason = "Resolved: no fever, hypotension or hypoxia now that is attributed to CRS."
        return Grade(0, Status.RESOLVED, reason, RULE_VERSION, entry_query(flags, _CHECKS), flags)
    if findings.fever_other_cause:
        reason = "No CRS: fever, if any, has another cause."
    else:
        reason = f"No CRS: {in_words(findings.temp_c, findings.temp_f)} is no fever (38.0 °C or 100.4 °F)."
    suspected = _suspected(findings).organ_words
    if not suspected:
        return Grade(0, Status.NO_CRS, reason, RULE_VERSION, entry_query(flags, _CHECKS), flags)
    query = _afebrile_query(findings, suspected)
    return Grade(0, Status.NO_CRS, reason, RULE_VERSION, query, (*flags, "signs_without_fever"))


def _suspected(findings: CrsFindings) -> _Signs:
    """Find the signs as if no other cause were behind them where none is recorded."""
    return _signs(
        replace(
            findings,
            hypotension_other_cause=bool(findings.hypotension_other_cause),
            hypoxia_other_cause=bool(findings.hypoxia_other_cause),
            ventilation_reason=findings.ventilation_reason or VentilationReason.HYPOXIA,
        )
    )


def _afebrile_query(findings: CrsFindings, organ_words: str) -> str:
    if findings.antipyretic_or_anticytokine_after_onset:
        return f"No CRS fever is recorded, yet {organ_words} and a drug after onset: check when CRS began."
    return (
        f"No CRS fever is recorded, yet {organ_words}, and no antipyretic or anticytokine drug since onset: "
        "check the log."
    )


def _late_onset(findings: CrsFindings) -> tuple[str, ...]:
    # A grade late in an episode that began in time is not a late onset.
    day = findings.days_post_infusion
    is_late = day is not None and day > LATE_ONSET_AFTER_DAYS and not findings.prior_crs_this_episode
    return ("late_onset",) if is_late else ()


def _flags(findings: CrsFindings, signs: _Signs) -> tuple[str, ...]:
    flags = tuple(flag for part in signs.parts for flag in part.flags)
    if findings.o2_device is OxygenDevice.NONE and findings.o2_flow_lpm:
        return (*flags, "flow_without_device")
    return flags
