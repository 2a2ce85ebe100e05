"""The toxicity tab: the worst grades day by day, the episodes, every finding, and what waits to be signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from participants.access import holds
from participants.courses import Course
from participants.daily_grades import daily_grades
from participants.domain.clock_times import clock_words
from participants.domain.day_words import study_day
from participants.domain.episodes import DailyMaximum, Episode
from participants.domain.roles import Capability
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    DoseState,
    NeuroAssessment,
    Observation,
    Participant,
    Scale,
    SignedGrade,
    StaffMember,
)
from participants.pages.balloons import Balloon, read_balloons
from participants.pages.bedside_words import fever_words, span
from participants.pages.entries import address_of
from participants.pages.finding_words import neuro_words, support_parts, temperature_words, vitals_words
from participants.pages.grade_card import GradeCard, card_of
from participants.pages.haemorrhage import lacks_event
from participants.subjects import subject_of
from participants.toxicity import ToxicityRecord, read_toxicity


@dataclass(frozen=True)
class FindingRow:
    """One entry of a day with its grade, the signed one beside it, and the queries about it."""

    row: Observation | NeuroAssessment
    at: str
    what: str
    words: str
    card: GradeCard | None
    grade: DerivedGrade | None
    signed: SignedGrade | None
    balloons: list[Balloon]
    correct: str
    ask: str
    lacks_event: bool

    @property
    def stands(self) -> bool:
        """Say whether no correction has replaced it."""
        return self.row.stands


@dataclass(frozen=True)
class DayRow:
    """One day at the site."""

    on: date
    study_day: str
    crs: GradeCard | None
    icans: GradeCard | None
    highest: str
    support: str
    doses: int
    findings: list[FindingRow]
    is_open: bool


@dataclass(frozen=True)
class EpisodeRow:
    """One episode of CRS in words."""

    onset: str
    resolved: str
    lasts: str
    length: str
    maximum: GradeCard
    notes: str


@dataclass(frozen=True)
class ToxicityPage:
    """The whole tab."""

    days: list[DayRow]
    episodes: list[EpisodeRow]
    fever: list[str]
    waiting: list[DerivedGrade]
    may_sign: bool
    may_raise: bool
    trigger: str


def read_toxicity_page(participant: Participant, person: StaffMember, now: datetime) -> ToxicityPage:
    """Read the tab in a constant number of statements."""
    record = read_toxicity(participant)
    grades = _by_finding(participant)
    signed = {row.derived_id: row for row in SignedGrade.objects.standing().filter(participant=participant)}
    balloons = read_balloons(participant, person)
    findings = _findings(record, participant, grades, signed, balloons, now)
    waiting = [row for row in grades.values() if row.value is not None and row.pk not in signed]
    may_sign = holds(person, Capability.SIGN_GRADES, participant.site)
    return ToxicityPage(
        days=_days(record, participant, findings, now),
        episodes=[
            _episode(episode, record, course, now)
            for course in record.courses
            for episode in record.crs(course, now=now).episodes
        ],
        fever=[words for course in record.courses if (words := _fever(record, course, now))],
        waiting=sorted(waiting, key=lambda row: row.at) if may_sign else [],
        may_sign=may_sign,
        may_raise=holds(person, Capability.RAISE_QUERIES, participant.site),
        trigger="" if record.courses else "before the infusion",
    )


def _fever(record: ToxicityRecord, course: Course, now: datetime) -> str:
    """Say where the trigger of a course stands, named by its course where there are several."""
    fever, site = record.fever(course, now=now), record.participant.site
    if len(record.courses) == 1:
        return fever_words(fever, site, now)
    if course.until is not None and fever.trigger is None:
        return f"Course {course.number}: the trigger was not met."
    return f"Course {course.number}: {fever_words(fever, site, now) or 'the trigger is not met.'}"


def _by_finding(participant: Participant) -> dict[tuple[str, int], DerivedGrade]:
    rows = DerivedGrade.objects.filter(participant=participant, stands=True)
    return {(row.scale, row.observation_id or row.neuro_id or 0): row for row in rows}


def _findings(
    record: ToxicityRecord,
    participant: Participant,
    grades: dict[tuple[str, int], DerivedGrade],
    signed: dict[int, SignedGrade],
    balloons: Mapping[str, list[Balloon]],
    now: datetime,
) -> dict[date, list[FindingRow]]:
    rows: list[Observation | NeuroAssessment] = [
        *Observation.objects.filter(participant=participant),
        *NeuroAssessment.objects.filter(participant=participant),
    ]
    lacking = lacks_event(participant, record.assessments)
    found: dict[date, list[FindingRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.at, row.stands), reverse=True):
        scale = Scale.CRS if isinstance(row, Observation) else Scale.ICANS
        grade = grades.get((scale, row.pk)) if row.stands else None
        found[record.day_of(row.at)].append(
            FindingRow(
                row=row,
                at=clock_words(row.at.astimezone(participant.site.tz)),
                what="Vitals" if isinstance(row, Observation) else "Neurology",
                words=vitals_words(row) if isinstance(row, Observation) else neuro_words(row),
                card=card_of(scale, grade, participant.site, now) if grade else None,
                grade=grade,
                signed=signed.get(grade.pk) if grade else None,
                balloons=balloons.get(subject_of(row), []),
                correct=address_of(row, "correct"),
                ask=address_of(row, "query"),
                lacks_event=isinstance(row, NeuroAssessment) and row.pk in lacking,
            )
        )
    return found


def _days(
    record: ToxicityRecord, participant: Participant, findings: dict[date, list[FindingRow]], now: datetime
) -> list[DayRow]:
    worst = {scale: _by_day(daily_grades([participant.pk], scale).get(participant.pk, ())) for scale in Scale}
    doses: dict[date, list[AnakinraDose]] = defaultdict(list)
    for dose in record.doses:
        if dose.state == DoseState.GIVEN:
            doses[record.day_of(dose.at)].append(dose)
    days, newest = [], max(findings, default=None)
    for on in sorted({*findings, *doses}, reverse=True):
        seen = [
            each.row for each in findings.get(on, []) if each.stands and isinstance(each.row, Observation)
        ]
        hottest = max((row for row in seen if row.temperature is not None), key=_height, default=None)
        days.append(
            DayRow(
                on=on,
                study_day=study_day(on, participant.day_zero_on),
                crs=_worst_card(Scale.CRS, worst[Scale.CRS].get(on)),
                icans=_worst_card(Scale.ICANS, worst[Scale.ICANS].get(on)),
                highest=temperature_words(hottest) if hottest else "",
                support=", ".join(dict.fromkeys(part for row in seen for part in support_parts(row))),
                doses=len(doses[on]),
                findings=findings.get(on, []),
                is_open=on == newest,
            )
        )
    return days


def _height(row: Observation) -> float:
    degrees = float(row.temperature or 0)
    return degrees if row.temperature_unit == "C" else (degrees - 32) / 1.8


def _by_day(maxima: tuple[DailyMaximum, ...]) -> dict[date, DailyMaximum]:
    return {each.on: each for each in maxima}


def _worst_card(scale: Scale, worst: DailyMaximum | None) -> GradeCard | None:
    if worst is None:
        return None
    more = "an assessment of the day lacks data: it may be higher" if worst.has_ungraded else ""
    status = "insufficient_data" if worst.value is None else "graded"
    return GradeCard(scale, worst.value, status, more, "", more)


def _moment(at: datetime, zone: ZoneInfo, day: str = "%d %b %Y") -> str:
    local = at.astimezone(zone)
    return f"{local:{day}} {clock_words(local)}"


def _cut_short(record: ToxicityRecord, course: Course) -> tuple[str, datetime | None]:
    """Return what ends an episode that has not resolved, and when: the death or a further infusion."""
    if course.until is not None:
        return "to next infusion", course.until
    if record.death is not None:
        after = datetime.combine(record.death.on + timedelta(days=1), time(), record.participant.site.tz)
        return "to death", after.astimezone(UTC)
    return "lasts", None


def _episode(episode: Episode, record: ToxicityRecord, course: Course, now: datetime) -> EpisodeRow:
    zone = record.participant.site.tz
    end = episode.resolved_at
    lasts, cut_at = _cut_short(record, course)
    notes = ["an assessment lacks data: the maximum may be higher"] if episode.has_ungraded else []
    notes += [
        f"signs came back {_moment(at, zone, '%d %b')} while fever may be masked"
        for at in episode.reopened_at
    ]
    return EpisodeRow(
        onset=_moment(episode.onset_at, zone),
        resolved=_moment(end, zone) if end else "",
        lasts=lasts,
        length=span((end or min(now, cut_at or now)) - episode.onset_at),
        maximum=GradeCard(
            Scale.CRS, episode.maximum, "graded" if episode.maximum is not None else "", "", ""
        ),
        notes="; ".join(notes),
    )
