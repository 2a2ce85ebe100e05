"""What the web server has loaded before anybody asks for a page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pacer.settings import BASE_DIR

# Loaded by the functions that need them, so that commands start quickly: a page would wait for it.
LATE = ["scipy.stats", "participants.views.bedside", "followup.views.dashboards"]


@pytest.mark.once
def test_first_page_waits_for_no_library(tmp_path: Path) -> None:
    found = "import sys, pacer.wsgi; print([name for name in sys.argv[1:] if name not in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", found, *LATE],
        cwd=BASE_DIR, env={"PACER_VAR_DIR": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"
