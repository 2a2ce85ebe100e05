"""What the end of participation means for what is still wanted.

Source: PACER design, clinical rules, sections 1 and 9.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Ending:
    """What is known of the end of participation.

    `ended` says why no visit is wanted any more, "" while some are, `ended_on` from which day, None
    while that is not known or some are. `visits_ended_on` is the day
    from which survival contacts replace follow-up visits, None while they do not; `visits_ended`
    is why. `trigger_is_past` means that a trigger not met by now can no longer be, `was_triggered`
    that it has been met.
    """

    ended: str = ""
    visits_ended_on: date | None = None
    visits_ended: str = ""
    trigger_is_past: bool = False
    was_triggered: bool = False
    ended_on: date | None = None
