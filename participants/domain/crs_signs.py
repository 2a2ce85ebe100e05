"""The three signs of CRS and the drugs that mask the first.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2 and its notes.
"""

from dataclasses import replace
from decimal import Decimal

from participants.domain.crs_findings import (
    NOT_VASOPRESSORS,
    CrsFindings,
    OxygenDevice,
    Vasoactive,
    VentilationReason,
)
from participants.domain.decimals import without_idle_zeros
from participants.domain.grade import ABSENT, Part, certain, unless_other_cause
from participants.domain.temperature import CRS_FEVER, at_least, in_words

LOW_FLOW_MAX_LPM = Decimal("6")

_CANNULAS = {OxygenDevice.NASAL_CANNULA, OxygenDevice.HIGH_FLOW_NASAL_CANNULA}
_BY_DEVICE = {
    OxygenDevice.NONE: ABSENT,
    OxygenDevice.BLOW_BY: certain(2, "blow-by oxygen"),
    OxygenDevice.SIMPLE_FACEMASK: certain(3, "oxygen by face mask"),
    OxygenDevice.NONREBREATHER: certain(3, "oxygen by non-rebreather mask"),
    OxygenDevice.VENTURI_MASK: certain(3, "oxygen by Venturi mask"),
    OxygenDevice.CPAP: certain(4, "CPAP"),
    OxygenDevice.BIPAP: certain(4, "BiPAP"),
}


def fever(findings: CrsFindings) -> Part:
    """Find fever of at least 38.0 C without another cause: 1 present, 0 absent.

    Source: ASTCT 2019, Table 2.
    """
    has_fever = at_least(findings.temp_c, findings.temp_f, CRS_FEVER)
    words = f"fever {in_words(findings.temp_c, findings.temp_f)}"
    if has_fever is None:
        part = Part(frozenset({0, 1}), "fever", ("temp_c",))
    elif has_fever:
        part = certain(1, words, *_units_straddle(findings))
    else:
        part = ABSENT
    return unless_other_cause(part, other_cause=findings.fever_other_cause, field="fever_other_cause")


def _units_straddle(findings: CrsFindings) -> tuple[str, ...]:
    if findings.temp_c is None or findings.temp_f is None:
        return ()
    agree = (findings.temp_c >= CRS_FEVER.celsius) == (findings.temp_f >= CRS_FEVER.fahrenheit)
    return () if agree else ("temperature_units_straddle_threshold",)


def fever_not_required(findings: CrsFindings) -> Part:
    """Find the exception by which fever is no longer required: 1 applies, 0 does not.

    CRS must have begun and an antipyretic or anticytokine drug have been given since; premedication before
    any CRS does not count.

    Source: ASTCT 2019, Table 2, first note.
    """
    fields = ("prior_crs_this_episode", "antipyretic_or_anticytokine_after_onset")
    values = (findings.prior_crs_this_episode, findings.antipyretic_or_anticytokine_after_onset)
    if False in values:
        return ABSENT
    unknown = tuple(name for name, value in zip(fields, values, strict=True) if value is None)
    return Part(frozenset({0, 1}), "", unknown) if unknown else certain(1)


def hypotension(findings: CrsFindings) -> Part:
    """Grade hypotension by the vasopressors that run together.

    A running vasopressor is hypotension, whatever the tick box says. Vasopressin alone counts as one, and is
    not counted beside another [interpretation]. One of an unknown name may count, or may be vasopressin, an
    inotrope or one that was seen.

    Source: ASTCT 2019, Table 2.
    """
    part = _with_unnamed(_pressure(findings), findings)
    return unless_other_cause(
        part, other_cause=findings.hypotension_other_cause, field="hypotension_other_cause"
    )


def _pressure(findings: CrsFindings) -> Part:
    low = findings.hypotension
    without_drug = {0, 2} if low is None else {2 if low else 0}
    unknown = ("hypotension",) if low is None else ()
    if findings.vasopressors is None:
        return Part(frozenset(without_drug | {3, 4}), "hypotension", ("vasopressors", *unknown))
    running = findings.vasopressors - NOT_VASOPRESSORS
    counted = _counted(findings.vasopressors)
    if len(counted) > 1:
        return certain(4, f"{len(counted)} vasopressors, not counting vasopressin")
    if counted:
        with_it = " with vasopressin" if running > counted else ""
        return certain(3, f"one vasopressor{with_it}")
    if running:
        return certain(3, "vasopressin, counted as one vasopressor", "interpretation_vasopressin_alone")
    return Part(frozenset(without_drug), "hypotension without a vasopressor", unknown)


def _counted(vasopressors: frozenset[Vasoactive]) -> frozenset[Vasoactive]:
    return vasopressors - NOT_VASOPRESSORS - {Vasoactive.VASOPRESSIN}


def _with_unnamed(part: Part, findings: CrsFindings) -> Part:
    if findings.vasopressors is None or not findings.unnamed_vasopressors:
        return part
    named = len(_counted(findings.vasopressors))
    more = range(named + 1, named + findings.unnamed_vasopressors + 1)
    grades = part.grades | {3 if number == 1 else 4 for number in more}
    if grades == part.grades:
        return part
    return replace(part, grades=grades, missing=("vasopressors", *part.missing))


def hypoxia(findings: CrsFindings) -> Part:
    """Grade hypoxia by the support it needs; at most 6 L/min through a cannula is low flow.

    Source: ASTCT 2019, Table 2.
    """
    part = _support(findings)
    return unless_other_cause(part, other_cause=findings.hypoxia_other_cause, field="hypoxia_other_cause")


def _support(findings: CrsFindings) -> Part:
    device = findings.o2_device
    if device is None:
        return Part(frozenset({0, 2, 3, 4}), "oxygen", ("o2_device",))
    if device in _CANNULAS:
        return _cannula(device, findings.o2_flow_lpm)
    if device is OxygenDevice.INVASIVE_VENTILATION:
        return _ventilation(findings.ventilation_reason)
    return _BY_DEVICE[device]


def _cannula(device: OxygenDevice, flow_lpm: Decimal | None) -> Part:
    if flow_lpm is None:
        name = "high-flow" if device is OxygenDevice.HIGH_FLOW_NASAL_CANNULA else "nasal"
        return Part(frozenset({2, 3}), f"oxygen by {name} cannula, flow not recorded", ("o2_flow_lpm",))
    shown = without_idle_zeros(flow_lpm)
    if flow_lpm > LOW_FLOW_MAX_LPM:
        return certain(3, f"high-flow oxygen {shown} L/min")
    flags = ["cannula_without_flow"] if flow_lpm == 0 else []
    if device is OxygenDevice.HIGH_FLOW_NASAL_CANNULA:
        flags.append("interpretation_high_flow_device_at_low_flow")
        return certain(2, f"high-flow device at {shown} L/min, read as low flow", *flags)
    return certain(2, f"low-flow oxygen {shown} L/min", *flags)


def _ventilation(reason: VentilationReason | None) -> Part:
    if reason is None:
        return Part(frozenset({0, 4}), "intubation", ("ventilation_reason",))
    return certain(4, "intubation with ventilation") if reason is VentilationReason.HYPOXIA else ABSENT
