"""What each setting of a study is called, what it does, and where its value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from participants.domain.dose_warnings import DoseTolerances
from participants.domain.dosing import Schedule
from participants.domain.episodes import FEVER_MASKED, RESOLUTION_HELD
from participants.domain.icans import COGNITION_EVERY
from participants.domain.infections import PERIODS

REGISTRY = "NCT06703216"
OURS = "[setting]: ours, not the protocol's"
PROTOCOL = "the protocol, which is not public"
NOT_ENTERED = "Set by the protocol, not entered"


@dataclass(frozen=True)
class Words:
    """One setting: its column, its name, its unit, what it does, and its source."""

    field: str
    label: str
    does: str
    source: str
    unit: str = ""

    @property
    def in_form(self) -> str:
        """The name with its unit, for the label of a field."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


GROUPS: tuple[tuple[str, tuple[Words, ...]], ...] = (
    (
        "Who may take part",
        (
            Words(
                "minimum_age_years", "Age from", "Age at consent from which somebody is eligible.",
                REGISTRY, "years",
            ),
            Words(
                "maximum_age_years", "Age below", "Age at consent from which nobody is eligible.",
                REGISTRY, "years",
            ),
            Words(
                "evidence_days", "Evidence counts",
                "Days before the start of lymphodepletion within which blasts have to be shown. Recorded "
                "decisions and starts are judged again.",
                REGISTRY, "days",
            ),
            Words("assent_from_years", "Assent from", "Age from which a child is asked.", OURS, "years"),
            Words(
                "assent_to_years", "Assent to",
                "Last age at which assent is asked; from 18 on it is consent.", OURS, "years",
            ),
        ),
    ),
    (
        "Course and contact",
        (
            Words(
                "follow_up_from_day", "Follow-up begins after trial day",
                "Ends the time at risk for the trigger. Who is past the new day enters follow-up at once, "
                "who is not goes back, and visits are planned again.",
                OURS,
            ),
            Words(
                "attempts_before_loss", "Attempts before loss",
                "Different days with an unanswered attempt after which a loss to follow-up is proposed.",
                OURS, "days",
            ),
            Words(
                "unheard_days", "Listed when not heard of for",
                "Days without a dated contact after which somebody is listed before a data cut.",
                OURS, "days",
            ),
        ),
    ),
    (
        "Serious events",
        (
            Words("is_under_ind", "Under an IND", "Only then do the sponsor's clocks run.", PROTOCOL),
            Words(
                "serious_report_hours", "Site to sponsor",
                "From the site's awareness of a serious event to its report.", OURS, "hours",
            ),
            Words(
                "counts_from_determination", "The 15 days count from",
                "The sponsor's receipt is the stricter reading of 21 CFR 312.32(c).", OURS,
            ),
            Words(
                "serious_follow_up_days", "Follow-up report",
                "From an expedited report to its follow-up.", OURS, "days",
            ),
            Words(
                "long_stay_days", "Long stay",
                "A stay that lasts longer after the infusion is proposed as serious, at once.",
                OURS, "days",
            ),
            Words(
                "dlt_list", "Dose-limiting toxicities",
                "Shown where an investigator assesses an adverse event.", PROTOCOL,
            ),
        ),
    ),
    (
        "Infections",
        (
            Words(
                "same_infection_days", "Same episode",
                "From onset to onset: one organism at one site within these days is proposed as one episode.",
                OURS, "days",
            ),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Fixed:
    """A [setting] that this version keeps the same in every study."""

    label: str
    value: str


def fixed_settings() -> list[Fixed]:
    """List what the rules read as a constant, with the value that they use."""
    tolerances = DoseTolerances()
    intervals = ", ".join(f"{_hours(one.every)} ± {_hours(one.tolerance)}" for one in Schedule)
    return [
        Fixed("Interval between two doses", intervals),
        Fixed("Dose off the calculated one", f"more than {tolerances.dose:.0%} warns"),
        Fixed("Weight changed since the dosing weight", f"more than {tolerances.weight:.0%} warns"),
        Fixed("Anakinra counts as anticytokine therapy when CRS is graded", "yes"),
        Fixed("CRS has resolved once free of signs for", _hours(RESOLUTION_HELD)),
        Fixed("Signs reopen a CRS episode within", f"{FEVER_MASKED.days} days of a drug that masks fever"),
        Fixed("ICE or CAPD in hospital at least every", _hours(COGNITION_EVERY)),
        Fixed("Periods of the infection density", "; ".join(period.label for period in PERIODS)),
    ]


def _hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)} h"
