"""Add a fact, or replace one: the only two things that happen to an observed fact."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from participants.actions.checks import clean_columns
from participants.audit import Actor
from participants.errors import StaleVersion
from participants.models import Query
from participants.models.base import Fact
from participants.subjects import NAMES, subject_of

F = TypeVar("F", bound=Fact)


def add_fact(new: F, *, by: Actor, replaces: F | None = None) -> F:
    """Save a fact, and let the one that it replaces no longer stand; what was asked about it goes on.

    Called by actions, inside their `audited`. Raises ActionRefused for a value that its column does
    not take, and StaleVersion when somebody else has replaced the old fact meanwhile.
    """
    if replaces is not None:
        stood = type(replaces)._default_manager.filter(pk=replaces.pk, stands=True).update(stands=False)
        if not stood:
            raise StaleVersion(None, "Somebody else has corrected this entry since you opened it.")
    new.recorded_by, new.replaces = by.staff, replaces
    clean_columns(new, exclude=["participant", "recorded_by", "replaces"])
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        # The partial unique index has seen what two people entered at the same moment.
        raise StaleVersion(
            None, "Somebody else has just recorded the same. Look at the record again."
        ) from error
    if replaces is not None and type(new) in NAMES:
        Query.objects.filter(subject=subject_of(replaces)).update(subject=subject_of(new))
    return new


def remove_fact(fact: Fact) -> None:
    """Let a fact no longer stand, with nothing in its place; the audit trail has the reason."""
    if not type(fact)._default_manager.filter(pk=fact.pk, stands=True).update(stands=False):
        raise StaleVersion(None, "Somebody else has corrected this entry since you opened it.")


def same(old: Fact | None, **values: Any) -> bool:
    """Say whether a fact already says just this, so that saving again changes nothing."""
    return old is not None and all(getattr(old, name) == value for name, value in values.items())
