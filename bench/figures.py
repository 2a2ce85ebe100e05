"""Measure the statements of each figure of the dashboards against the bare GROUP BY that each needs.

Run from the repository: python bench/figures.py [participants] [sqlite|postgresql]. Prints one JSON
object a figure. A figure drawn alone asks for its own rows and for what all figures share; each of these
statements is held against the plainest scans that could give its numbers: the same rows by participant (or
by code, or rule) without sites, members, data cut or text. Both are executed and fetched in turn in this
process; the ratio is that of the medians. The target is at most 1.3; the exit code is 1 when it is missed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import invented

TARGET = 1.3
ROUNDS = 7
Statement = tuple[str, Any]


def _first(table: str, column: str, where: str = "stands") -> str:
    condition = f" WHERE {where}" if where else ""
    return f'SELECT participant_id, MIN("{column}") FROM {table}{condition} GROUP BY participant_id'  # noqa: S608


def _last(table: str, column: str, where: str = "stands") -> str:
    return _first(table, column, where).replace("MIN", "MAX", 1)


# What `@local_day` stands for, the day at a site; SQLite knows no zones, only an offset.
LOCAL_DAY = {
    "sqlite": "DATE(at, '-21600 seconds')",
    "postgresql": "(at AT TIME ZONE 'America/Chicago')::date",
}

# What a statement reads, by the text that tells it from the others, and the scans that it needs.
BARE: dict[str, tuple[str, list[str]]] = {
    "people": (
        '"participants_participant"."id" AS "pk"',
        ["SELECT id, MIN(study_id), MIN(site_id), MIN(phase) FROM participants_participant GROUP BY id"],
    ),
    "dated": (
        "'steps'",
        [
            'SELECT participant_id, phase, MIN("on") FROM participants_lifecyclestep'
            " WHERE stands GROUP BY 1, 2",
            'SELECT participant_id, kind, MIN("on") FROM participants_milestone'
            " WHERE stands AND NOT is_planned GROUP BY 1, 2",
            'SELECT participant_id, response, "on", COUNT(*) FROM participants_response'
            " WHERE stands GROUP BY 1, 2, 3",
            _first("participants_milestone", "at", "stands AND NOT is_planned AND at IS NOT NULL"),
            _first("participants_anakinradose", "at", "stands AND state = 'given'"),
            _first("participants_death", "on"),
            _first("participants_offstudy", "on"),
            _first("participants_relapse", "on", "stands AND NOT is_mrd_only"),
            _first("participants_medication", "started_on", "stands AND is_rescue"),
            _first("participants_infection", "onset_on", "stands AND part_of_id IS NULL"),
        ],
    ),
    "contacts": (
        '"participants_weight"',
        [
            "SELECT id FROM participants_participant GROUP BY id",
            _last("participants_weight", "on"),
            _last("participants_consent", "signed_on"),
            _last("participants_infection", "onset_on"),
            _last("participants_adverseevent", "onset_on"),
            _last("followup_visit", "occurred_on", "occurred_on IS NOT NULL"),
            _last("followup_contactattempt", "tried_on", "result = 'reached'"),
            _last("participants_observation", "at"),
            _last("participants_neuroassessment", "at"),
            _last("participants_anakinradose", "at"),
            _last("participants_labresult", "at"),
            _last("participants_hospitalstay", "admitted_at"),
            _last("participants_hospitalstay", "discharged_at", "discharged_at IS NOT NULL"),
        ],
    ),
    "grades": (
        'MAX("participants_derivedgrade"."at")',
        [
            "SELECT participant_id, scale, value, MAX(at) FROM participants_derivedgrade"
            " WHERE stands GROUP BY 1, 2, 3",
        ],
    ),
    "dosing": (
        '"temperature_unit" AS "word"',
        [
            "SELECT participant_id, at, MAX(temperature) FROM participants_observation"
            " WHERE stands AND temperature > 38.5 GROUP BY 1, 2",
            "SELECT participant_id, schedule, MIN(at), SUM(dose_mg), COUNT(*) FROM participants_anakinradose"
            " WHERE stands GROUP BY 1, 2",
        ],
    ),
    "conduct": (
        "'serious'",
        [
            _first("participants_seriousevent", "site_aware_at"),
            "SELECT event_id, kind, MIN(sent_at) FROM participants_safetyreport WHERE stands GROUP BY 1, 2",
            _first("participants_query", "raised_at", ""),
            _first("participants_hospitalstay", "admitted_at"),
            "SELECT participant_id, rule, classification FROM participants_deviation",
            "SELECT participant_id, @local_day, COUNT(*) FROM participants_observation"
            " WHERE stands AND temperature IS NOT NULL GROUP BY 1, 2",
            "SELECT participant_id, @local_day, COUNT(*) FROM participants_derivedgrade"
            " WHERE stands AND scale = 'crs' AND value IS NOT NULL GROUP BY 1, 2",
        ],
    ),
    "visits": (
        '"followup_visit"."planned_visit_id" AS "planned_visit"',
        [
            "SELECT code, COUNT(*) FILTER (WHERE outcome IN ('attended', 'partial') AND occurred_on <="
            " CURRENT_DATE), COUNT(*) FILTER (WHERE outcome IN ('attended', 'partial') AND occurred_on <="
            " CURRENT_DATE AND occurred_on BETWEEN opens_on AND closes_on), COUNT(*) FILTER (WHERE outcome ="
            " 'missed' AND opens_on <= CURRENT_DATE AND recorded_at IS NOT NULL), COUNT(*) FILTER (WHERE"
            " (outcome = '' OR outcome = 'missed' AND recorded_at IS NULL) AND closes_on < CURRENT_DATE"
            " AND NOT is_projected) FROM followup_visit GROUP BY code",
        ],
    ),
    "assessments": (
        '"followup_visit"."planned_visit_id" AS "planned_visit__pk"',
        [
            "SELECT v.planned_visit_id, COUNT(*) FILTER (WHERE a.state IN ('done', 'not_done')), COUNT(*)"
            " FILTER (WHERE a.state = 'done') FROM followup_visit v LEFT JOIN followup_visitassessment a"
            " ON a.visit_id = v.id WHERE v.outcome IN ('attended', 'partial')"
            " AND v.occurred_on <= CURRENT_DATE GROUP BY 1",
        ],
    ),
}


def milliseconds(statement: Statement) -> float:
    """Return how long it takes to execute a statement and to fetch its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.cursor.execute(*statement)
        cursor.cursor.fetchall()
        return 1000 * (time.perf_counter() - start)


def asked(draw: Callable[[Any], object], frame: Any) -> dict[str, Statement]:
    """Return the statements that a figure asks when it is drawn alone, by what they read."""
    from django.db import connection

    found: dict[str, Statement] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        whole = f"{sql} {params}"
        for name, (mark, _) in BARE.items():
            if mark in whole:
                found[name] = (sql.replace("%s", "?") if connection.vendor == "sqlite" else sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        draw(frame)
    return found


def measure(statements: dict[str, Statement]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the median times of the statements and of their bare scans, taken in turn."""
    from django.db import connection

    scans = {
        name: [(scan.replace("@local_day", LOCAL_DAY[connection.vendor]), ()) for scan in BARE[name][1]]
        for name in statements
    }
    times: dict[str, list[float]] = {name: [] for name in statements}
    bare: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(ROUNDS):
        for name, statement in statements.items():
            bare[name].append(sum(milliseconds(scan) for scan in scans[name]))
            times[name].append(milliseconds(statement))
    return (
        {name: median(found) for name, found in times.items()},
        {name: median(found) for name, found in bare.items()},
    )


def main() -> None:
    """Measure, print, and leave with 1 when the target is missed."""
    participants = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    engine = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with invented.database(engine):
        reader = invented.fill(participants)
        from django.utils import timezone

        from followup.dashboards.choice import Choice
        from followup.dashboards.page import FIGURES
        from followup.dashboards.reading.frame import Frame

        def frame() -> Frame:
            return Frame(reader, Choice(), timezone.now())

        by_figure = {key: asked(draw, frame()) for key, draw in FIGURES.items()}
        times, bare = measure({name: one for found in by_figure.values() for name, one in found.items()})
        missed = False
        for name in times:
            answer = {"read": name, "ms": round(times[name], 1), "bare_ms": round(bare[name], 1)}
            print(json.dumps({**answer, "ratio": round(times[name] / bare[name], 2)}))
        for key, found in by_figure.items():
            ratio = sum(times[name] for name in found) / sum(bare[name] for name in found)
            missed |= ratio > TARGET
            print(json.dumps({"figure": key, "reads": list(found), "ratio": round(ratio, 2)}))
        print(json.dumps({"participants": participants, "engine": engine, "target": TARGET}))
    sys.exit(missed)


if __name__ == "__main__":
    main()
