"""Import small SDTM studies, and say what then is on record."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from django.core.management import call_command

from followup.exchange.sdtm_summary import StudySummary, summarise
from followup.models import Visit
from participants.domain.roles import Role
from participants.models import (
    Death,
    Deviation,
    LifecycleStep,
    Milestone,
    OffStudy,
    Participant,
    StaffMember,
)
from tests import factories
from tests.followup.exchange.sdtm_files import (
    STUDY,
    Values,
    disposition,
    subject,
    visit,
    write_study,
)

STARTED = [visit(1, "2024-01-05"), visit(2, "2024-01-10")]
STOPPED = [disposition("ADVERSE EVENT", "2024-01-26")]
GROWN: dict[str, list[Values]] = {
    "dm": [
        subject(RFPENDTC="2024-06-01"),
        subject("S-002", DMDTC="2024-01-12", RFSTDTC="2024-01-20", DTHFL="Y", DTHDTC="2024-02-25"),
        subject("S-003", DMDTC="2024-02-20", RFSTDTC="", ARMCD="SCRNFAIL", SITEID="B02"),
    ],
    "sv": [
        *STARTED, visit(3, "2024-01-31"), visit(3.1, "2024-02-01"), visit(3.2, "2024-01-30"),
        visit(9, "2024-05-01"),
        visit(1, "2024-01-15", "S-002"), visit(2, "2024-01-20", "S-002"), visit(3.5, "2024-02-26", "S-002"),
        visit(1, "2024-02-20", "S-003"),
    ],
    "ds": [
        disposition("LACK OF EFFICACY", "2024-02-03"),
        disposition("DEATH", "2024-02-25", "S-002"),
        disposition("SCREEN FAILURE", "2024-02-22", "S-003"),
    ],
}  # fmt: skip


def make_importer() -> StaffMember:
    """Add a system administrator of another study."""
    return factories.make_staff(role=Role.SYSTEM_ADMINISTRATOR, study=factories.make_study("OTHER"))


def run(folder: Path, by: StaffMember, *options: str) -> str:
    """Import a folder and return what was printed."""
    printed = io.StringIO()
    call_command("import_sdtm", str(folder), "--by", by.email, *options, stdout=printed)
    return printed.getvalue()


def load(folder: Path, by: StaffMember, *options: str, **domains: Iterable[Values]) -> StudySummary:
    """Write a study, import it, and return what then is on record."""
    run(write_study(folder, **domains), by, *options)
    return summarise(STUDY)


def visits_of(study_id: str = "S-001") -> dict[str, Visit]:
    """Return a participant's visits by label."""
    return {visit.label: visit for visit in Visit.objects.filter(participant__study_id=study_id)}


def outcomes_of(study_id: str = "S-001") -> dict[str, str]:
    """Return the outcomes of a participant's visits by label."""
    return {label: visit.outcome for label, visit in visits_of(study_id).items()}


def record_of(study: str = STUDY) -> set[tuple[object, ...]]:
    """Return what is on record of a study, free of keys, moments and the study's own name."""
    here = {"participant__site__study__code": study}
    columns = ("code", "occurrence", "outcome", "occurred_on", "target_on", "outcome_reason", "note")
    rows: set[tuple[object, ...]] = set()
    rows.update(Visit.objects.filter(**here).values_list("participant__study_id", *columns))
    for model in (Milestone, LifecycleStep, OffStudy, Death):
        for fact in model.objects.standing().filter(**here).select_related("participant"):
            rows.add((fact.participant.study_id, str(fact)))
    rows.update(
        Deviation.objects.filter(**here).values_list("participant__study_id", "rule", "summary", "state")
    )
    for person in Participant.objects.filter(site__study__code=study):
        rows.add((person.study_id, person.phase, person.enrolment_number is not None))
    return {(str(row[0]).removeprefix("T"), *row[1:]) for row in rows}
