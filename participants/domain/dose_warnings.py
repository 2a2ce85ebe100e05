"""Warn about anakinra doses that leave the plan, and never refuse them.

Source: NCT06703216 for dose, cap and schedules; the tolerances are settings of the study.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from participants.domain.decimals import without_idle_zeros
from participants.domain.dose_plan import DoseEntry, counts_from
from participants.domain.dosing import MAX_DOSE_MG, GivenDose, Route, Schedule, calculate_dose

ROLLING = timedelta(hours=24)


class DoseRule(StrEnum):
    """The rules a dose can leave; each is raised at most once for a dose."""

    OVER_CAP = "over_cap"
    OFF_CALCULATED = "off_calculated"
    INTERVAL = "interval"
    WEIGHT_CHANGED = "weight_changed"
    BEFORE_TRIGGER = "before_trigger"
    ROLLING_24_H = "rolling_24_h"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class DoseWarning:
    """A sentence for the person who gives the dose.

    A deviation asks for a reason and is drafted; the change of weight is a prompt only.
    """

    rule: DoseRule
    message: str

    @property
    def is_deviation(self) -> bool:
        """Tell whether the warning drafts a deviation."""
        return self.rule is not DoseRule.WEIGHT_CHANGED


@dataclass(frozen=True, slots=True)
class DoseTolerances:
    """The accepted differences, included, as fractions [settings]."""

    dose: Decimal = Decimal("0.10")
    weight: Decimal = Decimal("0.10")


def dose_warnings(
    dose: GivenDose,
    *,
    others: Iterable[GivenDose],
    trigger_met_at: datetime | None,
    not_given: Iterable[DoseEntry] = (),
    latest_weight_kg: Decimal | None = None,
    tolerances: DoseTolerances | None = None,
) -> tuple[DoseWarning, ...]:
    """List what is unusual about a dose, in the order of DoseRule, one warning a rule.

    `others` holds the other given doses of the course, `not_given` those that were held, missed or refused;
    later ones among them are ignored, one of the same instant counts. No trigger (None) means that the dose
    is before it. `latest_weight_kg` None means not weighed since the dosing weight.
    """
    limits = tolerances or DoseTolerances()
    before = sorted((each for each in others if each.instant <= dose.instant), key=lambda each: each.instant)
    return (
        *_amount(dose, limits),
        *_interval(dose, before, not_given),
        *_weight(dose, latest_weight_kg, limits),
        *_trigger(dose, trigger_met_at),
        *_rolling(dose, before),
        *_route(dose),
    )


def _amount(dose: GivenDose, limits: DoseTolerances) -> Iterator[DoseWarning]:
    if dose.dose_mg > MAX_DOSE_MG:
        yield DoseWarning(DoseRule.OVER_CAP, f"{_plain(dose.dose_mg)} mg is more than {MAX_DOSE_MG} mg.")
    # Compared with the capped dose: at 60 kg, 100 mg are right although they are 1.67 mg/kg.
    planned = calculate_dose(dose.dosing_weight_kg).dose_mg
    if abs(dose.dose_mg - planned) > planned * limits.dose:
        given, right, percent = _plain(dose.dose_mg), _plain(planned), _plain(limits.dose * 100)
        message = f"{given} mg differs by more than {percent} % from the calculated {right} mg."
        yield DoseWarning(DoseRule.OFF_CALCULATED, message)


def _interval(
    dose: GivenDose, before: Sequence[GivenDose], not_given: Iterable[DoseEntry]
) -> Iterator[DoseWarning]:
    """Warn of a dose that fits neither the given one before nor the planned time of one not given since."""
    last = before[-1] if before else None
    if last is not None and last.instant == dose.instant:
        # Two doses at once are no change of schedule, whatever schedules they name.
        yield DoseWarning(
            DoseRule.INTERVAL, f"Another dose is given at the same time, {dose.schedule} is planned."
        )
    if last is None or last.instant == dose.instant or last.schedule is not dose.schedule:
        return
    answered_at = _answered_at(dose, before, not_given)
    if _fits(dose, last.instant) or _fits(dose, answered_at):
        return
    words = f"{_length(dose.instant - last.instant)} after the dose before"
    if last.instant < answered_at < dose.instant:
        words += f", {_length(dose.instant - answered_at)} after the planned time of one not given"
    yield DoseWarning(DoseRule.INTERVAL, f"{words}, {dose.schedule} is planned.")


def _answered_at(dose: GivenDose, before: Sequence[GivenDose], not_given: Iterable[DoseEntry]) -> datetime:
    """Return the moment from which the plan counted this dose."""
    entries = [DoseEntry(at=each.instant, schedule=each.schedule, is_given=True) for each in before]
    entries += [each for each in not_given if each.at < dose.instant and each.schedule is dose.schedule]
    return counts_from(entries) or dose.instant


def _fits(dose: GivenDose, since: datetime) -> bool:
    return abs(dose.instant - since - dose.schedule.every) <= dose.schedule.tolerance


def _length(apart: timedelta) -> str:
    hours, minutes = divmod(int(apart.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02} min"


def _weight(dose: GivenDose, latest_kg: Decimal | None, limits: DoseTolerances) -> Iterator[DoseWarning]:
    if latest_kg is None:
        return
    if abs(latest_kg - dose.dosing_weight_kg) > dose.dosing_weight_kg * limits.weight:
        message = f"The weight is now {latest_kg} kg, the dosing weight {dose.dosing_weight_kg} kg."
        yield DoseWarning(DoseRule.WEIGHT_CHANGED, message)


def _trigger(dose: GivenDose, trigger_met_at: datetime | None) -> Iterator[DoseWarning]:
    if trigger_met_at is None:
        yield DoseWarning(DoseRule.BEFORE_TRIGGER, "The fever trigger has not been met.")
    elif dose.at < trigger_met_at:
        yield DoseWarning(DoseRule.BEFORE_TRIGGER, "The dose is before the fever trigger was met.")


def _rolling(dose: GivenDose, before: Sequence[GivenDose]) -> Iterator[DoseWarning]:
    """Warn of more than 200 mg in 24 h every 12 h, or 400 mg every 6 h.

    While a dose of the 24 h was given every 6 h the limit is that of every 6 h: the first doses after going
    back to every 12 h do not leave the plan by what the plan asked for before.

    Source: PACER design, clinical rules, section 2; the day of the change is a reading.
    """
    # A dose exactly 24 h ago is out: else every regular schedule would be over its own limit.
    recent = [dose, *(each for each in before if each.instant > dose.instant - ROLLING)]
    total_mg = sum((each.dose_mg for each in recent), Decimal(0))
    schedule = Schedule.Q6H if any(each.schedule is Schedule.Q6H for each in recent) else dose.schedule
    limit_mg = MAX_DOSE_MG * schedule.doses_a_day
    if total_mg > limit_mg:
        message = f"{_plain(total_mg)} mg in 24 h is more than {limit_mg} mg ({schedule})."
        yield DoseWarning(DoseRule.ROLLING_24_H, message)


def _route(dose: GivenDose) -> Iterator[DoseWarning]:
    if dose.route is not Route.IV:
        yield DoseWarning(DoseRule.ROUTE, "The trial gives anakinra intravenously.")


def _plain(number: Decimal) -> str:
    return f"{without_idle_zeros(number):f}"
