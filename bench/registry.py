"""Measure the dashboards of a very large registry against those of a small one.

Run from the repository: python bench/registry.py [large] [small] [sqlite|postgresql]. The small registry is
opened alone at first (`alone_ms`); then the large one is invented beside it, as a second study of the same
database, and both are opened in turn in this process. The small one is read live, the large one from standing
figures that the task drew before (`drawn_s`: how long that took). Prints one JSON object; `ratio` is that of
the large one to the small one alone, both medians, its target at most 2. The exit code is 1 when missed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import invented

TARGET = 2.0
ROUNDS = 9


def milliseconds(browser: Any) -> float:
    """Return how long the page takes in this process, from the request to the answer."""
    start = time.perf_counter()
    assert browser.get("/dashboards/").status_code == 200  # noqa: S101 - another page is none
    return 1000 * (time.perf_counter() - start)


def browser_of(person: Any) -> Any:
    """Return a browser in which somebody has signed in."""
    from django.test import Client

    browser = Client()
    browser.force_login(person)
    return browser


def main() -> None:
    """Measure, print, and leave with 1 when the target is missed."""
    numbers = [int(text) for text in sys.argv[1:3]]
    most, fewest = numbers if len(numbers) == 2 else (1_000_000, 1_000)
    engine = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
    with invented.database(engine):
        from django.conf import settings
        from django.utils import timezone

        from followup.actions.standing import refresh_figures

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STANDING_FIGURES_FROM = settings.AWAITED_FIGURES_FROM = fewest + 1
        reader = invented.fill(fewest)
        small = browser_of(reader)
        milliseconds(small)
        alone = median(milliseconds(small) for _ in range(ROUNDS))
        large = browser_of(invented.fill(most, after=fewest))
        milliseconds(large)
        start = time.perf_counter()
        assert refresh_figures(now=timezone.now()) == 1  # noqa: S101 - the page that was asked for
        drawn = time.perf_counter() - start
        # A million are not invented within the time after which a sign-in ends.
        small = browser_of(reader)
        times = [(milliseconds(large), milliseconds(small)) for _ in range(ROUNDS)]
        page_large, page_small = (median(column) for column in zip(*times, strict=True))
        answer = {
            "engine": engine, "participants": [most, fewest], "drawn_s": round(drawn, 1),
            "large_ms": round(page_large, 1), "small_ms": round(page_small, 1), "alone_ms": round(alone, 1),
            "ratio": round(page_large / alone, 3), "target": TARGET,
        }  # fmt: skip
        print(json.dumps(answer))
    sys.exit(page_large / alone > TARGET)


if __name__ == "__main__":
    main()
