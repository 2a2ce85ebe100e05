"""The consent of one participant: what was signed, and what still has to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from participants.domain.day_words import away, full_day
from participants.domain.eligibility import (
    Finding,
    needs_adult_consent,
    versions_to_reconsent,
    who_signs,
)
from participants.models import Consent, ConsentVersion, Participant
from participants.screening_record import Record, read_records

# [setting] how long ahead the tab speaks of the 18th birthday.
ADULT_AHEAD_DAYS = 180


@dataclass(frozen=True)
class ConsentTask:
    """A signature that is missing, or will be; `is_due` once its day has come."""

    title: str
    text: str
    is_due: bool
    version: str = ""


@dataclass(frozen=True)
class ConsentPage:
    """The whole tab."""

    standing: list[Consent]
    replaced: list[Consent]
    finding: Finding
    who: str
    tasks: list[ConsentTask]
    versions: list[ConsentVersion]


def read_consents(participant: Participant, now: datetime) -> ConsentPage:
    """Read what was signed and what is asked for."""
    record = read_records([participant], now)[participant.pk]
    study = participant.site.study
    rows = Consent.objects.filter(participant=participant).select_related("consent_version", "recorded_by")
    versions = list(ConsentVersion.objects.filter(study=study).order_by("-approved_on", "-pk"))
    return ConsentPage(
        standing=[row for row in rows if row.stands],
        replaced=[row for row in rows if not row.stands],
        finding=record.consent_finding(),
        who=who_signs(
            participant.birth,
            record.today,
            assent_from=study.assent_from_years,
            assent_to=study.assent_to_years,
        ),
        tasks=[*_as_adult(record), *_amendments(record, versions)],
        versions=versions,
    )


def _as_adult(record: Record) -> list[ConsentTask]:
    birthday = needs_adult_consent(record.signed, record.participant.birth)
    if birthday is None or (birthday - record.today).days > ADULT_AHEAD_DAYS:
        return []
    is_due = birthday <= record.today
    text = (
        f"{'Turned' if is_due else 'Turns'} 18 on {_day(birthday, record.today)}. Data entry is not blocked."
    )
    return [ConsentTask("Own consent as an adult", text, is_due)]


def _amendments(record: Record, versions: list[ConsentVersion]) -> list[ConsentTask]:
    asking = {row.label: row for row in reversed(versions) if row.asks_for_reconsent}
    missing = versions_to_reconsent(
        record.signed, [(label, version.approved_on) for label, version in asking.items()]
    )
    return [
        ConsentTask(
            f"Consent to version {label}",
            f"Approved {full_day(asking[label].approved_on)}; everybody in the study consents to it again.",
            is_due=True,
            version=str(asking[label].pk),
        )
        for label in missing
    ]


def _day(on: date, today: date) -> str:
    return f"{full_day(on)}, {away(on, today)}"
