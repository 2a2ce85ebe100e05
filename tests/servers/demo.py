"""A whole demo as "make run" starts it, in a folder of its own."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pacer import processes
from pacer.processes import LOOPBACK, Program

PATIENCE_SECONDS = 180


class RunningDemo:
    """A demo in a folder of its own, as somebody started it."""

    def __init__(self, folder: Path, database: Path | None) -> None:
        """Start a demo on a copy of a database; None starts it with nothing."""
        self.port = processes.free_port()
        self.var, self.log = folder / "var", folder / "log"
        if database is not None:
            self.var.mkdir()
            shutil.copy(database, self.var / database.name)
        self.program = self.start()

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> Program:
        command = [sys.executable, "-m", "pacer.run", "--port", str(self.port), "--var", str(self.var)]
        with self.log.open("ab") as log:
            self.program = processes.start(command, output=log)
        return self.program

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_said(self, words: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said():
            assert self.program.poll() is None, self.said()
            assert time.monotonic() < give_up_at, self.said()
            time.sleep(0.1)

    def end(self, how: signal.Signals) -> int:
        self.program.send_signal(how)
        return self.program.wait(30)

    def destroy(self) -> None:
        """End whatever still runs, without the patience of an orderly end."""
        processes.kill(self.program)
        for pid in self.processes_of_it():
            os.kill(pid, signal.SIGKILL)

    def processes_of_it(self) -> dict[int, str]:
        """Return the command line of every living process that works in its folder, by process id."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (NotADirectoryError, FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if f"PACER_VAR_DIR={self.var}".encode() in environment.split(b"\0") and command:
                found[int(entry.name)] = command
        return found


@contextmanager
def running(folder: Path, database: Path | None) -> Iterator[RunningDemo]:
    started = RunningDemo(folder, database)
    try:
        started.wait_until_said("PACER runs at")
        yield started
    finally:
        started.destroy()
