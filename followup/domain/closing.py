"""What the record decides about a visit that no person has recorded.

Source: PACER design, clinical rules, section 9 (death, relapse, never triggered, anchor events).
"""

from dataclasses import dataclass
from datetime import date

from followup.domain.windows import Outcome
from participants.domain.ending import Ending

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
    is_follow_up: bool,
    waits_for_trigger: bool,
    is_planned: bool = True,
    closes_on: date | None = None,
    is_owed: bool = True,
) -> Closing:
    """Decide what the record says about one visit.

    `event_on` is the day of the event that the visit is about (the infusion for D0), None if it
    has not happened. `is_follow_up` marks follow-up visits that count from day zero: they end
    with relapse, new therapy or transplantation, while the safety check that counts from the last
    dose is kept. `waits_for_trigger` marks visits that wait for a first dose not given so far.
    `is_planned` False marks one of a series that no longer reaches as far. `closes_on` is the last
    day of the window, None without one; `is_owed` False marks what is never overdue: a window that
    is only projected, a log, an event.

    Leaving cancels what was still to come. What was overdue by then stays due, as missed: nobody
    did it while it could be done, and the end must not make that better.
    """
    if event_on is not None:
        return Closing(Outcome.ATTENDED, event_on)
    if not is_planned:
        return Closing(Outcome.NOT_APPLICABLE, None, "No longer planned")
    if waits_for_trigger and ending.trigger_is_past:
        why = "Trigger met, no anakinra given" if ending.was_triggered else "Fever trigger never met"
        return Closing(Outcome.NOT_APPLICABLE, None, why)
    is_replaced = is_follow_up and _is_after(target_on, ending.visits_ended_on)
    if ending.ended:
        if is_owed and not is_replaced and _is_after(ending.ended_on, closes_on):
            return Closing(Outcome.MISSED, None, f"{ending.ended}. {NOT_RECORDED}")
        return Closing(Outcome.CANCELLED, None, ending.ended)
    return Closing(Outcome.CANCELLED, None, ending.visits_ended) if is_replaced else Closing()


def _is_after(on: date | None, other: date | None) -> bool:
    return on is not None and other is not None and on > other
