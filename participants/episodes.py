"""Which entries may be one infection episode: proposed here, decided by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from participants.domain.infections import may_be_same_episode
from participants.models import Infection


def earlier_of(infection: Infection, entries: Iterable[Infection], *, within_days: int) -> Infection | None:
    """Return the latest earlier episode that an undecided entry may belong to, None for none.

    `entries` are those of the same participant that stand.
    """
    if infection.part_of_id is not None or infection.is_own_episode:
        return None
    later, place = _sameness(infection), (infection.onset_on, infection.pk)
    proposing = [
        row
        for row in entries
        if row.part_of_id is None
        and (row.onset_on, row.pk) < place
        and may_be_same_episode(_sameness(row), later, within_days=within_days)
    ]
    return max(proposing, key=lambda row: (row.onset_on, row.pk), default=None)


def _sameness(row: Infection) -> tuple[str, str, date]:
    return row.organism, row.body_site, row.onset_on
