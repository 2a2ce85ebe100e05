"""Plan and hand over reminders without Celery."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from followup.cycle import rehearse_cycle, run_cycle


class Command(BaseCommand):
    """Run one cycle and say what it did."""

    help = "Plan reminders and hand over those that are due, as the clock of Celery does each minute."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the moment and the form of the answer."""
        parser.add_argument(
            "--as-of",
            metavar="ISO",
            help="the moment of the business, 2026-03-03T13:00Z; outside of a demo nothing is sent or kept",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only count what would be planned and taken up"
        )
        parser.add_argument("--json", action="store_true", help="answer as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the cycle; who asks it to end gets back what was not begun."""
        before = signal.signal(signal.SIGTERM, _end)
        try:
            self._run(options)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _run(self, options: dict[str, Any]) -> None:
        as_of = _moment(options["as_of"]) if options["as_of"] else None
        now = as_of or timezone.now()
        is_dry = options["dry_run"] or (as_of is not None and settings.IS_PRODUCTION)
        counts = rehearse_cycle(now=now) if is_dry else run_cycle(now=now)
        if options["json"]:
            self.stdout.write(json.dumps({"as_of": now.isoformat(), **counts}))
            return
        done = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing to do"
        self.stdout.write(f"{'Would be' if is_dry else 'Reminders'} as of {now:%Y-%m-%d %H:%M} UTC: {done}.")


def _moment(text: str) -> datetime:
    """Read a moment; one without an offset is in UTC. Raises CommandError."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of takes a moment such as 2026-03-03T13:00Z, not {text!r}.") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _end(number: int, frame: FrameType | None) -> None:
    # Raised where the cycle stands, so that what was not begun is given back.
    raise SystemExit(128 + number)
