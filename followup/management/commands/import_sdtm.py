"""Import a study from the SDTM domains DM, SV, TV and DS in SAS transport files."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from followup.actions.import_rows import ImportRun
from followup.actions.import_study import import_study
from followup.exchange.sdtm_plan import StudyPlan, plan_study
from followup.exchange.sdtm_rows import fingerprints, read_folder
from followup.exchange.sdtm_summary import StudySummary, summarise
from participants.audit import Actor
from participants.errors import ActionRefused
from participants.models import StaffMember
from participants.models.study import validate_zone

_WIDEST_DAYS = 365


class Command(BaseCommand):
    """Loads all of a study or nothing; again, it adds what is new and leaves the rest as it is."""

    help = (
        "Import a study from dm.xpt, sv.xpt, tv.xpt and ds.xpt (SDTM, SAS transport version 5). "
        "Targets count from RFSTDTC; --as-of leaves later facts out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the folder, the person who imports, and how to read the files."""
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the member of staff who imports")
        parser.add_argument(
            "--window", type=int, default=3, metavar="DAYS", help="before and after a target (3)"
        )
        parser.add_argument("--zone", default="America/New_York", help="time zone of all sites")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the last day to import"
        )

    def handle(self, *args: str, **options: Any) -> None:
        """Read, plan, import, and print what stands on record afterwards."""
        folder: Path = options["folder"]
        window, zone, as_of = options["window"], options["zone"], options["as_of"]
        by = _importer(options["by"])
        plan = self._plan(folder, window, zone, as_of)
        until = f", until {as_of}" if as_of else ""
        try:
            source = f"{fingerprints(folder)}; window {window} days{until}"
            run = import_study(by=by, plan=plan, zone=zone, source=source, progress=self._say)
        except (ValueError, ActionRefused) as refused:
            raise CommandError(str(refused)) from refused
        self._report(run, summarise(plan.code))

    def _plan(self, folder: Path, window: int, zone: str, as_of: date | None) -> StudyPlan:
        """Check the arguments and read the files; CommandError says what is wrong with either."""
        if not 0 <= window <= _WIDEST_DAYS:
            raise CommandError(f"--window is 0 to {_WIDEST_DAYS} days.")
        try:
            validate_zone(zone)
        except ValidationError as unknown:
            raise CommandError(f"--zone: {unknown.message}") from unknown
        today = timezone.now().astimezone(ZoneInfo(zone)).date()
        if as_of is not None and as_of > today:
            raise CommandError("--as-of lies in the future.")
        self._say("reading files")
        try:
            return plan_study(read_folder(folder), today=today, window_days=window, as_of=as_of)
        except ValueError as broken:
            raise CommandError(f"{broken}. Nothing was imported.") from broken

    def _say(self, stage: str) -> None:
        """Tell how far it is, at once even into a pipe."""
        self.stdout.write(f"... {stage}")
        self.stdout.flush()

    def _report(self, run: ImportRun, now: StudySummary) -> None:
        """Print the numbers of the study, and what this run has done."""
        lines = [
            f"Study {now.study}: {now.participants} participants at {now.sites} sites, "
            f"{now.screen_failures} screen failures, {now.deaths} deaths",
            f"Visits: {sum(now.visits.values())} planned ones took place, {now.unscheduled} unscheduled, "
            f"{now.missed} missed, {now.cancelled} cancelled, {now.open} open",
            f"Windows: {now.in_window} visits inside, {now.out_of_window} outside; "
            f"{now.deviations} deviations",
            *(f"  {code:<20} {count:>6}" for code, count in now.visits.items()),
            f"Added: {_counts(run.added) or 'nothing'}",
            f"Changed: {_counts(run.changed) or 'nothing'}",
        ]
        for line in lines:
            self.stdout.write(line)


def _importer(email: str) -> Actor:
    """Return the active member of staff with an e-mail address."""
    person = StaffMember.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError("--by: there is no active member of staff with this address.")
    return Actor.of(person)


def _counts(counter: Counter[str]) -> str:
    """Write out the counts that are not 0."""
    return ", ".join(f"{name} {count}" for name, count in counter.items() if count)
