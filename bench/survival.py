"""Measure a survival curve of a million participants against the scan that counts them by day.

Run from the repository: python bench/survival.py [participants]. Prints one JSON object; `ratio` is
scan and curve together over the scan alone, both measured in turn in this process on SQLite. The
target is at most 1.3.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from participants.domain.life_table import from_counts
from participants.domain.survival import SurvivalCurve, kaplan_meier

TARGET = 1.3
ROUNDS = 7
BY_DAY = "SELECT day, SUM(died), SUM(1 - died) FROM followed GROUP BY day"

Counts = list[tuple[float, int, int]]


def filled(participants: int) -> sqlite3.Connection:
    """Return a database of participants with a last day and whether they died on it.

    The index covers the scan: the fastest scan is the hardest to keep up with.
    """
    random = Random(20260101)  # noqa: S311 - data for a measurement, not a secret
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE followed (id INTEGER PRIMARY KEY, day INTEGER, died INTEGER)")
    database.executemany(
        "INSERT INTO followed (day, died) VALUES (?, ?)",
        ((int(random.expovariate(1 / 400)), random.random() < 0.4) for _ in range(participants)),
    )
    database.execute("CREATE INDEX followed_by_day ON followed (day, died)")
    return database


def scan(database: sqlite3.Connection) -> Counts:
    """Return the counts by day."""
    return database.execute(BY_DAY).fetchall()


def curve(database: sqlite3.Connection) -> SurvivalCurve:
    """Return the curve with its bands, from the scan to the median."""
    found = kaplan_meier(from_counts(scan(database)))
    assert found.median is not None  # noqa: S101 - the median is part of what is measured
    return found


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one run of the work takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure, print, and leave with 1 when the target is missed."""
    participants = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    database = filled(participants)
    scans, curves = [], []
    for _ in range(ROUNDS):
        scans.append(milliseconds(lambda: scan(database)))
        curves.append(milliseconds(lambda: curve(database)))
    ratio = median(curves) / median(scans)
    answer = {
        "participants": participants,
        "days": len(scan(database)),
        "scan_ms": round(median(scans), 2),
        "curve_ms": round(median(curves), 2),
        "ratio": round(ratio, 3),
        "target": TARGET,
    }
    print(json.dumps(answer))
    sys.exit(ratio > TARGET)


if __name__ == "__main__":
    main()
