"""What is known about neurotoxicity at one assessment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from participants.domain.decimals import check_range
from participants.domain.grade import Death
from participants.domain.partial_dates import PartialDate, age_range_years, age_years
from participants.domain.refusal import Impossible

# Year, month, city, hospital; three objects; command; sentence; counting back: a point each.
ICE_ITEMS = (
    "year",
    "month",
    "city",
    "hospital",
    "object_1",
    "object_2",
    "object_3",
    "command",
    "writing",
    "counting",
)
ICE_FROM_AGE_YEARS = 12
CAPD_MAX = 32


class Consciousness(StrEnum):
    """The least stimulus that awakens the participant."""

    SPONTANEOUS = "spontaneous"
    VOICE = "voice"
    TACTILE = "tactile"
    VIGOROUS_TACTILE = "vigorous_tactile"
    UNAROUSABLE = "unarousable"


class Seizure(StrEnum):
    """The worst kind of seizure since the last assessment."""

    NONE = "none"
    CLINICAL = "clinical"
    NONCONVULSIVE_EEG = "nonconvulsive_eeg"
    REPETITIVE = "repetitive"


class CerebralOedema(StrEnum):
    """Oedema on imaging."""

    NONE = "none"
    FOCAL = "focal"
    DIFFUSE = "diffuse"


class Instrument(StrEnum):
    """The test of cognition that counts for this participant on this day."""

    ICE = "ice"
    CAPD = "capd"


@dataclass(frozen=True, slots=True, kw_only=True)
class IcansFindings:
    """The findings of one assessment; None means not recorded, except `death` (None: alive).

    `ice_items` are the ten points in the order of ICE_ITEMS. CAPD totals run from 0 to 32; `baseline_capd` is
    shown beside a score and does not move the grade. Haemorrhage, tremor and myoclonus do not either.
    Raises Impossible for findings that cannot be.
    """

    dob: date | None = None
    assessment_date: date | None = None
    developmental_delay: bool | None = None
    attributable_to_icans: bool | None = None
    ice_score: int | None = None
    ice_items: tuple[bool | None, ...] | None = None
    capd_score: int | None = None
    capd_unable: bool | None = None
    baseline_capd: int | None = None
    consciousness: Consciousness | None = None
    consciousness_other_cause: bool | None = None
    seizure: Seizure | None = None
    seizure_duration_min: Decimal | None = None
    returns_to_baseline: bool | None = None
    deep_focal_motor_weakness: bool | None = None
    cerebral_oedema: CerebralOedema | None = None
    posturing: bool | None = None
    cn6_palsy: bool | None = None
    papilloedema: bool | None = None
    cushing_triad: bool | None = None
    intracranial_haemorrhage: bool | None = None
    tremor_or_myoclonus: bool | None = None
    death: Death | None = None

    def __post_init__(self) -> None:
        if self.dob and self.assessment_date and self.assessment_date < self.dob:
            raise Impossible("assessment_date", "before_birth", "The assessment is before the date of birth.")
        check_range("ice_score", self.ice_score, 0, len(ICE_ITEMS))
        check_range("capd_score", self.capd_score, 0, CAPD_MAX)
        check_range("baseline_capd", self.baseline_capd, 0, CAPD_MAX)
        check_range("seizure_duration_min", self.seizure_duration_min, 0, 100_000)
        if self.ice_items is not None and len(self.ice_items) != len(ICE_ITEMS):
            raise Impossible("ice_items", "ten_items", "ICE has ten items, a point each.")
        if self.ice_score is not None and self.ice_score not in self._ice_by_items():
            raise Impossible("ice_score", "items_disagree", "The ICE score is not the sum of its items.")

    def _ice_by_items(self) -> range:
        items = self.ice_items or (None,) * len(ICE_ITEMS)
        points = items.count(True)
        return range(points, points + items.count(None) + 1)

    @property
    def possible_ice(self) -> range:
        """Give the ICE scores that the recorded score or items leave possible."""
        if self.ice_score is not None:
            return range(self.ice_score, self.ice_score + 1)
        return self._ice_by_items()

    @property
    def possible_instruments(self) -> tuple[Instrument, ...]:
        """Choose CAPD under 12 years or with developmental delay at baseline, else ICE.

        Two instruments are left possible when the age or the delay is not recorded and decides. The age is
        that on the day of the assessment: who turns 12 changes from CAPD to ICE on the birthday.

        Source: ASTCT 2019, ICE and CAPD.
        """
        if self.developmental_delay:
            return (Instrument.CAPD,)
        if self.dob is None or self.assessment_date is None:
            return (Instrument.ICE, Instrument.CAPD)
        if age_years(self.dob, self.assessment_date) < ICE_FROM_AGE_YEARS:
            return (Instrument.CAPD,)
        return (Instrument.ICE,) if self.developmental_delay is False else (Instrument.ICE, Instrument.CAPD)


def dob_for_grading(birth: PartialDate, *, on: date) -> date | None:
    """Give a date of birth that stands for a partly known one, None where it leaves the instrument open."""
    youngest, oldest = age_range_years(birth, on)
    is_open = youngest < ICE_FROM_AGE_YEARS <= oldest
    return None if is_open else birth.earliest


LABELS = {
    "dob": "the date of birth",
    "assessment_date": "the day of the assessment",
    "developmental_delay": "developmental delay at baseline",
    "attributable_to_icans": "whether the findings are attributed to ICANS",
    "ice_score": "the ICE score",
    "capd_score": "the CAPD score",
    "capd_unable": "whether CAPD could be performed",
    "consciousness": "the level of consciousness",
    "consciousness_other_cause": "whether consciousness has another cause such as sedation",
    "seizure": "seizures",
    "seizure_duration_min": "the duration of the seizure",
    "returns_to_baseline": "the return to baseline between seizures",
    "deep_focal_motor_weakness": "deep focal weakness",
    "cerebral_oedema": "cerebral oedema",
    "posturing": "posturing",
    "cn6_palsy": "cranial nerve VI palsy",
    "papilloedema": "papilloedema",
    "cushing_triad": "Cushing's triad",
}
