"""Draw the standing figures again that have changed, without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from followup.actions.standing import refresh_figures


class Command(BaseCommand):
    """Refresh, and say how much was drawn."""

    help = "Draw the figures of large studies again where the record has changed, as Celery does."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refresh the figures that somebody opened lately."""
        drawn = refresh_figures(now=timezone.now())
        self.stdout.write(f"{drawn} page{'' if drawn == 1 else 's'} of figures drawn again.")
