"""The phases of a participant and the steps between them: one table, from which the docs' diagram is drawn.

Source: PACER design, clinical rules, section 1 (lifecycle).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Phase(StrEnum):
    """Where a participant stands in the trial."""

    PRE_SCREENED = "pre_screened"
    SCREENING = "screening"
    ELIGIBLE = "eligible"
    SCREEN_FAILURE = "screen_failure"
    ENROLLED = "enrolled"
    LYMPHODEPLETION = "lymphodepletion"
    INFUSED = "infused"
    TRIGGER_MET = "trigger_met"
    ON_ANAKINRA = "on_anakinra"
    OFF_ANAKINRA = "off_anakinra"
    FOLLOW_UP = "follow_up"
    SURVIVAL_FOLLOW_UP = "survival_follow_up"
    OFF_STUDY = "off_study"


PHASE_NAMES: dict[Phase, str] = {
    Phase.PRE_SCREENED: "Pre-screened",
    Phase.SCREENING: "Screening",
    Phase.ELIGIBLE: "Eligible",
    Phase.SCREEN_FAILURE: "Screen failure",
    Phase.ENROLLED: "Enrolled",
    Phase.LYMPHODEPLETION: "Lymphodepletion",
    Phase.INFUSED: "Infused",
    Phase.TRIGGER_MET: "Trigger met",
    Phase.ON_ANAKINRA: "On anakinra",
    Phase.OFF_ANAKINRA: "Off anakinra",
    Phase.FOLLOW_UP: "In follow-up",
    Phase.SURVIVAL_FOLLOW_UP: "Survival follow-up",
    Phase.OFF_STUDY: "Off study",
}

# The phases in which findings come in by the hour.
AT_THE_BEDSIDE = (Phase.INFUSED, Phase.TRIGGER_MET, Phase.ON_ANAKINRA, Phase.OFF_ANAKINRA)

# From enrolment on, anybody can leave: completed, withdrawn, lost, died, other.
_LEAVING = frozenset({Phase.OFF_STUDY})
_ANAKINRA = frozenset({Phase.ON_ANAKINRA, Phase.OFF_ANAKINRA})
_ONWARD = frozenset({Phase.FOLLOW_UP, Phase.SURVIVAL_FOLLOW_UP}) | _LEAVING

STEPS: dict[Phase, frozenset[Phase]] = {
    Phase.PRE_SCREENED: frozenset({Phase.SCREENING, Phase.SCREEN_FAILURE}) | _LEAVING,
    Phase.SCREENING: frozenset({Phase.ELIGIBLE, Phase.SCREEN_FAILURE}) | _LEAVING,
    Phase.ELIGIBLE: frozenset({Phase.ENROLLED, Phase.SCREENING, Phase.SCREEN_FAILURE}) | _LEAVING,
    Phase.SCREEN_FAILURE: frozenset({Phase.SCREENING}),
    Phase.ENROLLED: frozenset({Phase.LYMPHODEPLETION, Phase.INFUSED, Phase.SCREEN_FAILURE}) | _LEAVING,
    Phase.LYMPHODEPLETION: frozenset({Phase.LYMPHODEPLETION, Phase.INFUSED}) | _LEAVING,
    Phase.INFUSED: frozenset({Phase.TRIGGER_MET, Phase.ON_ANAKINRA, Phase.LYMPHODEPLETION}) | _ONWARD,
    Phase.TRIGGER_MET: frozenset({Phase.ON_ANAKINRA, Phase.INFUSED}) | _ONWARD,
    Phase.ON_ANAKINRA: frozenset({Phase.OFF_ANAKINRA}) | _ONWARD,
    Phase.OFF_ANAKINRA: frozenset({Phase.ON_ANAKINRA}) | _ONWARD,
    # A treatment may last beyond day 28, begin late where the pharmacy delays it, and outlast a relapse.
    Phase.FOLLOW_UP: frozenset({Phase.LYMPHODEPLETION, Phase.SURVIVAL_FOLLOW_UP}) | _ANAKINRA | _LEAVING,
    Phase.SURVIVAL_FOLLOW_UP: frozenset({Phase.FOLLOW_UP, Phase.LYMPHODEPLETION}) | _ANAKINRA | _LEAVING,
    # Who was lost and is found again comes back to where contact is kept.
    Phase.OFF_STUDY: frozenset({Phase.FOLLOW_UP, Phase.SURVIVAL_FOLLOW_UP}),
}

BEFORE_ENROLMENT = frozenset({Phase.PRE_SCREENED, Phase.SCREENING, Phase.ELIGIBLE})
ENDED = frozenset({Phase.SCREEN_FAILURE, Phase.OFF_STUDY})
_BEGINS_COURSE = frozenset({Phase.LYMPHODEPLETION, Phase.INFUSED})
# What people decide before anything is given; dated or corrected late, it takes nobody back.
BEFORE_TREATMENT = BEFORE_ENROLMENT | {Phase.ENROLLED, Phase.SCREEN_FAILURE}


@dataclass(frozen=True, order=True)
class Step:
    """One dated step of a participant: the day, its order of entry, and the phase entered."""

    on: date
    entry: int
    phase: Phase


def may_step(current: Phase, following: Phase) -> bool:
    """Say whether the lifecycle leads from one phase straight to the other."""
    return following in STEPS[current]


def phase_on_latest(steps: Iterable[Step]) -> Phase:
    """Return the phase that the standing steps lead to; the latest day wins, then the latest entry.

    Who has left the study has left it, also when something is dated or entered later: coming back
    takes that step away. Who has begun treatment is not taken back by a step before it, and whose
    visits have ended in a course is in survival follow-up where others are in follow-up. Raises
    ValueError when there is no step: nobody is in a trial without having entered it.
    """
    standing = list(steps)
    if not standing:
        raise ValueError("A participant has no lifecycle step.")
    left = [step for step in standing if step.phase is Phase.OFF_STUDY]
    treated = [step for step in standing if step.phase not in BEFORE_TREATMENT]
    latest = max(left or treated or standing).phase
    return Phase.SURVIVAL_FOLLOW_UP if latest is Phase.FOLLOW_UP and _visits_ended(treated) else latest


def is_screen_failure(steps: Iterable[Step]) -> bool:
    """Say whether participation ended with a screen failure, also of who died or left after it."""
    before = [step for step in steps if step.phase is not Phase.OFF_STUDY]
    return bool(before) and phase_on_latest(before) is Phase.SCREEN_FAILURE


def _visits_ended(treated: list[Step]) -> bool:
    began = max((step for step in treated if step.phase in _BEGINS_COURSE), default=None)
    ends = [step for step in treated if step.phase is Phase.SURVIVAL_FOLLOW_UP]
    return any(began is None or step > began for step in ends)


def out_of_order(steps: Iterable[Step]) -> set[Step]:
    """Return the steps to which the lifecycle does not lead from what lies before them.

    Of one day any order may be the right one. Who is enrolled after treatment began is out of order
    by the enrolment alone, not by each event.
    """
    standing = sorted(steps)
    is_enrolled = any(step.phase is Phase.ENROLLED for step in standing)
    astray = set()
    for place, step in enumerate(standing):
        before = _phase_after(standing[:place])
        from_phases = {before, _phase_after(other for other in standing if other.on < step.on)}
        from_phases |= {other.phase for other in standing if other.on == step.on and other != step}
        if is_enrolled and before in BEFORE_ENROLMENT:
            from_phases.add(Phase.ENROLLED)
        if before is not step.phase and not any(may_step(phase, step.phase) for phase in from_phases):
            astray.add(step)
    return astray


def _phase_after(steps: Iterable[Step]) -> Phase:
    standing = list(steps)
    return phase_on_latest(standing) if standing else Phase.PRE_SCREENED


def diagram() -> str:
    """Draw the lifecycle as a Mermaid state diagram, in the table's order."""
    lines = ["stateDiagram-v2", f"    [*] --> {Phase.PRE_SCREENED}"]
    for phase, following in STEPS.items():
        lines += [f"    {phase} --> {target}" for target in Phase if target in following]
    return "\n".join(lines) + "\n"
