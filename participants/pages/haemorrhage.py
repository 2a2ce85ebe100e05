"""Intracranial haemorrhage seen beside ICANS: CTCAE grades it, so the way to an adverse event is offered.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, ICANS grading for adults, note on
haemorrhage; PACER design, clinical rules 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from participants.models import AdverseEvent, NeuroAssessment, Participant, StaffMember

# As CTCAE spells it, in each version that PACER holds.
TERM = "Intracranial hemorrhage"


def lacks_event(participant: Participant, rows: Iterable[NeuroAssessment]) -> set[int]:
    """Return the keys of assessments with a haemorrhage that no adverse event tells of.

    An event tells of it unless it had ended before that day at the site. Asks the database only where a
    haemorrhage was seen; a row that is not saved yet has the key 0.
    """
    seen = {row.pk or 0: _day(row, participant) for row in rows if row.has_intracranial_haemorrhage}
    if not seen:
        return set()
    events = AdverseEvent.objects.standing().filter(participant=participant, term__iexact=TERM)
    ends = list(events.values_list("ended_on", flat=True))
    return {key for key, on in seen.items() if not any(end is None or end >= on for end in ends)}


def event_of_assessment(person: StaffMember, participant: Participant, asked: str) -> dict[str, Any]:
    """Return what an event says about the haemorrhage of an assessment; {} where there is none to speak of.

    `asked` is the key of the assessment, as an address gives it.
    """
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return {}
    rows = NeuroAssessment.objects.visible_to(person).standing()
    row = rows.filter(participant=participant, pk=int(asked), has_intracranial_haemorrhage=True).first()
    return {"term": TERM, "onset_on": _day(row, participant)} if row else {}


def _day(row: NeuroAssessment, participant: Participant) -> date:
    return row.at.astimezone(participant.site.tz).date()
