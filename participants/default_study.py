"""What a study starts with: the criteria that the registry entry names, and no invented one.

Source: ClinicalTrials.gov NCT06703216; PACER design, clinical rules, section 1. The protocol's
exclusion criteria are not public: an installation adds its own.
"""

from typing import TypedDict


class DefaultCriterion(TypedDict):
    """A criterion before it belongs to a study."""

    code: str
    text: str
    evidence_expires: bool


CRITERIA: tuple[DefaultCriterion, ...] = (
    {"code": "AGE", "text": "Age 1 year or more and under 25 years at consent", "evidence_expires": False},
    {"code": "BALL", "text": "B-cell acute lymphoblastic leukaemia", "evidence_expires": False},
    {"code": "CD19", "text": "Planned CD19-directed CAR-T cells", "evidence_expires": False},
    {
        "code": "BURDEN",
        "text": "Marrow blasts 5 % or more, or blasts in blood, within 14 days before lymphodepletion",
        "evidence_expires": True,
    },
    {
        "code": "CONSENT",
        "text": "Consent or parental permission, and assent by age",
        "evidence_expires": False,
    },
)
