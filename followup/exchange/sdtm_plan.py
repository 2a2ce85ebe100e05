"""Say what a study's SDTM domains mean here: its schedule, its people, and what became of each visit.

Source: CDISC SDTM Implementation Guide 3.2 (study day: no day 0; RFPENDTC: end of participation;
VISITNUM: a planned visit is one of TV); PACER design, clinical rules, section 9.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from followup.domain.schedule import Plan, window
from followup.domain.windows import VisitDates
from followup.exchange.sdtm_checks import check
from followup.exchange.sdtm_ending import Ended, ended_by
from followup.exchange.sdtm_rows import ActualRow, PlannedRow, SdtmError, Subject, Tabulation

ANCHOR = "RFSTDTC"
UNSCHEDULED = "UNS"
_CODE_LENGTH = 20
_LABEL_LENGTH = 120
_CONDITIONS = ("if subject", "when subject")


@dataclass(frozen=True)
class Planned:
    """A visit of TV. `target_day` counts from day zero, None where the visit has no day.

    A conditional visit exists only for whom it took place.
    """

    number: float
    code: str
    label: str
    target_day: int | None
    is_conditional: bool
    rule: str


@dataclass(frozen=True)
class Done:
    """A visit that took place: its code, the number of its occurrence, its day and its name in SV."""

    code: str
    occurrence: int
    on: date
    name: str


@dataclass(frozen=True)
class Person:
    """A participant as the files tell of them up to the cut; None is what has not happened."""

    study_id: str
    site: str
    sex: str
    age_years: int | None
    screened_on: date
    consented_on: date | None
    started_on: date | None
    ended: Ended
    done: tuple[Done, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True)
class StudyPlan:
    """A study as it is to stand after the import.

    `begins_on` is its earliest date in the files, `known_on` the last day that is left in.
    """

    code: str
    begins_on: date
    known_on: date
    window_days: int
    planned: tuple[Planned, ...]
    people: tuple[Person, ...]

    @property
    def sites(self) -> list[str]:
        """The codes of the sites, in order."""
        return sorted({person.site for person in self.people})


def plan_study(
    tabulation: Tabulation, *, today: date, window_days: int, as_of: date | None = None
) -> StudyPlan:
    """Make a study of its domains, leaving out what happened after `as_of`; None is today.

    The day itself is included. The window is `window_days` before and after each target, both
    ends included. Raises SdtmError where the domains contradict each other, hold what the record
    cannot, or tell of the future.
    """
    check(tabulation, today)
    cut_on = as_of or today
    planned = _planned(tabulation.planned)
    visits = _by_subject(tabulation)
    endings = ended_by(tabulation, cut_on)
    people = [
        _person(subject, visits[subject.subject], endings[subject.subject], planned, cut_on, window_days)
        for subject in tabulation.subjects
    ]
    first_contacts = [_screened_on(subject, visits[subject.subject]) for subject in tabulation.subjects]
    return StudyPlan(
        code=tabulation.subjects[0].study,
        begins_on=min(first_contacts),
        known_on=cut_on,
        window_days=window_days,
        planned=tuple(planned.values()),
        people=tuple(person for person in people if person.screened_on <= cut_on),
    )


def _by_subject(tabulation: Tabulation) -> dict[str, list[ActualRow]]:
    """Group the visits by subject."""
    visits: dict[str, list[ActualRow]] = {subject.subject: [] for subject in tabulation.subjects}
    for row in tabulation.actual:
        visits[row.subject].append(row)
    return visits


def _planned(rows: Iterable[PlannedRow]) -> dict[float, Planned]:
    """Return the planned visits by VISITNUM; a visit may have a row for each arm, on the same day."""
    planned: dict[float, Planned] = {}
    codes: Counter[str] = Counter()
    for row in rows:
        known = planned.get(row.number)
        target_day = _target_day(row.day)
        if known is None:
            code = (
                row.name if len(row.name) <= _CODE_LENGTH and row.name != UNSCHEDULED else f"V{row.number:g}"
            )
            is_conditional = row.day is None or row.rule.lower().startswith(_CONDITIONS)
            label = row.name[:_LABEL_LENGTH]
            planned[row.number] = Planned(row.number, code, label, target_day, is_conditional, row.rule)
            codes[code] += 1
            if codes[code] > 1:
                raise SdtmError(f"tv.xpt, row {row.row}, column VISIT: another visit number has this name")
        elif known.target_day != target_day:
            raise SdtmError(
                f"tv.xpt, row {row.row}, column VISITDY: the visit has another day in another arm"
            )
    return planned


def _target_day(study_day: int | None) -> int | None:
    """Turn a study day of SDTM, 1 on the reference date and none before it 0, into days from it."""
    if study_day is None:
        return None
    return study_day - 1 if study_day > 0 else study_day


def _person(
    subject: Subject,
    rows: list[ActualRow],
    ended: Ended,
    planned: Mapping[float, Planned],
    cut_on: date,
    window_days: int,
) -> Person:
    """Put together what the files tell of one subject."""
    started_on = _if_past(subject.started_on, cut_on)
    done = tuple(_done([row for row in rows if row.on <= cut_on], planned))
    return Person(
        study_id=subject.study_id,
        site=subject.site,
        sex=subject.sex,
        age_years=subject.age_years,
        screened_on=_screened_on(subject, rows),
        consented_on=_if_past(subject.consented_on, cut_on),
        started_on=started_on,
        ended=ended,
        done=done,
        missed=tuple(_missed(planned.values(), done, started_on, ended, window_days)),
    )


def _if_past(on: date | None, cut_on: date) -> date | None:
    return on if on is not None and on <= cut_on else None


def _screened_on(subject: Subject, rows: Iterable[ActualRow]) -> date:
    """Return the first day on which the subject is heard of."""
    known = [subject.consented_on, subject.collected_on, subject.started_on, *(row.on for row in rows)]
    dates = [on for on in known if on is not None]
    if not dates:
        raise SdtmError(f"dm.xpt, row {subject.row}: no date of consent, collection, start or visit")
    return min(dates)


def _done(rows: Iterable[ActualRow], planned: Mapping[float, Planned]) -> Iterable[Done]:
    """Give the visits that took place, numbering those of one code in the order of their days."""
    count: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: (row.on, row.number)):
        known = planned.get(row.number)
        code = known.code if known else UNSCHEDULED
        count[code] += 1
        yield Done(code, count[code], row.on, row.name)


def _missed(
    planned: Iterable[Planned],
    done: Collection[Done],
    started_on: date | None,
    ended: Ended,
    window_days: int,
) -> Iterable[str]:
    """Give the codes of planned visits that did not take place although they should have.

    Those are the ones planned for a day until which the visits went on, that day included; and,
    while they go on, the ones after whose window another visit took place. The others are open or
    cancelled, which is the schedule's to say.
    """
    took_place = {actual.code for actual in done}
    latest = max((actual.on for actual in done), default=None)
    for visit in planned:
        dates = dates_of(visit, started_on, window_days)
        if visit.is_conditional or dates is None or visit.code in took_place:
            continue
        if ended.visits_on is not None:
            is_missed = dates.target_on <= ended.visits_on
        else:
            is_missed = latest is not None and dates.closes_on < latest
        if is_missed:
            yield visit.code


def dates_of(planned: Planned, started_on: date | None, window_days: int) -> VisitDates | None:
    """Return the window of a planned visit around its target; None without a target or a start."""
    if planned.target_day is None or started_on is None:
        return None
    return window(Plan(0, ANCHOR, planned.target_day, window_days, window_days), started_on)
