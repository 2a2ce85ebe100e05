"""What the design promises about access, written down a second time, apart from the code.

Source: PACER design, access and audit, table of roles. A capability or a public address that is
not named here fails the matrix: somebody has to decide, and to write the decision here.
"""

from django.db import models

from followup.models import Reminder
from participants.domain.roles import Capability, Role
from participants.models import Delegation, StaffMember

_CARE = {Role.COORDINATOR, Role.INVESTIGATOR}
_READERS = _CARE | {Role.DATA_MANAGER, Role.MONITOR, Role.SAFETY, Role.READ_ONLY}
_ADMINISTRATORS = {Role.SITE_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}

# Rows of the table: "participants, timeline", "birth date", "screen, enrol, visits", "eligibility",
# "export", "audit of a record", "users of a site".
HOLDERS: dict[Capability, set[Role]] = {
    Capability.READ_PARTICIPANTS: _READERS,
    Capability.READ_BIRTH_DATES: _CARE | {Role.MONITOR},
    Capability.WRITE_RECORDS: _CARE,
    Capability.CLASSIFY_DEVIATIONS: _CARE,
    Capability.SIGN_ELIGIBILITY: {Role.INVESTIGATOR},
    Capability.SIGN_GRADES: {Role.INVESTIGATOR},
    Capability.CONFIRM_SERIOUS: {Role.INVESTIGATOR},
    Capability.KEEP_SPONSOR_CLOCKS: {Role.SAFETY},
    Capability.RAISE_QUERIES: {Role.DATA_MANAGER, Role.MONITOR, Role.SAFETY},
    Capability.CLOSE_QUERIES: {Role.DATA_MANAGER, Role.MONITOR},
    Capability.EXPORT: _READERS,
    Capability.READ_HISTORY: _READERS,
    Capability.READ_SITES: set(Role),
    Capability.MANAGE_STAFF: _ADMINISTRATORS,
    Capability.MANAGE_SITES: {Role.SYSTEM_ADMINISTRATOR},
    Capability.ENTER_ANALYSIS_PLAN: {Role.DATA_MANAGER},
    Capability.FREEZE_FIGURES: {Role.INVESTIGATOR, Role.DATA_MANAGER, Role.SAFETY},
    Capability.CHANGE_SETTINGS: {Role.DATA_MANAGER},
    Capability.ASSESS_DLT: {Role.INVESTIGATOR},
    Capability.IMPORT_STUDY: {Role.DATA_MANAGER, Role.SYSTEM_ADMINISTRATOR},
}

# Roles that reach all sites of a study.
ALL_SITES = {Role.DATA_MANAGER, Role.SAFETY, Role.SYSTEM_ADMINISTRATOR}

# What one must hold at a row's site to see it at all, where a view names nothing else.
READ_BY: dict[type[models.Model], Capability] = {
    StaffMember: Capability.MANAGE_STAFF,
    Delegation: Capability.MANAGE_STAFF,
}

# Addresses that answer without a login.
PUBLIC = {
    "healthz",
    "readyz",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}

# Rows that only the person they are for may see.
OF_ONE_PERSON: dict[type[models.Model], str] = {Reminder: "recipient"}

# Capabilities that only read: no address may change anything on their strength.
READ_ONLY = {
    Capability.READ_PARTICIPANTS,
    Capability.READ_BIRTH_DATES,
    Capability.READ_HISTORY,
    Capability.READ_SITES,
    Capability.EXPORT,
}

# Addresses by which anybody changes what is their own.
OWN_THINGS = {"account_logout", "followup:reminder_again", "followup:reminder_settle"}

# Addresses by a random reference instead of a key; the matrix knows none that is the actor's own.
BY_REFERENCE = {"followup:reminder_link"}
