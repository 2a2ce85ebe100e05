"""Make the first account of an installation, or one more system administrator."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from datetime import date
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from participants.actions.administer import create_administrator
from participants.actions.studies import open_study
from participants.audit import Actor
from participants.errors import ActionRefused
from participants.models import Study

PASSWORD_VARIABLE = "PACER_ADMINISTRATOR_PASSWORD"
MACHINE = Actor.machine("system:create_administrator")


class Command(BaseCommand):
    """Create a system administrator of all sites, and the study if there is none."""

    help = (
        "Create a system administrator. The password is asked for, or read from the variable "
        f"{PASSWORD_VARIABLE}, or from standard input with --password-stdin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who and for which study; the password is never an argument, which others can see."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="printed name")
        parser.add_argument("--study", metavar="CODE", help="needed when there is no study, or several")
        parser.add_argument("--title", help="title of the study, if it is to be opened")
        parser.add_argument(
            "--consent-approved-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="when its first consent form was approved, if it is to be opened; today where not given",
        )
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account; nothing is kept unless everything is."""
        password = _password(from_stdin=options["password_stdin"])
        email, name = options["email"], options["name"].strip()
        try:
            with transaction.atomic():
                study = _study(options["study"], options["title"], options["consent_approved_on"])
                create_administrator(by=MACHINE, email=email, name=name, password=password, study=study)
        except ActionRefused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{name} can sign in and administers {study.code}.")


def _study(code: str | None, title: str | None, approved_on: date | None) -> Study:
    studies = list(Study.objects.all())
    found = [study for study in studies if code is None or study.code.upper() == code.upper()]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"Name the study with --study: {', '.join(study.code for study in studies)}.")
    if studies:
        raise CommandError(
            f"There is no study {code}; there is {', '.join(study.code for study in studies)}."
        )
    if not code or not title:
        raise CommandError("There is no study yet: name the first one with --study CODE --title TITLE.")
    return open_study(by=MACHINE, code=code, title=title, consent_approved_on=approved_on)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if kept := os.environ.get(PASSWORD_VARIABLE):
        return kept
    if not sys.stdin.isatty():
        raise CommandError(
            f"Set {PASSWORD_VARIABLE}, or use --password-stdin: there is no terminal to ask on."
        )
    first = getpass("Password: ")
    if getpass("The same again: ") != first:
        raise CommandError("The two passwords differ.")
    return first
