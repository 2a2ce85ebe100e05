"""Answer one line of clinical findings with what the rules say: JSON in, plain values out.

The scales are `crs`, `icans`, `fever_trigger` and `anakinra_dose`. Decimal answers are text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import localcontext

from participants.domain import rule_lines_anakinra as anakinra
from participants.domain import rule_lines_grades as grades
from participants.domain.decimals import EXACT
from participants.domain.json_line import MAX_LINE_BYTES, Answer, Values, read_object
from participants.domain.refusal import Impossible


@dataclass(frozen=True, slots=True)
class _Scale:
    keys: frozenset[str]
    answer: Callable[[Values], Answer]


SCALES = {
    "crs": _Scale(grades.CRS_KEYS, grades.crs),
    "icans": _Scale(grades.ICANS_KEYS, grades.icans),
    "fever_trigger": _Scale(anakinra.TRIGGER_KEYS, anakinra.trigger),
    "anakinra_dose": _Scale(anakinra.DOSE_KEYS, anakinra.dose),
}


def answer_line(line: bytes) -> Answer | None:
    """Answer a line; None for a blank one.

    A line that cannot be read or cannot be true is answered by {"error": {"field", "rule", "message"}}, in
    which nothing of the value is repeated; `field` is None when the line as a whole is meant.
    """
    content = line.rstrip(b"\r\n")
    if not content.strip() and len(content) <= MAX_LINE_BYTES:
        return None
    try:
        with localcontext(EXACT):
            return _answer(read_object(content))
    except Impossible as wrong:
        return {"error": {"field": wrong.field, "rule": wrong.rule, "message": wrong.message}}


def _answer(values: dict[str, object]) -> Answer:
    name = values.get("scale")
    if type(name) is not str or name not in SCALES:
        raise Impossible("scale", "unknown_scale", f"Must be one of: {', '.join(SCALES)}.")
    scale = SCALES[name]
    return scale.answer(Values(values, allowed=scale.keys | {"scale"}))
