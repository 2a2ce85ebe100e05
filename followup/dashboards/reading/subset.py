"""Whether the page counts the whole trial: boundary and planned number are of nothing less.

Source: PACER design, clinical rules, section 8; Ivanova, Qaqish and Schell, Biometrics 2005;61:540-545 (a
boundary is computed for the participants of the trial one after the other, not for some of them).
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from followup.dashboards.choice import AGE_BANDS, ANALYSIS_SETS, DENOMINATORS
from followup.dashboards.reading.people import STAGES
from followup.models import AnalysisPlan
from participants.models import Product

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame


def subset_of_infused(frame: Frame) -> str:
    """Return in words which of the infused are counted, "" for all of the trial.

    The denominators up to the infused hold all of them.
    """
    choice, words = frame.choice, [subset_of_everybody(frame)]
    if STAGES.index(choice.denominator) > STAGES.index("infused"):
        words.append(_inside(DENOMINATORS[choice.denominator]))
    if choice.analysis:
        words.append(_inside(ANALYSIS_SETS[choice.analysis]))
    return ", ".join(filter(None, words))


def subset_of_everybody(frame: Frame) -> str:
    """Return in words which sites and which cohort are counted, "" for all of the trial."""
    choice, words = frame.choice, []
    if not frame.has_all_sites:
        words.append(f"site {choice.site}" if choice.site else "the sites that you may read")
    if choice.product:
        words.append(str(Product(choice.product).label))
    if choice.age:
        words.append(AGE_BANDS[choice.age][0])
    if choice.version:
        words.append(f"schedule version {choice.version}")
    return ", ".join(words)


def without_limits(plan: AnalysisPlan) -> AnalysisPlan:
    """Return a plan without what holds for the whole trial only: planned number and boundary."""
    found = copy(plan)
    found.planned_n, found.stop_at = None, []
    return found


def _inside(words: str) -> str:
    """Return words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]
