"""Say who changes the record and why: no actor, no write.

Every write to an audited table happens inside `audited(...)`. The database refuses all others,
raw SQL included, because its triggers ask for the change that this module makes current.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from participants.errors import ActionRefused
from participants.log_lines import request_id
from participants.models.audit import AuditChange

if TYPE_CHECKING:
    from participants.models import Participant, Site, StaffMember

# Tables that the triggers leave alone, each with its reason; every other table is audited.
UNAUDITED: dict[str, str] = {
    "participants.auditchange": "the trail itself, append-only",
    "participants.auditrow": "the trail itself, append-only",
    "followup.reminder": "its own log; what a person does to a reminder is recorded as an event",
    "followup.reminderattempt": "its own log, append-only",
    "followup.standingfigures": "drawn from the record again whenever it changes",
    "followup.remindercycle": "the watermark of planner and dispatcher, written each minute",
}

# Columns that the trail neither compares nor stores. A change of password is recorded as an event.
UNRECORDED_COLUMNS: dict[str, frozenset[str]] = {
    "participants.staffmember": frozenset({"password", "last_login"}),
    # Its hash is recorded: the trail proves the content without holding all figures a second time.
    "followup.snapshot": frozenset({"content"}),
}

# Tables whose rows are never changed and never removed: a correction of one would be a forgery.
APPEND_ONLY_TABLES: frozenset[str] = frozenset({"followup.snapshot", "followup.snapshotsite"})

# Keyed by connection, not by thread: the trigger that asks runs on a connection.
_current: WeakKeyDictionary[BaseDatabaseWrapper, AuditChange] = WeakKeyDictionary()


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, or a machine under its name (staff is None)."""

    staff: StaffMember | None
    name: str

    @classmethod
    def of(cls, staff: StaffMember) -> Self:
        """Return the actor that a member of staff is, under their printed name."""
        return cls(staff, staff.name)

    @classmethod
    def machine(cls, name: str) -> Self:
        """Return a machine, such as "system:planner" or "migration:0002_load_sites"."""
        return cls(None, name)

    def roles(self, moment: datetime) -> str:
        """Write out the roles held at a moment, such as "coordinator@A01; safety@*"; "" for a machine."""
        if self.staff is None:
            return ""
        held = self.staff.delegations.valid_at(moment).order_by("role", "site__code")
        pairs = held.values_list("role", "site__code")
        return "; ".join(f"{role}@{site or '*'}" for role, site in pairs)


def current_change(using: str = DEFAULT_DB_ALIAS) -> AuditChange | None:
    """Return the change that writes on this connection belong to now; None means they are refused."""
    return _current.get(connections[using])


def change_id_on(connection: BaseDatabaseWrapper) -> int | None:
    """Answer SQLite's triggers: the id of the change that is current on their connection."""
    change = _current.get(connection)
    return None if change is None else change.pk


def record_event(
    *,
    by: Actor,
    kind: str,
    reason: str,
    participant: Participant | None = None,
    site: Site | None = None,
    using: str | None = None,
) -> AuditChange:
    """Record something that changes no row: a login, a denial, an export, a password.

    It is kept only if the transaction around it is: record a denial outside the refused action.
    Raises ActionRefused("reason", ...) for an empty reason.
    """
    if not reason.strip():
        raise ActionRefused("reason", "Say why: a change without a reason is not kept.")
    change = AuditChange(
        kind=kind,
        reason=reason.strip(),
        actor=by.staff,
        actor_name=by.name if by.staff else "",
        machine="" if by.staff else by.name,
        request_id=request_id.get(),
        participant=participant,
        site=site or (participant.site if participant else None),
    )
    change.actor_roles = by.roles(change.at)
    change.save(using=using, force_insert=True)
    return change


@contextmanager
def audited(
    *,
    by: Actor,
    kind: str,
    reason: str,
    participant: Participant | None = None,
    site: Site | None = None,
    using: str | None = None,
) -> Iterator[AuditChange]:
    """Open a transaction whose writes are one change, by this actor and for this reason.

    Inside another `audited` the outer change goes on: an action that calls an action is one change,
    under the outer actor, kind and reason. Raises ActionRefused("reason", ...) for an empty reason.
    """
    alias = using or DEFAULT_DB_ALIAS
    with transaction.atomic(using=alias):
        outer = current_change(alias)
        if outer is not None:
            yield outer
            return
        change = record_event(
            by=by, kind=kind, reason=reason, participant=participant, site=site, using=alias
        )
        with making_current(change, connections[alias]):
            yield change


@contextmanager
def making_current(change: AuditChange, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the triggers of one connection see a change, and see none again afterwards.

    SQLite's triggers ask a function of this process (participants.audit_triggers), so the answer
    dies with the process and no other connection hears it. PostgreSQL's read a transaction-local
    setting: a rollback takes it back, but the release of a savepoint does not, so it is emptied
    here. Where a rollback is certain it is left to the rollback: such a transaction takes no statement.
    """
    _current[connection] = change
    try:
        _tell_postgresql(connection, str(change.pk))
        yield
        if not connection.needs_rollback:
            _tell_postgresql(connection, "")
    finally:
        _current.pop(connection, None)


def _tell_postgresql(connection: BaseDatabaseWrapper, change_id: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pacer.change_id', %s, true)", [change_id])
