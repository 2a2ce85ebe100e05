"""Who without a fever trigger was never triggered, who may yet be, and who was not seen for long enough.

Source: PACER design, clinical rules, section 1 (never triggered is concluded at D+28, death or off study
[setting]).
"""

from __future__ import annotations

from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from participants.domain.fever import NEVER_TRIGGERED_FROM_DAY, never_triggered_on
from participants.models import OffStudyReason

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person

# Seen to the last day; gone before it was over; may yet meet it; not seen for long enough.
NEVER, GONE, WITHIN, UNSEEN = "never", "gone", "within", "unseen"


def last_day(frame: Frame) -> int:
    """Return the last trial day on which the trigger can be met, after which follow-up begins [setting]."""
    return frame.study.follow_up_from_day if frame.study else NEVER_TRIGGERED_FROM_DAY


def standing_without_trigger(frame: Frame, one: Person) -> tuple[str, str]:
    """Return where somebody infused who met no trigger stands by the data cut, and why they are gone.

    Never triggered is concluded once the last day is over, as the phase concludes it, of who is known to
    have been alive on it; or by death, off study or a further infusion up to that day. Raises ValueError
    before the infusion.
    """
    if one.day_zero is None:
        raise ValueError(f"{one.study_id} has no day zero")
    ended_on, why = first_end(frame, one)
    last, today = last_day(frame), frame.ends_on(one.zone)
    last_on = one.day_zero + timedelta(days=last)
    found = never_triggered_on(
        trigger=None, day_zero=one.day_zero, today=today, left_on=ended_on, from_day=last + 1
    )
    if found is None:
        return WITHIN, ""
    if found <= last_on:
        return GONE, why
    return (NEVER if last_on <= frame.seen_until(one) else UNSEEN), ""


def first_end(frame: Frame, one: Person) -> tuple[date | None, str]:
    """Return what first ended the first course or participation by the data cut, with its words.

    None and "" for nothing. Of one day the death decides.
    """
    reason, left_on = frame.dated[one.pk].left or ("", None)
    words = OffStudyReason(reason).label.lower() if reason else ""
    known = (
        (frame.died_on(one.pk), "died"),
        (frame.if_by_cut(left_on), words),
        (one.infused_again_on, "infused again"),
    )
    ends = [(on, why) for on, why in known if on is not None]
    return min(ends, key=itemgetter(0), default=(None, ""))
