"""Hold SDTM domains against each other before anything is made of them.

Source: CDISC SDTM Implementation Guide 3.2: one STUDYID a submission, one row a subject in DM, and
SV with every visit that took place (5.3); PACER design, access and audit, "Data rules".
"""

from collections.abc import Iterable
from datetime import date

from followup.exchange.sdtm_rows import SdtmError, Tabulation


def check(tabulation: Tabulation, today: date) -> None:
    """Raise SdtmError where the domains contradict each other or tell of days after `today`."""
    if not tabulation.subjects:
        raise SdtmError("dm.xpt: holds no subject")
    if not tabulation.planned:
        raise SdtmError("tv.xpt: holds no planned visit")
    _check_study(tabulation)
    _check_subjects(tabulation)
    _check_past(tabulation, today)
    _check_end_of_visits(tabulation)


def _check_study(tabulation: Tabulation) -> None:
    """Refuse a row of another study."""
    code = tabulation.subjects[0].study
    rows: Iterable[tuple[str, int, str]] = [
        *(("dm.xpt", subject.row, subject.study) for subject in tabulation.subjects),
        *(("tv.xpt", planned.row, planned.study) for planned in tabulation.planned),
        *(("sv.xpt", visit.row, visit.study) for visit in tabulation.actual),
        *(("ds.xpt", event.row, event.study) for event in tabulation.dispositions),
    ]
    for source, row, study in rows:
        if study != code:
            raise SdtmError(f"{source}, row {row}, column STUDYID: another study than in dm.xpt, row 1")


def _check_subjects(tabulation: Tabulation) -> None:
    """Refuse a subject that is twice in DM, or in another domain only."""
    subjects: set[str] = set()
    study_ids: set[str] = set()
    for subject in tabulation.subjects:
        if subject.study_id in study_ids:
            raise SdtmError(f"dm.xpt, row {subject.row}, column USUBJID: the subject has a row before")
        study_ids.add(subject.study_id)
        subjects.add(subject.subject)
    rows: Iterable[tuple[str, int, str]] = [
        *(("sv.xpt", visit.row, visit.subject) for visit in tabulation.actual),
        *(("ds.xpt", event.row, event.subject) for event in tabulation.dispositions),
    ]
    for source, row, who in rows:
        if who not in subjects:
            raise SdtmError(f"{source}, row {row}, column USUBJID: the subject is not in dm.xpt")


def _check_past(tabulation: Tabulation, today: date) -> None:
    """Refuse an event after today."""
    dated: list[tuple[str, int, str, date | None]] = [
        *(("sv.xpt", visit.row, "SVSTDTC", visit.on) for visit in tabulation.actual),
        *(("ds.xpt", event.row, "DSSTDTC", event.on) for event in tabulation.dispositions),
    ]
    for subject in tabulation.subjects:
        dated += [
            ("dm.xpt", subject.row, "RFICDTC", subject.consented_on),
            ("dm.xpt", subject.row, "DMDTC", subject.collected_on),
            ("dm.xpt", subject.row, "RFSTDTC", subject.started_on),
            ("dm.xpt", subject.row, "RFPENDTC", subject.contact_ended_on),
            ("dm.xpt", subject.row, "DTHDTC", subject.died_on),
        ]
    for source, row, column, on in dated:
        if on is not None and on > today:
            raise SdtmError(f"{source}, row {row}, column {column}: the date lies in the future")


def _check_end_of_visits(tabulation: Tabulation) -> None:
    """Refuse an SV whose end seems to be missing.

    A transport file holds no number of rows: cut off between two, it looks whole. It shows in the
    subjects who started and have no visit, and in the last one's events at visits that SV lacks.
    """
    visits = {(visit.subject, visit.number) for visit in tabulation.actual}
    seen = {subject for subject, _ in visits}
    for subject in tabulation.subjects:
        if seen and subject.started_on is not None and subject.subject not in seen:
            where = f"dm.xpt, row {subject.row}"
            raise SdtmError(f"{where}: the subject started and has no visit in sv.xpt, which may be cut off")
    last = tabulation.actual[-1].subject if tabulation.actual else None
    for event in tabulation.dispositions:
        is_missing = event.visit_number is not None and (event.subject, event.visit_number) not in visits
        if is_missing and last in {None, event.subject}:
            where = f"ds.xpt, row {event.row}, column VISITNUM"
            raise SdtmError(f"{where}: sv.xpt has no such visit of the subject; it may be cut off")
