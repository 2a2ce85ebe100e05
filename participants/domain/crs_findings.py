"""What is known about cytokine release syndrome at one assessment."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from participants.domain.decimals import check_range
from participants.domain.grade import Death
from participants.domain.temperature import check_temperature


class Vasoactive(StrEnum):
    """Running infusions that act on the circulation, vasopressors or not."""

    ANGIOTENSIN_II = "angiotensin_ii"
    DOPAMINE = "dopamine"
    EPINEPHRINE = "epinephrine"
    NOREPINEPHRINE = "norepinephrine"
    PHENYLEPHRINE = "phenylephrine"
    VASOPRESSIN = "vasopressin"
    MILRINONE = "milrinone"
    DOBUTAMINE = "dobutamine"


# Inotropes and inodilators: they support the heart, not the tone of the vessels.
NOT_VASOPRESSORS = frozenset({Vasoactive.MILRINONE, Vasoactive.DOBUTAMINE})


class OxygenDevice(StrEnum):
    """How oxygen or breathing support is given; NONE is room air."""

    NONE = "none"
    NASAL_CANNULA = "nasal_cannula"
    BLOW_BY = "blow_by"
    HIGH_FLOW_NASAL_CANNULA = "high_flow_nasal_cannula"
    SIMPLE_FACEMASK = "simple_facemask"
    NONREBREATHER = "nonrebreather"
    VENTURI_MASK = "venturi_mask"
    CPAP = "cpap"
    BIPAP = "bipap"
    INVASIVE_VENTILATION = "invasive_ventilation"


class VentilationReason(StrEnum):
    """Why a participant is intubated."""

    HYPOXIA = "hypoxia"
    AIRWAY_PROTECTION = "airway_protection"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrsFindings:
    """The findings of one assessment; None means not recorded, except `death` (None: alive).

    `vasopressors` are those running together at this moment; the empty set means none runs. Beside them
    may run as many as `unnamed_vasopressors`, of which nobody can tell what they count as.
    `antipyretic_or_anticytokine_after_onset` comes from the dose and medication log.
    Flow in L/min; days are whole days after the infusion (0 is the day of infusion).
    Raises Impossible for findings that cannot be.
    """

    temp_c: Decimal | None = None
    temp_f: Decimal | None = None
    fever_other_cause: bool | None = None
    prior_crs_this_episode: bool | None = None
    antipyretic_or_anticytokine_after_onset: bool | None = None
    hypotension: bool | None = None
    hypotension_other_cause: bool | None = None
    vasopressors: frozenset[Vasoactive] | None = None
    unnamed_vasopressors: int = 0
    o2_device: OxygenDevice | None = None
    o2_flow_lpm: Decimal | None = None
    hypoxia_other_cause: bool | None = None
    ventilation_reason: VentilationReason | None = None
    death: Death | None = None
    days_post_infusion: int | None = None

    def __post_init__(self) -> None:
        check_temperature(self.temp_c, self.temp_f, fields=("temp_c", "temp_f"))
        check_range("o2_flow_lpm", self.o2_flow_lpm, 0, 100)
        check_range("days_post_infusion", self.days_post_infusion, 0, 36_525)


LABELS = {
    "temp_c": "the temperature",
    "fever_other_cause": "whether the fever has another cause",
    "prior_crs_this_episode": "whether CRS began earlier in this episode",
    "antipyretic_or_anticytokine_after_onset": "any antipyretic or anticytokine drug since onset",
    "hypotension": "hypotension",
    "hypotension_other_cause": "whether the hypotension has another cause",
    "vasopressors": "the running vasopressors",
    "o2_device": "the oxygen device",
    "o2_flow_lpm": "the oxygen flow",
    "hypoxia_other_cause": "whether the hypoxia has another cause",
    "ventilation_reason": "the reason for ventilation",
}
