"""Who is told: the participant's coordinator, else all coordinators of the site.

Source: PACER design, reminders, "Recipients".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Holder:
    """Somebody with an account in use and a coordinator delegation at the site; `ends_at` None: no end."""

    staff: int
    starts_at: datetime
    ends_at: datetime | None


def recipients(named: int | None, holders: Iterable[Holder], *, due_at: datetime, now: datetime) -> set[int]:
    """Return who is told what fell due at a moment: those whose delegation had begun by then and goes on.

    `named` is the participant's coordinator, None when nobody is named; only without their
    delegation are the others told. The end of a delegation is not included.
    """
    there = {
        holder.staff
        for holder in holders
        if holder.starts_at <= due_at and (holder.ends_at is None or holder.ends_at > now)
    }
    return {named} if named in there and named is not None else there
