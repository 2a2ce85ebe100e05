"""Read temperatures and weights from JSON values, and write the trigger and the dose."""

from decimal import Decimal

from participants.domain.dosing import CalculatedDose, Schedule, calculate_dose
from participants.domain.fever import Reading, fever_trigger
from participants.domain.grade import Status
from participants.domain.json_line import Answer, Values, decimal_value, moment_value
from participants.domain.refusal import Impossible

TRIGGER_KEYS = frozenset({"temps", "infusion_time"})
DOSE_KEYS = frozenset({"weight_kg", "schedule"})

TRIGGER_RULE_VERSION = "PACER fever trigger, reading 1"
DOSE_RULE_VERSION = "PACER anakinra dose, reading 1"


def trigger(values: Values) -> Answer:
    """Find the fever trigger; times are given back as they were written.

    Without `temps` the answer is open. Raises Impossible for readings that cannot be.
    """
    entries, infused_at = values.items("temps"), values.moment("infusion_time")
    if entries is None:
        return {"met": None, "trigger_time": None, **_open(["temps"], TRIGGER_RULE_VERSION)}
    readings = [_reading(entry, field=f"temps[{index}]") for index, entry in enumerate(entries)]
    try:
        found = fever_trigger(readings, infused_at=infused_at)
    except Impossible as wrong:
        raise Impossible("temps", wrong.rule, wrong.message) from wrong
    return {
        "met": found is not None,
        "trigger_time": found and found.second.ref,
        "first_reading_time": found and found.first.ref,
        **_open([], TRIGGER_RULE_VERSION),
    }


def _reading(entry: object, *, field: str) -> Reading:
    """Read [time, temperature] in C, or [time, temperature, "C" or "F"]."""
    if not isinstance(entry, list) or len(entry) not in (2, 3):
        raise Impossible(field, "reading", "A reading is a list of time and temperature.")
    at = moment_value(entry[0], field=field)
    degrees = decimal_value(entry[1], field=field)
    unit = entry[2] if len(entry) == 3 else "C"
    if unit not in ("C", "F"):
        raise Impossible(field, "unit", "The unit is C or F.")
    in_c, in_f = (degrees, None) if unit == "C" else (None, degrees)
    try:
        return Reading(at=at, temperature_c=in_c, temperature_f=in_f, ref=str(entry[0]))
    except Impossible as wrong:
        raise Impossible(field, wrong.rule, wrong.message) from wrong


def dose(values: Values) -> Answer:
    """Calculate the dose by weight, and what it comes to in a day of the schedule.

    Without a weight nothing can be said, without a schedule nothing about the day. Raises Impossible for a
    weight that cannot be.
    """
    weight_kg, schedule = values.decimal("weight_kg"), values.choice("schedule", Schedule)
    inputs = {"weight_kg": weight_kg, "schedule": schedule}
    calculated = None if weight_kg is None else calculate_dose(weight_kg)
    return {
        "dose_mg": calculated and _plain(calculated.dose_mg),
        "capped": calculated and calculated.is_capped,
        **_day(calculated, schedule),
        **_open([name for name, value in inputs.items() if value is None], DOSE_RULE_VERSION),
    }


def _day(calculated: CalculatedDose | None, schedule: Schedule | None) -> Answer:
    if calculated is None or schedule is None:
        return {"daily_mg": None, "mg_per_kg_per_day": None}
    return {
        "daily_mg": _plain(calculated.daily_mg(schedule), places=1),
        "mg_per_kg_per_day": str(calculated.mg_per_kg_per_day(schedule)),
    }


def _open(missing: list[str], rule_version: str) -> Answer:
    """Say which inputs leave the answer open; none of them is a status of null."""
    return {
        "status": str(Status.INSUFFICIENT_DATA) if missing else None,
        "query": f"Record {' and '.join(missing)}." if missing else None,
        "missing": missing,
        "rule_version": rule_version,
    }


def _plain(value: Decimal, *, places: int = 0) -> str:
    """Write a decimal without an exponent or idle zeros, with at least `places` places."""
    text = f"{value.normalize():f}"
    shown = len(text.partition(".")[2])
    return text if shown >= places else f"{value:.{places}f}"
