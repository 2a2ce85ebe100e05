"""Find the browser that the journeys use."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = "no Chromium on this machine: the journeys in a browser were NOT run (apt-get install chromium)"


def find() -> str | None:
    """Return the path of an installed Chromium or Chrome; None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
