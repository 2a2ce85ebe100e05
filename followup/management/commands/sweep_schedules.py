"""Bring every schedule in step with its record without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from followup.actions.schedule import sweep_schedules
from participants.audit import Actor


class Command(BaseCommand):
    """Sweep once and say what moved."""

    help = "Bring every participant's visits in step with the record, as the clock of Celery does each night."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep."""
        result = sweep_schedules(by=Actor.machine("system:sweep"))
        self.stdout.write(
            f"{result.made} visits made, {result.moved} moved, {result.closed} closed or reopened."
        )
