"""Say from SDTM's disposition and demographics how and when participation ended.

Source: CDISC SDTM Implementation Guide 3.2, DS (6.2.4) and DM (5.1: RFPENDTC, DTHDTC, DTHFL);
CDISC controlled terminology, "Completion/Reason for Non-Completion".
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from followup.exchange.sdtm_rows import DispositionRow, SdtmError, Subject, Tabulation

_DISPOSITION = "DISPOSITION EVENT"
_FAILURE = "SCREEN FAILURE"
_FAILURE_ARM = "SCRNFAIL"


class EndReason(StrEnum):
    """Why participation ended, in the words of this record."""

    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    DIED = "died"
    OTHER = "other"


_REASONS = {
    "COMPLETED": EndReason.COMPLETED,
    "WITHDRAWAL BY SUBJECT": EndReason.WITHDRAWN,
    "WITHDRAWAL BY PARENT/GUARDIAN": EndReason.WITHDRAWN,
    "LOST TO FOLLOW-UP": EndReason.LOST,
    "DEATH": EndReason.DIED,
}


@dataclass(frozen=True)
class Ended:
    """How participation ended, as far as known at the cut; None is what has not happened.

    `visits_on` is the day of the disposition event, or of an earlier death: what is planned after
    it is no longer wanted. `contact_on` is the day of the last contact, from which nothing more is
    expected: a participant who stopped early may come back for a retrieval visit in between.
    """

    reason: EndReason | None = None
    term: str = ""
    visits_on: date | None = None
    contact_on: date | None = None
    failed_on: date | None = None
    died_on: date | None = None


def ended_by(tabulation: Tabulation, cut_on: date) -> dict[str, Ended]:
    """Return for each subject how participation had ended on `cut_on`, the day included.

    Of several disposition events, one an epoch, the latest tells. Raises SdtmError for an event
    or a death without a date.
    """
    events = _events(tabulation)
    return {
        subject.subject: _ended(subject, events.get(subject.subject, []), cut_on)
        for subject in tabulation.subjects
    }


def _events(tabulation: Tabulation) -> dict[str, list[tuple[date, str]]]:
    """Group the dated disposition events by subject."""
    events: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for row in tabulation.dispositions:
        if row.category == _DISPOSITION:
            events[row.subject].append((_day_of(row), row.term))
    return events


def _day_of(row: DispositionRow) -> date:
    """Return the day of a disposition event, which cannot be missing."""
    if row.on is None:
        raise SdtmError(f"ds.xpt, row {row.row}, column DSSTDTC: the date of the disposition event is needed")
    return row.on


def _ended(subject: Subject, events: list[tuple[date, str]], cut_on: date) -> Ended:
    """Read one subject's events, death and last contact."""
    died_on = _death(subject, events)
    died_on = died_on if died_on is not None and died_on <= cut_on else None
    past = [event for event in events if event[0] <= cut_on]
    if not past:
        return Ended(visits_on=died_on, died_on=died_on)
    disposed_on, term = max(past)
    if term == _FAILURE or subject.arm.upper() == _FAILURE_ARM:
        return Ended(term=term, visits_on=disposed_on, failed_on=disposed_on, died_on=died_on)
    reason = _REASONS.get(term, EndReason.OTHER)
    visits_on = min(disposed_on, died_on or disposed_on)
    contact_on = (
        visits_on if reason is EndReason.DIED else max(disposed_on, subject.contact_ended_on or disposed_on)
    )
    return Ended(reason, term, visits_on, contact_on if contact_on <= cut_on else None, None, died_on)


def _death(subject: Subject, events: list[tuple[date, str]]) -> date | None:
    """Return the day of death: DTHDTC, else that of the disposition event; None for the living."""
    dated = [on for on, term in events if term == "DEATH"]
    if subject.died_on is not None or not (subject.is_dead or dated):
        return subject.died_on
    if not dated:
        raise SdtmError(f"dm.xpt, row {subject.row}, column DTHDTC: a death without its date")
    return max(dated)
