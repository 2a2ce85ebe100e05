"""Add what is not on record, leave what is, and refuse what says something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from participants.audit import Actor
from participants.errors import ActionRefused
from participants.models import Participant, StaffMember, Study
from participants.models.base import Fact

M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=Fact)
K = TypeVar("K", bound=Hashable)

CHUNK = 500


@dataclass
class ImportRun:
    """One run of an import: who runs it, when, and what it has added and changed so far.

    `known_at` is the moment from which the files count as known.
    """

    by: Actor
    staff: StaffMember
    now: datetime
    known_at: datetime
    progress: Callable[[str], None]
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    @property
    def has_written(self) -> bool:
        """Say whether anything was added or changed."""
        return bool(self.added.total() + self.changed.total())


def add_missing(
    run: ImportRun, wanted: Mapping[K, M], on_record: Mapping[K, M], compared: Collection[str]
) -> dict[K, M]:
    """Insert the wanted rows whose key is not on record; return all wanted keys with their rows.

    Raises ActionRefused where a row on record differs in a compared field: an import adds to a
    record and never replaces what stands in it.
    """
    new = {key: row for key, row in wanted.items() if key not in on_record}
    for key in wanted.keys() - new.keys():
        _refuse_difference(on_record[key], wanted[key], compared)
    if new:
        model = type(next(iter(new.values())))
        model._default_manager.bulk_create(new.values(), batch_size=CHUNK)
        run.added[str(model._meta.verbose_name_plural)] += len(new)
    return {key: new.get(key) or on_record[key] for key in wanted}


def add_facts(
    run: ImportRun, study: Study, rows: QuerySet[F], wanted: Collection[F], compared: Collection[str]
) -> None:
    """Add facts of which a participant has at most one among `rows`; see add_missing."""
    on_record = {
        fact.participant_id: fact for fact in rows.filter(participant__site__study=study, stands=True)
    }
    for fact in wanted:
        fact.recorded_by, fact.recorded_at = run.staff, run.now
    add_missing(run, {fact.participant_id: fact for fact in wanted}, on_record, compared)


def _refuse_difference(on_record: Model, wanted: Model, compared: Collection[str]) -> None:
    for name in compared:
        if getattr(on_record, name) != getattr(wanted, name):
            what = "date" if name == "on" else name.removesuffix("_id").replace("_", " ")
            refuse_conflict(on_record, what)


def refuse_conflict(row: Model, what: str) -> None:
    """Raise ActionRefused: the files say something else than the record."""
    owner = row if isinstance(row, Participant) else getattr(row, "participant", None)
    of_whom = f" of {owner.study_id}" if isinstance(owner, Participant) and owner is not row else ""
    raise ActionRefused(
        None,
        f"The {row._meta.verbose_name} {row}{of_whom} is on record with another {what} than the files have;"
        " an import never replaces what is recorded. Nothing was imported.",
    )
