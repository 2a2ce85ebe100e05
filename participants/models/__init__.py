"""The clinical record: people, sites, staff, consent, screening, treatment, outcome, and who changed what."""

from participants.models.adverse_event import (
    AdverseEvent,
    Attribution,
    EventGrade,
    EventOutcome,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
)
from participants.models.audit import AuditChange, AuditRow
from participants.models.consent import Consent, ConsentKind
from participants.models.infection import (
    Infection,
    InfectionOutcome,
    InfectionSeverity,
    InfectionSite,
    InfectionType,
)
from participants.models.medication import AnakinraDose, DoseReason, DoseState, LabResult, Medication
from participants.models.observation import (
    DerivedGrade,
    HospitalStay,
    IntensiveCareStay,
    NeuroAssessment,
    Observation,
    Scale,
    SignedGrade,
    TemperatureUnit,
    Weight,
)
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
from participants.models.quality import Deviation, DeviationClass, DeviationState, Query, QueryState
from participants.models.response import Cd19Status, Relapse, RelapseSite, Response, ResponseKind
from participants.models.screening import CriterionAnswer, CriterionCheck, EligibilityDecision
from participants.models.staff import Delegation, StaffMember, delegations_where, sites_where
from participants.models.study import ConsentVersion, Criterion, Site, Study
from participants.models.treatment import Milestone

__all__ = [
    "AdverseEvent",
    "AnakinraDose",
    "Attribution",
    "AuditChange",
    "AuditRow",
    "CarTProduct",
    "Cd19Status",
    "CnsStatus",
    "Consent",
    "ConsentKind",
    "ConsentVersion",
    "Criterion",
    "CriterionAnswer",
    "CriterionCheck",
    "Death",
    "Delegation",
    "DerivedGrade",
    "Deviation",
    "DeviationClass",
    "DeviationState",
    "DiseaseHistory",
    "DiseaseState",
    "DoseReason",
    "DoseState",
    "EligibilityDecision",
    "EventGrade",
    "EventOutcome",
    "HospitalStay",
    "Infection",
    "InfectionOutcome",
    "InfectionSeverity",
    "InfectionSite",
    "InfectionType",
    "IntensiveCareStay",
    "LabResult",
    "LifecycleStep",
    "Medication",
    "Milestone",
    "NeuroAssessment",
    "Observation",
    "OffStudy",
    "OffStudyReason",
    "Participant",
    "Product",
    "Query",
    "QueryState",
    "Relapse",
    "RelapseSite",
    "Response",
    "ResponseKind",
    "Scale",
    "SeriousEvent",
    "SeriousProposal",
    "SeriousnessCriterion",
    "Sex",
    "SignedGrade",
    "Site",
    "StaffMember",
    "Study",
    "TemperatureUnit",
    "Weight",
    "Withdrawal",
    "WithdrawalScope",
    "delegations_where",
    "sites_where",
]
