"""Estimates as plain values: what a program reads as JSON, None for whatever is undefined."""

import math
from collections.abc import Mapping

from participants.domain.boundaries import Boundary
from participants.domain.cumulative_incidence import SE_METHOD, CompetingRisks
from participants.domain.life_table import Floats
from participants.domain.logrank import LogRank
from participants.domain.proportions import Proportion
from participants.domain.rates import Rate
from participants.domain.survival import SurvivalCurve

Answer = dict[str, object]


def plain(value: float) -> float | int:
    """Return a number of days as people write it: 6 and not 6.0."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _defined(values: Floats) -> list[float | None]:
    """Return the values with None for what is undefined."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def _steps(**columns: list[float | None] | list[int] | list[float]) -> list[Answer]:
    """Turn columns of equal length into one object a row."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _time(value: float | None) -> float | None:
    """Return a time, or None for one that is not reached."""
    return None if value is None else plain(value)


def curve_answer(group: str | None, curve: SurvivalCurve) -> Answer:
    """Answer a survival curve, one step a distinct time, events and censorings alike."""
    table = curve.table
    return {
        "group": group,
        "n": table.participants,
        "events": int(table.events.sum()),
        "median": _time(curve.median),
        "median_lower": _time(curve.median_lower),
        "median_upper": _time(curve.median_upper),
        "steps": _steps(
            time=[plain(time) for time in table.times.tolist()],
            at_risk=table.at_risk.tolist(),
            events=table.events.tolist(),
            censored=table.censored.tolist(),
            survival=curve.survival.tolist(),
            se=_defined(curve.se),
            lower=_defined(curve.lower),
            upper=_defined(curve.upper),
        ),
    }


def curves_answer(curves: Mapping[str | None, SurvivalCurve]) -> Answer:
    """Answer the curves of all groups."""
    return {"groups": [curve_answer(group, curve) for group, curve in curves.items()]}


def log_rank_answer(test: LogRank) -> Answer:
    """Answer a log-rank test."""
    return {"chi2": test.chi2, "df": test.df, "p": test.p}


def competing_risks_answer(risks: CompetingRisks) -> Answer:
    """Answer the incidence of each cause and the survival free of all, one step a distinct time."""
    times = [plain(time) for time in risks.table.times.tolist()]
    causes = [
        {
            "cause": cause,
            "steps": _steps(
                time=times,
                at_risk=risks.table.at_risk.tolist(),
                events=one.events.tolist(),
                cif=one.incidence.tolist(),
                se=one.se.tolist(),
                lower=_defined(one.lower),
                upper=_defined(one.upper),
            ),
        }
        for cause, one in risks.causes.items()
    ]
    event_free = _steps(time=times, survival=risks.event_free.tolist())
    return {"causes": causes, "event_free": event_free, "se_method": SE_METHOD}


def proportion_answer(proportion: Proportion) -> Answer:
    """Answer a proportion with its limits."""
    return {
        "k": proportion.k,
        "n": proportion.n,
        "estimate": proportion.estimate,
        "lower": proportion.lower,
        "upper": proportion.upper,
    }


def rate_answer(rate: Rate) -> Answer:
    """Answer a rate per 100 person-days with its limits."""
    return {
        "events": rate.events,
        "person_days": plain(rate.person_days),
        "per_100_days": rate.per_100_days,
        "lower": rate.lower,
        "upper": rate.upper,
    }


def boundary_answer(boundary: Boundary) -> Answer:
    """Answer a stopping boundary, the fewest events for n = 1, 2, ... and None where none stops."""
    return {"stop_at": list(boundary.stop_at), "crossing_probability": boundary.crossing_probability}
