"""What the record decides about a visit that no person has recorded.

Source: PACER design, clinical rules, section 9 (death, relapse, never triggered, anchor events).
"""

from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from followup.domain.windows import Outcome
from participants.domain.ending import End, Ending, Reach

# Beside why participation ended, for a visit whose window had closed before.
NOT_RECORDED = "Nothing had been recorded when its window closed"


@dataclass(frozen=True)
class Closing:
    """The outcome that the record decides; OPEN when it leaves the visit to a person."""

    outcome: Outcome = Outcome.OPEN
    on: date | None = None
    reason: str = ""


def closing_of(
    *,
    event_on: date | None,
    ending: Ending,
    target_on: date | None,
    taken_from: Reach,
    waits_for_trigger: bool,
    is_planned: bool = True,
    closes_on: date | None = None,
    is_owed: bool = True,
) -> Closing:
    """Decide what the record says about one visit.

    `event_on` is the day of the event that the visit is about (the infusion for D0), None if it
    has not happened. `taken_from` is the least reach of an end that takes the visit. `waits_for_trigger`
    marks visits that wait for a first dose not given so far. `is_planned` False marks one of a series that
    no longer reaches as far. `closes_on` is the last day of the window, None without one; `is_owed` False
    marks what is never overdue: a window that is only projected, a log, an event.

    Of several ends the first that takes the visit decides, whichever was entered first.
    """
    if event_on is not None:
        return Closing(Outcome.ATTENDED, event_on)
    if not is_planned:
        return Closing(Outcome.NOT_APPLICABLE, None, "No longer planned")
    if waits_for_trigger and ending.trigger_is_past:
        why = "Trigger met, no anakinra given" if ending.was_triggered else "Fever trigger never met"
        return Closing(Outcome.NOT_APPLICABLE, None, why)
    last_owed_on = closes_on if is_owed else None
    ends = sorted(ending.ends, key=attrgetter("on"))
    closings = (_closed_by(end, target_on, last_owed_on) for end in ends if end.reach >= taken_from)
    return next((closing for closing in closings if closing.outcome), Closing())


def _closed_by(end: End, target_on: date | None, last_owed_on: date | None) -> Closing:
    """Decide what an end makes of a visit that it takes.

    What replaces follow-up cancels the visits with a later target. Leaving cancels what was still to
    come; what was overdue by then stays due, as missed: nobody did it while it could be done, and the end
    must not make that better.
    """
    if end.reach is Reach.FOLLOW_UP:
        return Closing(Outcome.CANCELLED, None, end.words) if _is_after(target_on, end.on) else Closing()
    if _is_after(end.on, last_owed_on):
        return Closing(Outcome.MISSED, None, f"{end.words}. {NOT_RECORDED}")
    return Closing(Outcome.CANCELLED, None, end.words)


def _is_after(on: date | None, other: date | None) -> bool:
    return on is not None and other is not None and on > other
