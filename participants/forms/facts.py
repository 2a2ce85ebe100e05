"""Forms that record a fact, or correct one: each builds a new row, which an action keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone

from participants.domain.clock_times import clock_words, moment_at_site
from participants.domain.decimals import without_idle_zeros
from participants.forms.about import ParticipantForm
from participants.forms.fields import CleanCharField
from participants.models import Participant
from participants.models.base import Fact


class FactForm(ParticipantForm):
    """A form about one fact; with `fact` it corrects it and asks why.

    `moments` names pairs of a date and a clock field, and the field of the row that they make.
    """

    moments: tuple[tuple[str, str, str], ...] = ()
    # The columns of the row that are asked for under another name: what is about one stands beside it.
    columns: ClassVar[Mapping[str, str]] = {}
    # Whether a date means something without its clock time.
    dates_stand_alone = False
    reason = CleanCharField(
        label="Reason", required=False, help_text="Only if PACER asks for it, or if an entry is corrected."
    )

    def __init__(self, *args: Any, participant: Participant, fact: Fact | None = None, **kwargs: Any) -> None:
        self.fact = fact
        kept = self.kept(fact) if fact is not None else {}
        for on, clock, field in self.moments:
            at = getattr(fact, field, None)
            if at is not None:
                kept |= {on: at.astimezone(participant.site.tz).date(), clock: clock_at_site(at, participant)}
        kwargs["initial"] = _as_typed(kept) | (kwargs.get("initial") or {})
        super().__init__(*args, participant=participant, **kwargs)

    def kept(self, fact: Fact) -> dict[str, Any]:
        """Return the values of the fact for the fields of the same name."""
        return {name: getattr(fact, name) for name in self.base_fields if hasattr(fact, name)} | {
            "reason": ""
        }

    def field_of(self, column: str) -> str:
        """Return the name of the field that asks for a column of the row, "" where none does."""
        name = self.columns.get(column, column)
        return name if name in self.fields else ""

    def clean(self) -> dict[str, Any]:
        """Turn each date and clock time at the site into a moment."""
        data = super().clean() or self.cleaned_data
        for on, clock, field in self.moments:
            data[field] = self._moment(data.get(on), data.get(clock), clock)
        return data

    def _moment(
        self, on: date | None, clock: tuple[time, timedelta | None] | None, field: str
    ) -> datetime | None:
        if on is None or clock is None:
            self._refuse_half(on, clock, field)
            return None
        hours, offset = clock
        try:
            return moment_at_site(on, hours, self.participant.site.tz, offset)
        except ValueError as refused:
            self.add_error(field, f"{self.fields[field].label}: {refused}")
            return None

    def _refuse_half(self, on: date | None, clock: object, field: str) -> None:
        half = clock is not None or (on is not None and not self.dates_stand_alone)
        if half and field not in self.errors and not self.fields[field].required:
            self.add_error(field, f"{self.fields[field].label}: date and time belong together.")


def _as_typed(kept: dict[str, Any]) -> dict[str, Any]:
    """Return kept values without the zeros that their columns add."""
    return {
        name: without_idle_zeros(value) if isinstance(value, Decimal) else value
        for name, value in kept.items()
    }


def clock_at_site(at: datetime, participant: Participant) -> time | str:
    """Return the clock time of a moment as it is typed: with its offset in the hour that comes twice."""
    local = at.astimezone(participant.site.tz)
    try:
        moment_at_site(local.date(), local.time(), participant.site.tz)
    except ValueError:
        return clock_words(local)
    return local.time()


def now_at_site(participant: Participant) -> dict[str, object]:
    """Return date and clock time of now at the site, as initial values."""
    now = timezone.now()
    return {"on": now.astimezone(participant.site.tz).date(), "clock": clock_at_site(now, participant)}
