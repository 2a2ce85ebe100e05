"""The history of a participant's record: who changed what, when and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from participants.access import holds
from participants.audit_history import ValueChange, changes_of, values_of
from participants.domain.roles import Capability
from participants.models import AuditChange, Participant, StaffMember
from participants.pages.keyset import KeysetPage, keyset_page

PAGE_CHANGES = 25
# Columns of the trail that say nothing to a person.
UNTOLD = frozenset(
    {
        "id", "version", "changed_at", "recorded_at", "recorded_by", "participant", "stands", "replaces",
        # The date beside them is written as far as it is known.
        "started_precision", "stopped_precision",
    }
)  # fmt: skip
BIRTH = frozenset({"birth_on", "birth_precision"})
HISTORY_CSV_HEAD = (
    "at", "who", "roles", "kind", "reason", "record", "record_id", "operation", "field", "old", "new",
    "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class RecordEntry:
    """One record as a change left it: its name and the values that say something."""

    name: str
    values: list[ValueChange]


@dataclass(frozen=True)
class ChangeEntry:
    """One change with the records that it touched."""

    change: AuditChange
    records: list[RecordEntry]

    @property
    def title(self) -> str:
        """The kind of change in words."""
        return self.change.kind.replace(".", ": ").replace("_", " ")


@dataclass(frozen=True)
class HistoryPage:
    """One page of changes, newest first."""

    entries: list[ChangeEntry]
    page: KeysetPage[AuditChange]


def read_history(participant: Participant, person: StaffMember, after: str) -> HistoryPage:
    """Read a page of changes; what the person may not know, such as a birth date, is left out."""
    page = keyset_page(changes_of(participant), "id", after, size=PAGE_CHANGES, descending=True)
    by_change: dict[int, dict[str, list[ValueChange]]] = defaultdict(lambda: defaultdict(list))
    hidden = UNTOLD | _hidden_from(person, participant)
    for value in values_of(page.rows, hidden=hidden, zone=participant.site.tz):
        if value.old_text or value.new_text:
            by_change[value.change.pk][f"{value.record} {value.record_pk}"].append(value)
    return HistoryPage([_entry(change, by_change[change.pk]) for change in page.rows], page)


def _entry(change: AuditChange, records: dict[str, list[ValueChange]]) -> ChangeEntry:
    return ChangeEntry(change, [RecordEntry(name, values) for name, values in records.items()])


def history_rows(participant: Participant, person: StaffMember) -> Iterable[tuple[object, ...]]:
    """Yield every value of every change as rows of a file, newest first; moments are in UTC."""
    changes = list(changes_of(participant).order_by("-id"))
    for value in values_of(changes, hidden=_hidden_from(person, participant)):
        change = value.change
        who = (change.at, change.who, change.actor_roles, change.kind, change.reason)
        what = (value.record, value.record_pk, value.operation.label, value.label)
        yield *who, *what, value.old_text, value.new_text, change.request_id


def _hidden_from(person: StaffMember, participant: Participant) -> frozenset[str]:
    return frozenset() if holds(person, Capability.READ_BIRTH_DATES, participant.site) else BIRTH
