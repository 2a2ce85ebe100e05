"""What "make run" promises: one address, one line when it cannot, nothing left behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pacer import processes
from pacer.processes import LOOPBACK
from tests.servers.demo import RunningDemo, running
from tests.servers.installation import BASE_DIR, fetch

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def small_trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of a demo with one participant, which is made in a moment."""
    var = tmp_path_factory.mktemp("seeded")
    environment = os.environ | {"PACER_VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "pacer.settings"}
    environment.pop("DATABASE_URL", None)
    for command in (["migrate", "--verbosity", "0"], ["seed_demo", "--participants", "1"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, cwd=BASE_DIR, check=True)
    return var / "pacer.sqlite3"


@pytest.fixture
def demo(tmp_path: Path, small_trial: Path) -> Iterator[RunningDemo]:
    """Return a demo that has said where it runs."""
    with running(tmp_path, small_trial) as started:
        yield started


def test_demo_is_ready_with_a_trial_when_it_starts_with_nothing(tmp_path: Path) -> None:
    with running(tmp_path, None) as demo:
        code, body = fetch(f"http://{LOOPBACK}:{demo.port}/readyz")
        assert (code, json.loads(body)["ready"]) == (200, True)
        assert "Sign in as" in demo.said()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_demo_leaves_no_process_when_it_is_ended(demo: RunningDemo, how: signal.Signals) -> None:
    assert len(demo.processes_of_it()) >= 4
    assert demo.end(how) == 0
    assert demo.processes_of_it() == {}


def test_demo_leaves_no_process_when_it_is_killed(demo: RunningDemo) -> None:
    demo.end(signal.SIGKILL)
    for _ in range(200):
        if not demo.processes_of_it():
            return
        time.sleep(0.1)
    raise AssertionError(demo.processes_of_it())


def test_demo_stops_and_says_which_when_a_program_dies(demo: RunningDemo) -> None:
    beat = next(pid for pid, command in demo.processes_of_it().items() if " beat " in command)
    os.kill(beat, signal.SIGKILL)
    assert demo.program.wait(30) == 1
    assert "The Celery beat ended by itself" in demo.said()
    assert demo.processes_of_it() == {}


def test_second_start_keeps_the_data(demo: RunningDemo) -> None:
    demo.end(signal.SIGINT)
    database = demo.var / "pacer.sqlite3"
    born = database.stat().st_ino
    demo.log.write_text("")
    demo.start()
    demo.wait_until_said("PACER runs at")
    assert database.stat().st_ino == born


def test_demo_refuses_a_second_one_in_the_same_folder(demo: RunningDemo, tmp_path: Path) -> None:
    second = processes.start(
        [sys.executable, "-m", "pacer.run", "--port", str(processes.free_port()), "--var", demo.var],
        output=(tmp_path / "second").open("wb"),
    )
    assert second.wait(30) == 1
    assert "it runs already" in (tmp_path / "second").read_text()


def test_demo_says_so_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as listener, (tmp_path / "log").open("wb") as log:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]
        program = processes.start(
            [sys.executable, "-m", "pacer.run", "--port", str(port), "--var", tmp_path / "var"], output=log
        )
        assert program.wait(30) == 1
    said = (tmp_path / "log").read_text()
    assert re.fullmatch(rf"PACER cannot start: port {port} is taken .* make run PORT={port + 1}\n", said)
