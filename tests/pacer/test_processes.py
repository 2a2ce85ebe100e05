"""No program outlives the one that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pacer import processes

pytestmark = pytest.mark.once
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
WITH_CHILD = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", {STUBBORN!r}]).pid, flush=True)
time.sleep(60)
"""
STARTER = """
import sys, time
from pacer import processes
print(processes.start([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


def first_line_of(log: Path) -> str:
    for _ in range(200):
        if "\n" in log.read_text():
            return log.read_text().splitlines()[0]
        time.sleep(0.05)
    raise AssertionError("the program said nothing")


def has_ended(pid: int) -> bool:
    """Say whether a process is gone or only waits to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def ends_soon(pid: int) -> bool:
    for _ in range(100):
        if has_ended(pid):
            return True
        time.sleep(0.05)
    return False


def test_stop_kills_a_program_that_will_not_end(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        program = processes.start([sys.executable, "-c", STUBBORN], output=log)
    first_line_of(tmp_path / "log")
    processes.stop(program, patience_seconds=0.2)
    assert program.returncode == -signal.SIGKILL


def test_stop_takes_the_children_along(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        program = processes.start([sys.executable, "-c", WITH_CHILD], output=log)
    child = int(first_line_of(tmp_path / "log"))
    processes.stop(program)
    assert ends_soon(child)


def test_program_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        program = subprocess.Popen([sys.executable, "-c", STARTER], stdout=log)
    started = int(first_line_of(tmp_path / "log"))
    program.kill()
    program.wait()
    assert ends_soon(started)


def test_port_is_not_free_while_somebody_listens() -> None:
    with socket.socket() as listener:
        listener.bind((processes.LOOPBACK, 0))
        listener.listen()
        assert not processes.port_is_free(listener.getsockname()[1])


def test_port_is_free_when_nobody_listens() -> None:
    assert processes.port_is_free(processes.free_port())


def test_program_of_another_user_has_no_rights_of_root(tmp_path: Path) -> None:
    user = "nobody" if os.geteuid() == 0 else None
    with (tmp_path / "log").open("wb") as log:
        program = processes.start(["id", "-G"], user=user, output=log)
    program.wait()
    assert "0" not in (tmp_path / "log").read_text().split()
