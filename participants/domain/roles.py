"""Who may do what: the roles of a delegation log and their capabilities.

Source: PACER design, access and audit, table of roles; ICH E6(R3) 2.3.3 (delegation).
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A role that a delegation gives to a member of staff."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    DATA_MANAGER = "data_manager"
    MONITOR = "monitor"
    SAFETY = "safety"
    READ_ONLY = "read_only"
    SITE_ADMINISTRATOR = "site_administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.COORDINATOR: "Coordinator",
    Role.INVESTIGATOR: "Investigator",
    Role.DATA_MANAGER: "Data manager",
    Role.MONITOR: "Monitor",
    Role.SAFETY: "Safety",
    Role.READ_ONLY: "Read only",
    Role.SITE_ADMINISTRATOR: "Site administrator",
    Role.SYSTEM_ADMINISTRATOR: "System administrator",
}

# Only these can be delegated for all sites of a study at once.
ALL_SITES_ROLES = frozenset({Role.DATA_MANAGER, Role.SAFETY, Role.SYSTEM_ADMINISTRATOR})


class Capability(StrEnum):
    """Something that a page or an action needs its person to be allowed."""

    READ_PARTICIPANTS = "read participants"
    READ_BIRTH_DATES = "read birth dates"
    WRITE_RECORDS = "screen, enrol, log visits and events"
    SIGN_ELIGIBILITY = "decide on eligibility"
    SIGN_GRADES = "sign grades"
    CONFIRM_SERIOUS = "confirm serious events"
    KEEP_SPONSOR_CLOCKS = "judge and report serious events for the sponsor"
    RAISE_QUERIES = "raise queries"
    CLOSE_QUERIES = "close queries"
    CLASSIFY_DEVIATIONS = "classify deviations"
    EXPORT = "export"
    READ_HISTORY = "read the history of a record"
    READ_SITES = "read sites"
    MANAGE_STAFF = "manage the staff of a site"
    MANAGE_SITES = "manage sites"
    IMPORT_STUDY = "import a study"
    ENTER_ANALYSIS_PLAN = "enter the analysis plan"
    FREEZE_FIGURES = "freeze the figures of a data cut"
    CHANGE_SETTINGS = "change the settings of a study"
    ASSESS_DLT = "assess dose-limiting toxicities"


_READER = frozenset(
    {Capability.READ_PARTICIPANTS, Capability.EXPORT, Capability.READ_HISTORY, Capability.READ_SITES}
)
_QUERIES = frozenset({Capability.RAISE_QUERIES, Capability.CLOSE_QUERIES})
_CLINICAL = _READER | {Capability.READ_BIRTH_DATES, Capability.WRITE_RECORDS, Capability.CLASSIFY_DEVIATIONS}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.COORDINATOR: _CLINICAL,
    Role.INVESTIGATOR: _CLINICAL
    | {Capability.SIGN_ELIGIBILITY, Capability.SIGN_GRADES, Capability.CONFIRM_SERIOUS}
    | {Capability.ASSESS_DLT, Capability.FREEZE_FIGURES},
    Role.DATA_MANAGER: _READER
    | _QUERIES
    | {Capability.IMPORT_STUDY, Capability.ENTER_ANALYSIS_PLAN, Capability.FREEZE_FIGURES}
    | {Capability.CHANGE_SETTINGS},
    Role.MONITOR: _READER | _QUERIES | {Capability.READ_BIRTH_DATES},
    Role.SAFETY: _READER
    | {Capability.RAISE_QUERIES, Capability.KEEP_SPONSOR_CLOCKS, Capability.FREEZE_FIGURES},
    Role.READ_ONLY: _READER,
    Role.SITE_ADMINISTRATOR: frozenset({Capability.READ_SITES, Capability.MANAGE_STAFF}),
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        {Capability.READ_SITES, Capability.MANAGE_STAFF, Capability.MANAGE_SITES, Capability.IMPORT_STUDY}
    ),
}


def roles_with(capability: Capability) -> list[Role]:
    """List the roles that hold a capability, in the order of the table."""
    return [role for role in Role if capability in CAPABILITIES[role]]


# Duties that one person never holds together at one site: to sign and to lock, to enter and to verify.
_APART: tuple[tuple[frozenset[Role], frozenset[Role]], ...] = (
    (frozenset({Role.INVESTIGATOR, Role.SAFETY}), frozenset({Role.DATA_MANAGER})),
    (frozenset({Role.COORDINATOR, Role.INVESTIGATOR}), frozenset({Role.MONITOR})),
)


def role_against(held: Iterable[Role], wanted: Role) -> Role | None:
    """Return a role that somebody holds and that excludes the wanted one; None when nothing does.

    Source: PACER design, access and audit, below the table of roles.
    """
    for role in held:
        for one, other in _APART:
            if (role in one and wanted in other) or (role in other and wanted in one):
                return role
    return None


def grantable_by(role: Role) -> frozenset[Role]:
    """Return the roles that an administrator may delegate and end; nobody else may any.

    Source: PACER design, access and audit, table of roles, last row.
    """
    if role is Role.SYSTEM_ADMINISTRATOR:
        return frozenset(Role)
    if role is Role.SITE_ADMINISTRATOR:
        return frozenset(Role) - {Role.SYSTEM_ADMINISTRATOR}
    return frozenset()
