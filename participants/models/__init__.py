"""The clinical record: people, sites, staff, consent, screening, treatment, outcome, and who changed what."""

from participants.models.audit import AuditChange, AuditRow
from participants.models.consent import Consent, ConsentKind
from participants.models.outcome import Death, OffStudy, OffStudyReason, Withdrawal, WithdrawalScope
from participants.models.participant import (
    CarTProduct,
    CnsStatus,
    DiseaseHistory,
    DiseaseState,
    LifecycleStep,
    Participant,
    Product,
    Sex,
)
from participants.models.quality import Deviation, DeviationClass, DeviationState
from participants.models.screening import CriterionAnswer, CriterionCheck, EligibilityDecision
from participants.models.staff import Delegation, StaffMember, delegations_where, sites_where
from participants.models.study import ConsentVersion, Criterion, Site, Study
from participants.models.treatment import Milestone

__all__ = [
    "AuditChange",
    "AuditRow",
    "CarTProduct",
    "CnsStatus",
    "Consent",
    "ConsentKind",
    "ConsentVersion",
    "Criterion",
    "CriterionAnswer",
    "CriterionCheck",
    "Death",
    "Delegation",
    "Deviation",
    "DeviationClass",
    "DeviationState",
    "DiseaseHistory",
    "DiseaseState",
    "EligibilityDecision",
    "LifecycleStep",
    "Milestone",
    "OffStudy",
    "OffStudyReason",
    "Participant",
    "Product",
    "Sex",
    "Site",
    "StaffMember",
    "Study",
    "Withdrawal",
    "WithdrawalScope",
    "delegations_where",
    "sites_where",
]
