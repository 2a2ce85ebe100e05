"""Fill an empty installation with an invented trial."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from followup.demo.analysis import play_plan
from followup.demo.cast import CAST, players
from followup.demo.questions import ask_questions
from followup.demo.safety import go_under_ind, play_safety
from followup.demo.staff import PASSWORD, hire
from followup.demo.story import play
from followup.models import Visit
from participants.actions.studies import open_study
from participants.audit import Actor, audited
from participants.models import Delegation, Participant, Study

DEMO = Actor.machine("system:demo")
MOST = 5000
ENTERED_BEFORE = timedelta(days=60)
# Before anybody of the demo consented.
FORM_APPROVED_BEFORE = timedelta(days=3 * 365)


class Command(BaseCommand):
    """Seed the demo: the same seed and day give the same trial."""

    help = (
        "Fill an empty installation with an invented trial; refuses to run beside a study that is not a demo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the size, the seed and the day."""
        parser.add_argument("--participants", type=int, default=len(CAST), help=f"1 to {MOST}")
        parser.add_argument("--seed", type=int, default=6703216)
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="the day of the demo, not after today"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="where a study is, only say how to sign in to a demo"
        )

    def handle(self, *args: Any, participants: int, seed: int, as_of: date | None, **options: Any) -> None:
        """Write the trial in one transaction, and say how to sign in."""
        if options["if_empty"] and Study.objects.exists():
            for demo in Study.objects.filter(is_demo=True):
                self._say_logins(demo)
            return
        today = as_of or timezone.now().date()
        self._refuse(participants, today)
        random = Random(seed)  # noqa: S311 - the same seed has to give the same trial
        with transaction.atomic():
            study = open_study(
                by=DEMO,
                code="PACER-DEMO",
                title="Pre-emptive anakinra, invented people",
                is_demo=True,
                consent_approved_on=today - FORM_APPROVED_BEFORE,
            )
            go_under_ind(study, DEMO)
            crews = hire(study)
            for number, role in enumerate(players(participants, random), start=1):
                crew = crews[role.site]
                site_today = min(today, crew.site.today(timezone.now()))
                participant = play(role, f"P-{number:03d}", crew, site_today)
                play_safety(role, number, participant, crew, site_today)
                if number % 50 == 0:
                    self.stdout.write(f"{number} of {participants} participants", ending="\r")
            _as_if_entered_in_time(study)
            play_plan(study, DEMO)
            ask_questions(study, crews, DEMO, timezone.now())
        self.stdout.write(f"{Participant.objects.count()} invented participants at {len(crews)} sites.")
        self._say_logins(study)

    def _refuse(self, participants: int, today: date) -> None:
        if Study.objects.filter(is_demo=False).exists():
            raise CommandError(
                "There is a study that is not a demo: invented people do not belong beside real ones."
            )
        if Study.objects.exists():
            raise CommandError("There is a demo already. Delete the database to begin anew.")
        if not 1 <= participants <= MOST:
            raise CommandError(f"--participants: choose 1 to {MOST}.")
        if today > timezone.now().date():
            raise CommandError("--as-of: this day is still to come.")

    def _say_logins(self, study: Study) -> None:
        self.stdout.write("Sign in as one of these; the password of all is:  " + PASSWORD)
        for delegation in Delegation.objects.filter(study=study).select_related("staff").order_by("pk"):
            self.stdout.write(f"  {delegation.staff.email:<40}{delegation.get_role_display()}")


def _as_if_entered_in_time(study: Study) -> None:
    """Date the visits' dates back, so that the demo has reminders to send at once.

    Nothing is planned for moments before the dates were set, and here all were set just now.
    """
    with audited(by=DEMO, kind="demo.seeded", reason="as if entered in time"):
        Visit.objects.filter(participant__site__study=study, target_on__isnull=False).update(
            dates_set_at=timezone.now() - ENTERED_BEFORE
        )
