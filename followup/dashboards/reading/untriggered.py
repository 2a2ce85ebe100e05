"""Who without a fever trigger was never triggered, who may yet be, and who was not seen for long enough.

Source: PACER design, clinical rules, section 1 (never triggered is concluded at D+28, death or off study
[setting]).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from participants.domain.fever import NEVER_TRIGGERED_FROM_DAY, never_triggered_on

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person

NEVER, WITHIN, UNSEEN = "never", "within", "unseen"


def last_day(frame: Frame) -> int:
    """Return the last trial day on which the trigger can be met, after which follow-up begins [setting]."""
    return frame.study.follow_up_from_day if frame.study else NEVER_TRIGGERED_FROM_DAY


def standing_without_trigger(frame: Frame, one: Person) -> str:
    """Return where somebody infused who met no trigger stands by the data cut.

    Never triggered is concluded once the last day is over, as the phase concludes it, of who is known to
    have been alive on it; or by death, off study or a further infusion before. Raises ValueError before the
    infusion.
    """
    if one.day_zero is None:
        raise ValueError(f"{one.study_id} has no day zero")
    _, left_on = frame.dated[one.pk].left or ("", None)
    ends = (frame.died_on(one.pk), frame.if_by_cut(left_on), one.infused_again_on)
    ended_on = min((on for on in ends if on is not None), default=None)
    last = last_day(frame)
    found = never_triggered_on(
        trigger=None, day_zero=one.day_zero, today=frame.cut_on, left_on=ended_on, from_day=last + 1
    )
    if found is None:
        return WITHIN
    is_seen = one.day_zero + timedelta(days=last) <= frame.seen_until(one)
    return NEVER if found == ended_on or is_seen else UNSEEN
