"""What should happen next, when, and who was told."""

from followup.models.analysis import AnalysisPlan
from followup.models.protocol import (
    REMINDED_MODES,
    Anchor,
    PlannedAssessment,
    PlannedVisit,
    ScheduleVersion,
    VisitMode,
    VisitPhase,
)
from followup.models.reminder import (
    AttemptPhase,
    Reminder,
    ReminderAttempt,
    ReminderClass,
    ReminderCycle,
    ReminderState,
)
from followup.models.snapshot import Snapshot, SnapshotSite
from followup.models.standing import StandingFigures
from followup.models.visit import (
    AppointmentState,
    AssessmentState,
    ContactAttempt,
    ContactChannel,
    ContactResult,
    MissedReason,
    Snooze,
    Visit,
    VisitAssessment,
)

__all__ = [
    "REMINDED_MODES",
    "AnalysisPlan",
    "Anchor",
    "AppointmentState",
    "AssessmentState",
    "AttemptPhase",
    "ContactAttempt",
    "ContactChannel",
    "ContactResult",
    "MissedReason",
    "PlannedAssessment",
    "PlannedVisit",
    "Reminder",
    "ReminderAttempt",
    "ReminderClass",
    "ReminderCycle",
    "ReminderState",
    "ScheduleVersion",
    "Snapshot",
    "SnapshotSite",
    "Snooze",
    "StandingFigures",
    "Visit",
    "VisitAssessment",
    "VisitMode",
    "VisitPhase",
]
