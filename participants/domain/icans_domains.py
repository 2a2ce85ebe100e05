"""The domains of ICANS, each with its own grade.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, ICANS grading for adults and for children.
"""

from dataclasses import replace
from decimal import Decimal

from participants.domain.grade import ABSENT, Part, certain, unless_other_cause, yes_no
from participants.domain.icans_findings import (
    CerebralOedema,
    Consciousness,
    IcansFindings,
    Instrument,
    Seizure,
)

PROLONGED_SEIZURE_OVER_MIN = Decimal("5")

# Awakening spontaneously is no sign by itself: grade 1 needs an ICE of 7 to 9 or a CAPD of 1 to 8.
_CONSCIOUSNESS = {
    Consciousness.SPONTANEOUS: ABSENT,
    Consciousness.VOICE: certain(2, "awakens to voice"),
    Consciousness.TACTILE: certain(3, "awakens only to tactile stimulus"),
    Consciousness.VIGOROUS_TACTILE: certain(4, "awakens only to vigorous or repetitive stimuli"),
    Consciousness.UNAROUSABLE: certain(4, "unarousable"),
}
_PRESSURE_SIGNS = {
    "posturing": "posturing",
    "cn6_palsy": "cranial nerve VI palsy",
    "papilloedema": "papilloedema",
    "cushing_triad": "Cushing's triad",
}


def ice_grade(score: int) -> int:
    """Grade an ICE score of 0 to 10: 10 is normal, 7-9, 3-6 and 0-2 are grades 1, 2 and 3.

    An ICE of 0 that is unarousable is grade 4 by its consciousness.

    Source: ASTCT 2019, ICANS grading for adults.
    """
    return 0 if score > 9 else 1 if score > 6 else 2 if score > 2 else 3


def capd_grade(score: int) -> int:
    """Grade a CAPD total of 0 to 32: 0 is normal, 1-8 at least grade 1, 9 and more grade 3.

    With 1-8, awakening to voice makes it grade 2: the domain of consciousness says so.

    Source: ASTCT 2019, ICANS grading for children.
    """
    return 0 if score == 0 else 1 if score < 9 else 3


def cognition(findings: IcansFindings) -> Part:
    """Grade cognition by the instrument for the age; the other instrument is ignored."""
    parts = {Instrument.ICE: _by_ice, Instrument.CAPD: _by_capd}
    possible = [parts[instrument](findings) for instrument in findings.possible_instruments]
    if len(possible) == 1:
        return possible[0]
    grades = possible[0].grades | possible[1].grades
    if len(grades) == 1:
        return possible[0]
    missing = (*_age_fields(findings), *possible[0].missing, *possible[1].missing)
    return Part(grades, "cognition by an instrument that depends on age", missing)


def _age_fields(findings: IcansFindings) -> tuple[str, ...]:
    fields = ("dob", "assessment_date", "developmental_delay")
    return tuple(field for field in fields if getattr(findings, field) is None)


def _by_ice(findings: IcansFindings) -> Part:
    scores = findings.possible_ice
    grades = frozenset(map(ice_grade, scores))
    shown = f"ICE {scores[0]}" if len(scores) == 1 else f"ICE {scores[0]} to {scores[-1]}"
    return Part(grades, shown, ("ice_score",) if len(grades) > 1 else ())


def _by_capd(findings: IcansFindings) -> Part:
    if findings.capd_unable:
        flags = ("score_and_unable",) if findings.capd_score is not None else ()
        return certain(4, "unable to perform CAPD", *flags)
    if findings.capd_score is not None:
        # A score is evidence that CAPD was performed, whether or not the box was filled in.
        baseline = "" if findings.baseline_capd is None else f" (baseline {findings.baseline_capd})"
        return certain(capd_grade(findings.capd_score), f"CAPD {findings.capd_score}{baseline}")
    if findings.capd_unable is False:
        return Part(frozenset({0, 1, 3}), "CAPD", ("capd_score",))
    return Part(frozenset({0, 1, 3, 4}), "CAPD", ("capd_score", "capd_unable"))


def consciousness(findings: IcansFindings) -> Part:
    """Grade consciousness by the stimulus that awakens; sedation or another cause excludes it."""
    if findings.consciousness is None:
        part = Part(frozenset({0, 2, 3, 4}), "consciousness", ("consciousness",))
    else:
        part = _CONSCIOUSNESS[findings.consciousness]
    return unless_other_cause(
        part, other_cause=findings.consciousness_other_cause, field="consciousness_other_cause"
    )


def seizure(findings: IcansFindings) -> Part:
    """Grade seizures: any is grade 3; longer than 5 minutes, or repetitive without recovery, grade 4.

    Exactly 5 minutes is not longer. Return to baseline matters between repetitive seizures only.
    """
    kind, minutes = findings.seizure, findings.seizure_duration_min
    if kind is None:
        kinds = [seizure(replace(findings, seizure=each)) for each in Seizure]
        grades = frozenset(grade for part in kinds for grade in part.grades)
        return Part(grades, "seizure", ("seizure",))
    if kind is Seizure.NONE:
        return ABSENT
    if minutes is not None and minutes > PROLONGED_SEIZURE_OVER_MIN:
        return certain(4, "seizure longer than 5 min")
    recovers = findings.returns_to_baseline if kind is Seizure.REPETITIVE else True
    if recovers is False:
        return certain(4, "repetitive seizures without return to baseline")
    inputs = {"seizure_duration_min": minutes, "returns_to_baseline": recovers}
    missing = tuple(field for field, value in inputs.items() if value is None)
    flags = ("single_seizure_without_recovery",) if recovers and findings.returns_to_baseline is False else ()
    return Part(frozenset({3, 4} if missing else {3}), _seizure_words(kind), missing, flags)


def _seizure_words(kind: Seizure) -> str:
    return "non-convulsive seizure on EEG" if kind is Seizure.NONCONVULSIVE_EEG else f"{kind} seizure"


def motor(findings: IcansFindings) -> Part:
    """Grade deep focal weakness (hemi- or paraparesis); tremor and myoclonus do not count."""
    weak = findings.deep_focal_motor_weakness
    return yes_no(value=weak, grade=4, why="deep focal weakness", field="deep_focal_motor_weakness")


def raised_pressure(findings: IcansFindings) -> Part:
    """Grade oedema and signs of raised pressure: focal oedema is 3, any other of them 4."""
    signs = [words for field, words in _PRESSURE_SIGNS.items() if getattr(findings, field)]
    oedema = findings.cerebral_oedema
    if oedema is CerebralOedema.DIFFUSE:
        signs.insert(0, "diffuse cerebral oedema")
    if signs:
        return certain(4, " and ".join(signs))
    missing = tuple(field for field in _PRESSURE_SIGNS if getattr(findings, field) is None)
    grades = {3 if oedema is CerebralOedema.FOCAL else 0} | ({4} if missing else set())
    if oedema is None:
        return Part(frozenset({0, 3, 4}), "raised pressure", ("cerebral_oedema", *missing))
    why = "focal cerebral oedema" if oedema is CerebralOedema.FOCAL else "raised pressure"
    return Part(frozenset(grades), why, missing)
