"""Who is known to be alive since when, and the times and events of the survival endpoints.

Time zero is the infusion, or the first remission where an endpoint counts from it; times are whole
days. An event and a censoring on the same day: the event comes first. Nothing lies beyond the data cut.
The next therapy is a transplantation, a new therapy or a further infusion [setting]: a remission after it
is not a remission of this infusion.

Source: PACER design, clinical rules, section 8 (table of endpoints); that a further infusion is a next
therapy is PACER's own convention [setting].
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

DAYS_PER_MONTH = 30.4375
# A first remission counts as a response up to the end of month 3 [setting].
RESPONSE_BY_DAY = 105


class Cause(IntEnum):
    """How a time with competing risks ended."""

    CENSORED = 0
    EVENT = 1
    COMPETING = 2


@dataclass(frozen=True, order=True)
class Sighting:
    """A day on which somebody was known to be alive, and by what."""

    on: date
    what: str


class TimeToEvent(NamedTuple):
    """Days from time zero to an event, or to the censoring."""

    days: int
    is_event: bool


class CompetingTime(NamedTuple):
    """Days from time zero to whichever came first."""

    days: int
    cause: Cause


class Assessment(NamedTuple):
    """A disease assessment; `is_remission` is CR or CRi."""

    on: date
    is_remission: bool


@dataclass(frozen=True)
class CourseFacts:
    """What is known of one participant since day zero; None is not happened, as far as is known.

    `last_alive_on` is the last day on which they are known to be alive. `relapses` are the days of each
    relapse that is more than MRD, `next_therapy_on` the first transplantation, new therapy or further
    infusion.
    """

    day_zero: date
    last_alive_on: date
    assessments: tuple[Assessment, ...] = ()
    relapses: tuple[date, ...] = ()
    next_therapy_on: date | None = None
    died_on: date | None = None

    @cached_property
    def assessed(self) -> tuple[Assessment, ...]:
        """The assessments since the infusion; what is dated after the death proves nothing."""
        last = self.died_on or date.max
        return tuple([one for one in self.assessments if self.day_zero <= one.on <= last])

    @cached_property
    def first_remission_on(self) -> date | None:
        """The day of the first CR or CRi since the infusion and up to the next therapy, None without one."""
        last = self.next_therapy_on or date.max
        return min([one.on for one in self.assessed if one.is_remission and one.on <= last], default=None)

    @cached_property
    def lost_on(self) -> date | None:
        """The day of the first assessment without remission after the first one with it."""
        first = self.first_remission_on
        if first is None:
            return None
        return min([one.on for one in self.assessed if one.on > first and not one.is_remission], default=None)


def last_sighting(sightings: Iterable[Sighting], *, died_on: date | None = None) -> Sighting | None:
    """Return the latest day known alive; what is dated after the death proves nothing. None for none."""
    known = [one for one in sightings if died_on is None or one.on <= died_on]
    return max(known, default=None)


def cut_at(facts: CourseFacts, data_cut: date) -> CourseFacts | None:
    """Return what was true at the data cut; None for who had no infusion by then.

    Who is known to be alive, or to have died, after the cut was alive on it.
    """
    if facts.day_zero > data_cut:
        return None
    heard = facts.last_alive_on if facts.died_on is None else max(facts.last_alive_on, facts.died_on)
    return CourseFacts(
        day_zero=facts.day_zero,
        last_alive_on=min(heard, data_cut),
        assessments=tuple([one for one in facts.assessments if one.on <= data_cut]),
        relapses=tuple([on for on in facts.relapses if on <= data_cut]),
        next_therapy_on=_by(facts.next_therapy_on, data_cut),
        died_on=_by(facts.died_on, data_cut),
    )


def no_response_on(facts: CourseFacts, *, by_day: int = RESPONSE_BY_DAY) -> date | None:
    """Return the day of the first failing assessment of who did not respond up to a trial day.

    None for who was not assessed, or came into remission by then and before the next therapy. What fails
    after a remission is a relapse.
    """
    remission = facts.first_remission_on
    if remission is not None and (remission - facts.day_zero).days <= by_day:
        return None
    last = remission or date.max
    return min([one.on for one in facts.assessed if not one.is_remission and one.on < last], default=None)


def relapse_on(facts: CourseFacts) -> date | None:
    """Return the day of the first relapse after the first remission; None without either.

    As recorded, or an assessment without remission. A relapse recorded up to the day of the remission is
    none of it.
    """
    first = facts.first_remission_on
    if first is None:
        return None
    return _first(facts.lost_on, *(on for on in facts.relapses if on > first))


def active_disease_on(facts: CourseFacts) -> date | None:
    """Return the first day since the infusion of a relapse, whether or not a remission came before it.

    As recorded, or an assessment without remission after one. What was recorded as a relapse although no
    remission was is leukaemia that came back or never left: it fails the infusion on its day.
    """
    return _first(facts.lost_on, *[on for on in facts.relapses if on >= facts.day_zero])


def overall_survival(facts: CourseFacts) -> TimeToEvent:
    """Return the time to death of any cause; censored when last known alive."""
    return _time(facts.day_zero, facts.died_on, facts.last_alive_on)


def event_free_survival(facts: CourseFacts, *, censors_at_next_therapy: bool = True) -> TimeToEvent:
    """Return the time to no response, relapse or death.

    Censored at the last disease assessment, and at the next therapy [setting]. A relapse counts whether or
    not a remission was recorded before it.
    """
    event = _first(no_response_on(facts), active_disease_on(facts), facts.died_on)
    therapy = facts.next_therapy_on if censors_at_next_therapy else None
    if therapy is not None and (event is None or therapy < event):
        return _time(facts.day_zero, None, therapy)
    return _time(facts.day_zero, event, _last_assessment_on(facts))


def relapse_free_survival(facts: CourseFacts) -> TimeToEvent | None:
    """Return the time from the first remission to a relapse after it, or death; None without a remission."""
    began = facts.first_remission_on
    if began is None:
        return None
    return _time(began, _first(relapse_on(facts), facts.died_on), _last_assessment_on(facts))


def relapse_incidence(facts: CourseFacts) -> CompetingTime | None:
    """Return the time from the first remission to a relapse after it, with death in remission competing.

    Censored at the last disease assessment, on which the remission was last known. None for who
    had no remission.
    """
    began = facts.first_remission_on
    if began is None:
        return None
    return _competing(began, relapse_on(facts), facts.died_on, _last_assessment_on(facts))


def non_relapse_mortality(facts: CourseFacts) -> CompetingTime:
    """Return the time to death without relapse or non-response, which compete; censored alive.

    A relapse and a death on the same day: the relapse came first. A relapse counts whether or not a
    remission was recorded before it.
    """
    failed = _first(no_response_on(facts), active_disease_on(facts))
    if failed is not None and (facts.died_on is None or failed <= facts.died_on):
        return CompetingTime(_days(facts.day_zero, failed), Cause.COMPETING)
    return _competing(facts.day_zero, facts.died_on, None, facts.last_alive_on)


def _last_assessment_on(facts: CourseFacts) -> date:
    return max([one.on for one in facts.assessed], default=facts.day_zero)


def _by(on: date | None, cut: date) -> date | None:
    return on if on is not None and on <= cut else None


def _first(*days: date | None) -> date | None:
    return min([day for day in days if day is not None], default=None)


def _days(began: date, on: date) -> int:
    # A death that was dated before the infusion by mistake is no negative time.
    return max((on - began).days, 0)


def _time(began: date, event: date | None, censored: date) -> TimeToEvent:
    return TimeToEvent(_days(began, event or censored), event is not None)


def _competing(began: date, event: date | None, competing: date | None, censored: date) -> CompetingTime:
    if event is not None and (competing is None or event <= competing):
        return CompetingTime(_days(began, event), Cause.EVENT)
    if competing is not None:
        return CompetingTime(_days(began, competing), Cause.COMPETING)
    return CompetingTime(_days(began, censored), Cause.CENSORED)
