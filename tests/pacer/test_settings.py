"""What a production installation must say before anything of it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pacer.settings import BASE_DIR

pytestmark = pytest.mark.once

NEEDED = {
    "SECRET_KEY": "known-to-everybody-and-used-by-a-test-alone-0123456789",
    "ALLOWED_HOSTS": "pacer.example.org",
    "PUBLIC_URL": "https://pacer.example.org",
    "DATABASE_URL": "postgres://pacer@db.example.org/pacer",
    "CELERY_BROKER_URL": "redis://broker.example.org/0",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "pacer@example.org",
}


def start(folder: Path, said: dict[str, str]) -> subprocess.CompletedProcess[str]:
    mode = {"PACER_ENVIRONMENT": "production", "PACER_VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", "import pacer.settings"]
    return subprocess.run(command, cwd=BASE_DIR, env=mode | said, capture_output=True, text=True, check=False)


def test_production_starts_when_all_that_it_needs_is_said(tmp_path: Path) -> None:
    assert start(tmp_path, NEEDED).returncode == 0


@pytest.mark.parametrize("lacking", NEEDED)
def test_production_does_not_start_without_what_it_needs(tmp_path: Path, lacking: str) -> None:
    ended = start(tmp_path, {name: value for name, value in NEEDED.items() if name != lacking})
    assert ended.returncode != 0
    assert lacking in ended.stderr
