"""What the record decides about a visit that no person has recorded.

Source: PACER design, clinical rules, section 9 (death, relapse, never triggered, anchor events).
"""

from dataclasses import dataclass
from datetime import date

from followup.domain.windows import Outcome
from participants.domain.ending import Ending


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
) -> Closing:
    """Decide what the record says about one visit.

    `event_on` is the day of the event that the visit is about (the infusion for D0), None if it
    has not happened. `is_follow_up` marks follow-up visits that count from day zero: they end
    with relapse, new therapy or transplantation, while the safety check that counts from the last
    dose is kept. `waits_for_trigger` marks visits that wait for a first dose not given so far.
    `is_planned` False marks one of a series that no longer reaches as far.
    """
    if event_on is not None:
        return Closing(Outcome.ATTENDED, event_on)
    if not is_planned:
        return Closing(Outcome.NOT_APPLICABLE, None, "No longer planned")
    if waits_for_trigger and ending.trigger_is_past:
        why = "Trigger met, no anakinra given" if ending.was_triggered else "Fever trigger never met"
        return Closing(Outcome.NOT_APPLICABLE, None, why)
    if ending.ended:
        return Closing(Outcome.CANCELLED, None, ending.ended)
    ended_on = ending.visits_ended_on
    if is_follow_up and ended_on is not None and target_on is not None and target_on > ended_on:
        return Closing(Outcome.CANCELLED, None, ending.visits_ended)
    return Closing()
