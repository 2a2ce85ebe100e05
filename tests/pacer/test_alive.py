"""The question that a container asks its own web server."""

import subprocess
import sys

import pytest

from pacer import processes
from tests.servers.installation import BASE_DIR, Installation, fetch

pytestmark = pytest.mark.once
PRODUCTION = {
    "PACER_ENVIRONMENT": "production",
    "SECRET_KEY": "known-to-everybody-and-used-by-a-test-alone-0123456789",
    "ALLOWED_HOSTS": "pacer.example.org,other.example.org",
    "DEFAULT_FROM_EMAIL": "pacer@example.org",
}


def ask(port: int, installation: Installation) -> int:
    command = [sys.executable, "-m", "pacer.alive", "--port", str(port)]
    environment = installation.environment | PRODUCTION
    return subprocess.run(command, env=environment, cwd=BASE_DIR, capture_output=True, check=False).returncode


def test_alive_when_production_serves_only_its_own_name(installation: Installation) -> None:
    address = installation.start_web(env=PRODUCTION)
    assert fetch(f"{address}/healthz")[0] >= 400  # asked as 127.0.0.1
    assert ask(int(address.rpartition(":")[2]), installation) == 0


def test_not_alive_when_nobody_listens(installation: Installation) -> None:
    assert ask(processes.free_port(), installation) != 0
