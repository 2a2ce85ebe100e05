"""An invented registry of any size, for the benchmarks: about thirty rows a participant.

Written directly, with the audit triggers away: a trail of what nobody did would only take its time.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SITES = 20
CHUNK = 5000
LONGEST_DAYS = 1500
VISITS = 8
MOST_OBSERVATIONS = 5
SEED = 20260101
Row = tuple[Any, ...]

# The columns that a row gives, by model; every other column has its default.
COLUMNS = {
    "participants.Participant": ("id", "study_id", "site_id", "phase"),
    "participants.CarTProduct": ("participant_id", "product"),
    "participants.LifecycleStep": ("participant_id", "phase", "on", "entry"),
    "participants.Milestone": ("participant_id", "kind", "on"),
    "participants.Consent": ("participant_id", "kind", "consent_version_id", "signed_on"),
    "participants.Weight": ("participant_id", "on", "weight_kg"),
    "participants.Observation": ("id", "participant_id", "at", "temperature", "temperature_unit"),
    "participants.DerivedGrade": (
        "participant_id", "scale", "observation_id", "at", "value", "status", "reason", "rule_version",
    ),
    "participants.AnakinraDose": (
        "participant_id", "at", "state", "dose_mg", "dosing_weight_kg", "weighed_on", "schedule",
    ),
    "participants.Medication": ("participant_id", "name", "started_on", "is_rescue"),
    "participants.LabResult": ("participant_id", "analyte", "value", "unit", "at"),
    "participants.Infection": ("participant_id", "onset_on", "kind", "body_site", "severity"),
    "participants.Response": ("participant_id", "on", "response"),
    "participants.Relapse": ("participant_id", "on", "site"),
    "participants.Death": ("participant_id", "on"),
    "participants.Deviation": ("participant_id", "rule", "subject", "summary"),
    "followup.Visit": (
        "participant_id", "planned_visit_id", "code", "mode", "opens_on", "target_on", "closes_on",
        "outcome", "occurred_on",
    ),
}  # fmt: skip


@contextmanager
def database(engine: str) -> Iterator[None]:
    """Give this process an empty, migrated database of its own: "sqlite" or "postgresql".

    Must be entered before anything of Django is imported.
    """
    sys.path.insert(0, str(ROOT))
    folder = tempfile.mkdtemp(prefix="pacer-bench-")
    os.environ |= {"PACER_VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "pacer.settings"}
    try:
        if engine == "postgresql":
            from tests.servers.postgres import PostgresServer

            with PostgresServer() as server:
                os.environ["DATABASE_URL"] = server.url()
                yield _migrate()
        else:
            yield _migrate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(participants: int, *, after: int = 0) -> Any:
    """Write a study of so many participants at 20 sites; return somebody who may see all of them.

    `after` is how many the studies before have.
    """
    from django.db import connection

    from participants import audit_triggers
    from participants.domain.roles import Role
    from tests.factories import make_site, make_staff, make_study

    study = make_study(code=f"BENCH{after}")
    sites = [make_site(study, code=f"B{number:02d}").pk for number in range(SITES)]
    reader = make_staff(Role.DATA_MANAGER, study=study)
    inventor = _Inventor(study, sites, after)
    audit_triggers.drop("default")
    for begin in range(after, after + participants, CHUNK):
        for number in range(begin, min(begin + CHUNK, after + participants)):
            inventor.invent(number)
        inventor.write(connection)
    audit_triggers.install("default")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return reader


class _Inventor:
    """Invents one participant after the other, and writes what it has of each table at once."""

    def __init__(self, study: Any, sites: list[int], after: int) -> None:
        from django.utils import timezone

        from followup.models import REMINDED_MODES, PlannedVisit
        from participants.models import ConsentVersion

        self.random = Random(SEED)  # noqa: S311 - data for a measurement, not a secret
        self.today = timezone.now().date() - timedelta(days=1)
        self.sites = sites
        self.consent = ConsentVersion.objects.get(study=study).pk
        planned = PlannedVisit.objects.filter(
            schedule__study=study, target_day__gte=0, mode__in=REMINDED_MODES
        ).order_by("position")
        columns = ("pk", "code", "mode", "target_day", "window_before_days", "window_after_days")
        self.planned = list(planned.values_list(*columns))[:: max(planned.count() // VISITS, 1)]
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.observations = after * MOST_OBSERVATIONS

    def invent(self, number: int) -> None:
        """Invent somebody: one in ten came no further than screening."""
        pk, random = number + 1, self.random
        zero = self.today - timedelta(days=random.randrange(5, LONGEST_DAYS))
        is_infused = number % 10 != 0
        phase = "follow_up" if is_infused else "screening"
        self._add("Participant", pk, f"B-{pk:08d}", self.sites[number % SITES], phase)
        self._add("CarTProduct", pk, "tisagenlecleucel" if number % 3 else "obecabtagene")
        self._add("Consent", pk, "permission", self.consent, zero - timedelta(days=40))
        self._steps(pk, zero, ("pre_screened", "screening"))
        if is_infused:
            self._steps(pk, zero, ("eligible", "enrolled", "infused"))
            self._add("Milestone", pk, "ld_start", zero - timedelta(days=6))
            self._add("Milestone", pk, "infusion", zero)
            self._add("Weight", pk, zero - timedelta(days=1), "24.5")
            self._bedside(pk, zero, triggered=random.random() < 0.75)
            self._outcome(pk, zero)

    def write(self, connection: Any) -> None:
        """Write what has been invented since the last time."""
        from django.apps import apps
        from django.db import transaction

        with transaction.atomic(), connection.cursor() as cursor:
            for label, given in COLUMNS.items():
                rows = self.rows.pop(label.split(".")[1], [])
                _insert(connection, cursor, apps.get_model(label), given, rows)

    def _add(self, model: str, *values: Any) -> None:
        self.rows[model].append(tuple(str(one) if isinstance(one, date) else one for one in values))

    def _steps(self, pk: int, zero: date, phases: tuple[str, ...]) -> None:
        for place, phase in enumerate(phases):
            self._add(
                "LifecycleStep", pk, phase, zero - timedelta(days=0 if phase == "infused" else 30), place
            )

    def _bedside(self, pk: int, zero: date, *, triggered: bool) -> None:
        worst = self.random.choices(range(5), (30, 30, 20, 13, 7))[0] if triggered else 0
        for day in (1, 3, 5, 7):
            hot = triggered and day == 3
            value = worst if day == 5 else worst // 2
            self._observe(pk, f"{zero + timedelta(days=day)} 08:00:00", "39.1" if hot else "37.2", value)
            if hot:
                self._observe(pk, f"{zero + timedelta(days=day)} 13:00:00", "39.2", value)
        if not triggered:
            return
        self._steps(pk, zero + timedelta(days=33), ("trigger_met",))
        hour = 14 + self.random.randrange(8)
        for place in range(3):
            at = f"{zero + timedelta(days=3 + place)} {hour}:00:00"
            schedule = "q6h" if worst > 2 and place else "q12h"
            self._add("AnakinraDose", pk, at, "given", "50", "24.5", str(zero), schedule)
        self._add("Milestone", pk, "anakinra_first", zero + timedelta(days=3))
        self._add("Milestone", pk, "anakinra_last", zero + timedelta(days=5))
        if worst > 2:
            self._add("Medication", pk, "Tocilizumab", zero + timedelta(days=5), True)  # noqa: FBT003

    def _observe(self, pk: int, at: str, celsius: str, grade: int) -> None:
        self.observations += 1
        self._add("Observation", self.observations, pk, at, celsius, "C")
        status = "graded" if grade else "no_crs"
        self._add("DerivedGrade", pk, "crs", self.observations, at, grade, status, "as invented", "bench")

    def _outcome(self, pk: int, zero: date) -> None:
        random, followed = self.random, (self.today - zero).days
        dies = int(random.expovariate(1 / 1800))
        end = min(dies, followed)
        for day in (28, 91, 182):
            if day <= end:
                self._add("Response", pk, zero + timedelta(days=day), "nr" if random.random() < 0.1 else "cr")
        relapse = int(random.expovariate(1 / 2500))
        if relapse < end:
            self._add("Relapse", pk, zero + timedelta(days=relapse), "marrow")
        if random.random() < 0.3 and end > 10:
            on = zero + timedelta(days=random.randrange(end))
            self._add("Infection", pk, on, "bacterial", "bloodstream", "moderate")
        if pk % 2:
            self._add("Deviation", pk, f"rule_{pk % 7}", f"bench:{pk}", "A departure")
        self._add(
            "LabResult", pk, "ferritin", "500", "ng/mL", f"{zero + timedelta(days=min(end, 14))} 08:00:00"
        )
        self._visits(pk, zero, end)
        if dies <= followed:
            self._add("Death", pk, zero + timedelta(days=dies))

    def _visits(self, pk: int, zero: date, end: int) -> None:
        for planned, code, mode, target, before, after in self.planned:
            on = zero + timedelta(days=target)
            outcome = ("attended" if self.random.random() < 0.9 else "") if target + after <= end else ""
            occurred = str(on + timedelta(days=self.random.randrange(after + 1))) if outcome else None
            self._add(
                "Visit", pk, planned, code, mode, on - timedelta(days=before), on,
                on + timedelta(days=after), outcome, occurred,
            )  # fmt: skip


def _insert(connection: Any, cursor: Any, model: Any, given: tuple[str, ...], rows: list[Row]) -> None:
    """Insert rows of a model; columns that are not given have the default of their field."""
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key and "id" not in given)]
    defaults = tuple(
        f.get_db_prep_save(f.get_default(), connection) for f in fields if f.attname not in given
    )
    names = [*given, *(f.column for f in fields if f.attname not in given)]
    columns = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608
        cursor.cursor.executemany(statement, [row + defaults for row in rows])
        return
    with cursor.cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row + defaults)
