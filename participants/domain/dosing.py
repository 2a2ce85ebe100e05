"""Calculate anakinra doses.

Source: NCT06703216: 2.5 mg/kg IV, at most 100 mg, every 12 h; every 6 h when CRS persists or progresses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from participants.domain.decimals import check_range
from participants.domain.refusal import Impossible

MG_PER_KG = Decimal("2.5")
MAX_DOSE_MG = Decimal("100")
MAX_WEIGHT_KG = Decimal("400")


class Schedule(StrEnum):
    """How often anakinra is given."""

    Q12H = "q12h"
    Q6H = "q6h"

    @property
    def every(self) -> timedelta:
        """Give the interval between two doses."""
        return timedelta(hours=12 if self is Schedule.Q12H else 6)

    @property
    def tolerance(self) -> timedelta:
        """Give the accepted deviation from the interval, included: 2 h or 1 h [setting]."""
        return timedelta(hours=2 if self is Schedule.Q12H else 1)

    @property
    def doses_a_day(self) -> int:
        """Give the number of doses in 24 h."""
        return 2 if self is Schedule.Q12H else 4


class Route(StrEnum):
    """How anakinra is given; the trial gives it intravenously."""

    IV = "iv"
    SC = "sc"


@dataclass(frozen=True, slots=True)
class CalculatedDose:
    """A dose by weight, exact and never rounded."""

    weight_kg: Decimal
    dose_mg: Decimal
    is_capped: bool

    def daily_mg(self, schedule: Schedule) -> Decimal:
        """Give the mg in 24 h of a schedule."""
        return self.dose_mg * schedule.doses_a_day

    def mg_per_kg_per_day(self, schedule: Schedule) -> Decimal:
        """Give the mg/kg in 24 h, rounded half up to two places because a cap makes it endless."""
        per_day = self.daily_mg(schedule) / self.weight_kg
        return per_day.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def calculate_dose(weight_kg: Decimal) -> CalculatedDose:
    """Calculate min(2.5 mg/kg x dosing weight, 100 mg); 40 kg gives 100 mg uncapped.

    Raises Impossible for a weight of 0 or less, or above 400 kg.

    Source: NCT06703216.
    """
    check_range("weight_kg", weight_kg, 0, MAX_WEIGHT_KG)
    if weight_kg == 0:
        raise Impossible("weight_kg", "range", "Must be above 0.")
    by_weight = MG_PER_KG * weight_kg
    return CalculatedDose(weight_kg, min(by_weight, MAX_DOSE_MG), by_weight > MAX_DOSE_MG)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """A dose that was given; held, missed and refused doses are not.

    `at` carries its offset from UTC. Raises Impossible for a dose of 0 mg or less, a weight that cannot be,
    or a moment without an offset.
    """

    at: datetime
    dose_mg: Decimal
    dosing_weight_kg: Decimal
    schedule: Schedule
    route: Route = Route.IV

    def __post_init__(self) -> None:
        check_range("dose_mg", self.dose_mg, 0, 10_000)
        if self.dose_mg == 0:
            raise Impossible("dose_mg", "range", "Must be above 0: else it was held, missed or refused.")
        calculate_dose(self.dosing_weight_kg)
        if self.at.tzinfo is None:
            raise Impossible("at", "offset", "The moment of a dose needs its offset from UTC.")

    @property
    def instant(self) -> datetime:
        """Give the moment in UTC, in which intervals are real time."""
        return self.at.astimezone(UTC)

    @property
    def mg_per_kg(self) -> Decimal:
        """Give the mg/kg of this dose, rounded half up to two places."""
        return (self.dose_mg / self.dosing_weight_kg).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class DoseWindow:
    """When the next dose is due, and the accepted ends, both included."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the given doses amount to; None where there is no dose, trigger or escalation. Moments in UTC."""

    first_dose_at: datetime | None
    last_dose_at: datetime | None
    escalated_at: datetime | None
    trigger_to_first_dose: timedelta | None
    doses: int
    total_mg: Decimal


def treatment(doses: Iterable[GivenDose], *, trigger_met_at: datetime | None) -> Treatment:
    """Sum up the doses of a course, in any order.

    Escalation is the first dose every 6 h that follows a dose every 12 h. The time from trigger to first
    dose is negative when the dose came first.
    """
    given = sorted(doses, key=lambda dose: dose.instant)
    escalated = next((b for a, b in pairwise(given) if _escalates(a, b)), None)
    first_at = given[0].instant if given else None
    return Treatment(
        first_dose_at=first_at,
        last_dose_at=given[-1].instant if given else None,
        escalated_at=escalated.instant if escalated else None,
        trigger_to_first_dose=first_at - trigger_met_at if first_at and trigger_met_at else None,
        doses=len(given),
        total_mg=sum((dose.dose_mg for dose in given), Decimal(0)),
    )


def _escalates(before: GivenDose, after: GivenDose) -> bool:
    return before.schedule is Schedule.Q12H and after.schedule is Schedule.Q6H
