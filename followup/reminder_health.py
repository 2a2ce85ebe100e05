"""Whether reminders run: asked of the cycles that planner and dispatcher leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from followup.models import ReminderCycle

# The clock rings each minute; after so long without a good cycle somebody must know.
LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class ReminderHealth:
    """When a cycle last did all of its work, None before the first, and what kept later ones from it."""

    last_good_at: datetime | None
    is_late: bool
    problem: str = ""

    @property
    def sentence(self) -> str:
        """Say to a person what is wrong; "" while nothing is."""
        if not self.is_late:
            return ""
        why = self.problem or "The program that runs them has stopped, or was never started."
        return f"Reminders are not going out. {why}"


def reminder_health(now: datetime) -> ReminderHealth:
    """Look at the last cycles: one that could not reach the mail server is not a good one."""
    ended = ReminderCycle.objects.filter(ended_at__isnull=False)
    last = ended.order_by("-started_at").first()
    good = ended.filter(problem="").order_by("-started_at").first()
    is_late = good is None or good.ended_at is None or now - good.ended_at > LATE_AFTER
    return ReminderHealth(good.ended_at if good else None, is_late, last.problem if last else "")
