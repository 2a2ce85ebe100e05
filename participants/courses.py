"""The courses of participants: from one infusion to the next, read for many in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import F

from participants.models import Milestone


@dataclass(frozen=True)
class Course:
    """One course: findings belong to it from `began_at` (included) to `until` (excluded, None: open).

    An infusion without a time begins its day at the site: what was seen that day counts.
    """

    number: int
    day_zero: date
    began_at: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Say whether a moment lies in this course."""
        return self.began_at <= at and (self.until is None or at < self.until)


def courses_of(participants: Collection[int]) -> dict[int, list[Course]]:
    """Return the courses of each participant in order; who was not infused is missing."""
    rows = (
        Milestone.objects.standing()
        .actual()
        .filter(participant__in=participants, kind=F("participant__site__study__day_zero_event"))
        .select_related("participant__site")
    )
    found: dict[int, list[Course]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.on, row.pk)):
        began_at = row.at or datetime.combine(row.on, time(), tzinfo=row.participant.site.tz).astimezone(UTC)
        found[row.participant_id].append(Course(row.course, row.on, began_at))
    return {owner: _closed(courses) for owner, courses in found.items()}


def course_at(courses: Sequence[Course], at: datetime) -> Course | None:
    """Return the course that a moment belongs to, None before the first infusion."""
    return next((course for course in courses if course.holds(at)), None)


def _closed(courses: list[Course]) -> list[Course]:
    ends = [*(course.began_at for course in courses[1:]), None]
    return [
        Course(course.number, course.day_zero, course.began_at, end)
        for course, end in zip(courses, ends, strict=True)
    ]
