"""Read the findings of CRS and ICANS from JSON values, and write their grades.

A key is the name of a field of CrsFindings or IcansFindings.
"""

from dataclasses import fields

from participants.domain.crs import crs_grade
from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive, VentilationReason
from participants.domain.grade import Death, Grade
from participants.domain.icans import icans_grade
from participants.domain.icans_findings import (
    ICE_ITEMS,
    CerebralOedema,
    Consciousness,
    IcansFindings,
    Seizure,
)
from participants.domain.json_line import Answer, Values, choice_value

# What the drug log alone can leave open is no finding of a line.
CRS_KEYS = frozenset(field.name for field in fields(CrsFindings)) - {"unnamed_vasopressors"}
ICANS_KEYS = frozenset(field.name for field in fields(IcansFindings))


def crs(values: Values) -> Answer:
    """Grade CRS. Raises Impossible for findings that cannot be."""
    findings = CrsFindings(
        temp_c=values.decimal("temp_c"),
        temp_f=values.decimal("temp_f"),
        fever_other_cause=values.yes_no("fever_other_cause"),
        prior_crs_this_episode=values.yes_no("prior_crs_this_episode"),
        antipyretic_or_anticytokine_after_onset=values.yes_no("antipyretic_or_anticytokine_after_onset"),
        hypotension=values.yes_no("hypotension"),
        hypotension_other_cause=values.yes_no("hypotension_other_cause"),
        vasopressors=_vasopressors(values),
        o2_device=values.choice("o2_device", OxygenDevice),
        o2_flow_lpm=values.decimal("o2_flow_lpm"),
        hypoxia_other_cause=values.yes_no("hypoxia_other_cause"),
        ventilation_reason=values.choice("ventilation_reason", VentilationReason),
        death=values.choice("death", Death),
        days_post_infusion=values.whole("days_post_infusion"),
    )
    return _graded(crs_grade(findings))


def _vasopressors(values: Values) -> frozenset[Vasoactive] | None:
    names = values.items("vasopressors")
    if names is None:
        return None
    return frozenset(choice_value(name, Vasoactive, field="vasopressors") for name in names)


def icans(values: Values) -> Answer:
    """Grade ICANS. Raises Impossible for findings that cannot be."""
    findings = IcansFindings(
        dob=values.day("dob"),
        assessment_date=values.day("assessment_date"),
        developmental_delay=values.yes_no("developmental_delay"),
        attributable_to_icans=values.yes_no("attributable_to_icans"),
        ice_score=values.whole("ice_score"),
        ice_items=_ice_items(values),
        capd_score=values.whole("capd_score"),
        capd_unable=values.yes_no("capd_unable"),
        baseline_capd=values.whole("baseline_capd"),
        consciousness=values.choice("consciousness", Consciousness),
        consciousness_other_cause=values.yes_no("consciousness_other_cause"),
        seizure=values.choice("seizure", Seizure),
        seizure_duration_min=values.decimal("seizure_duration_min"),
        returns_to_baseline=values.yes_no("returns_to_baseline"),
        deep_focal_motor_weakness=values.yes_no("deep_focal_motor_weakness"),
        cerebral_oedema=values.choice("cerebral_oedema", CerebralOedema),
        posturing=values.yes_no("posturing"),
        cn6_palsy=values.yes_no("cn6_palsy"),
        papilloedema=values.yes_no("papilloedema"),
        cushing_triad=values.yes_no("cushing_triad"),
        intracranial_haemorrhage=values.yes_no("intracranial_haemorrhage"),
        tremor_or_myoclonus=values.yes_no("tremor_or_myoclonus"),
        death=values.choice("death", Death),
    )
    return _graded(icans_grade(findings))


def _ice_items(values: Values) -> tuple[bool | None, ...] | None:
    """Read ten points in the order of ICE_ITEMS, or an object by their names; 1 and 0 are points too."""
    items = values.points("ice_items", names=ICE_ITEMS)
    return None if items is None else tuple(items)


def _graded(grade: Grade) -> Answer:
    return {
        "grade": grade.value,
        "status": str(grade.status),
        "reason": grade.reason,
        "query": grade.query,
        "rule_version": grade.rule_version,
        "flags": list(grade.flags),
        "missing": list(grade.missing),
    }
