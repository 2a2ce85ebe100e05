"""Warn about anakinra doses that leave the plan, and never refuse them.

Source: NCT06703216 for dose, cap and schedules; the tolerances are settings of the study.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from participants.domain.decimals import without_idle_zeros
from participants.domain.dosing import MAX_DOSE_MG, GivenDose, Route, calculate_dose

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
    earlier: Iterable[GivenDose],
    trigger_met_at: datetime | None,
    latest_weight_kg: Decimal | None = None,
    tolerances: DoseTolerances | None = None,
) -> tuple[DoseWarning, ...]:
    """List what is unusual about a dose, in the order of DoseRule, one warning a rule.

    `earlier` holds the given doses of the course; later ones among them are ignored. No trigger (None) means
    that the dose is before it. `latest_weight_kg` None means not weighed since the dosing weight.
    """
    limits = tolerances or DoseTolerances()
    before = sorted((each for each in earlier if each.instant < dose.instant), key=lambda each: each.instant)
    return (
        *_amount(dose, limits),
        *_interval(dose, before),
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


def _interval(dose: GivenDose, before: Sequence[GivenDose]) -> Iterator[DoseWarning]:
    if not before or before[-1].schedule is not dose.schedule:
        return
    apart = dose.instant - before[-1].instant
    if abs(apart - dose.schedule.every) > dose.schedule.tolerance:
        hours, minutes = divmod(int(apart.total_seconds()) // 60, 60)
        message = f"{hours} h {minutes:02} min after the dose before, {dose.schedule} is planned."
        yield DoseWarning(DoseRule.INTERVAL, message)


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
    # A dose exactly 24 h ago is out: else every regular schedule would be over its own limit.
    since = dose.instant - ROLLING
    total_mg = dose.dose_mg + sum((each.dose_mg for each in before if each.instant > since), Decimal(0))
    limit_mg = MAX_DOSE_MG * dose.schedule.doses_a_day
    if total_mg > limit_mg:
        message = f"{_plain(total_mg)} mg in 24 h is more than {limit_mg} mg ({dose.schedule})."
        yield DoseWarning(DoseRule.ROLLING_24_H, message)


def _route(dose: GivenDose) -> Iterator[DoseWarning]:
    if dose.route is not Route.IV:
        yield DoseWarning(DoseRule.ROUTE, "The trial gives anakinra intravenously.")


def _plain(number: Decimal) -> str:
    return f"{without_idle_zeros(number):f}"
