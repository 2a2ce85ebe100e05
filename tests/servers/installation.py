"""PACER itself as plain processes: commands, web server, worker and beat with an environment of their own."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pacer import processes
from pacer.processes import LOOPBACK, Program

BASE_DIR = Path(__file__).resolve().parents[2]
START_PATIENCE_SECONDS = 40


class Installation:
    """One installation: a database, a broker, a mail server, and the programs started on them.

    What its programs say is kept in `logs`, a file a program.
    """

    def __init__(self, *, database_url: str, broker_url: str, email_url: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pacer-installation-"))
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("PACER_", "COV_"))
        }
        self.environment = inherited | {
            "PACER_ENVIRONMENT": "demo",
            "PACER_VAR_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "pacer.settings",
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": broker_url,
            "EMAIL_URL": email_url,
            "REMINDER_CYCLE_SECONDS": "2",
        }
        self._programs: list[Program] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.remove()

    def spawn(self, *arguments: str, env: Mapping[str, str] | None = None) -> Program:
        """Start "manage.py <arguments>" and return at once."""
        return self._start("manage-" + arguments[0], [sys.executable, "manage.py", *arguments], env or {})

    def manage(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run "manage.py <arguments>" to its end and return what it said; AssertionError when it fails."""
        program = self.spawn(*arguments, env=env)
        code = program.wait()
        said = self.said(f"manage-{arguments[0]}")
        assert code == 0, f"manage.py {' '.join(arguments)} ended with {code}:\n{said}"
        return said

    def start_web(self, *, env: Mapping[str, str] | None = None) -> str:
        """Start the web server and return its address when it answers, be it with a refusal."""
        port = processes.free_port()
        address = f"http://{LOOPBACK}:{port}"
        command = [sys.executable, "-m", "gunicorn", "pacer.wsgi", "--bind", f"{LOOPBACK}:{port}"]
        web = self._start(
            "web", [*command, "--workers", "2", "--no-control-socket"], {"PUBLIC_URL": address, **(env or {})}
        )
        self.wait_until(lambda: fetch(f"{address}/healthz")[0] != 0, alive=web, what="the web server answers")
        return address

    def start_worker(self, *options: str, env: Mapping[str, str] | None = None) -> Program:
        """Start a Celery worker with two processes and return at once."""
        command = [sys.executable, "-m", "celery", "--app", "pacer", "worker", "--loglevel", "INFO"]
        return self._start("worker", [*command, "--concurrency", "2", *options], env or {})

    def start_beat(self, *options: str) -> Program:
        """Start Celery's clock and return at once."""
        command = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "pacer",
            "beat",
            "--loglevel",
            "INFO",
            "--pidfile=",
        ]
        return self._start("beat", [*command, *options], {})

    def said(self, name: str) -> str:
        """Return all that the programs of this name have said."""
        return (self.logs / f"{name}.log").read_text(errors="replace")

    def wait_until(
        self,
        is_so: Callable[[], bool],
        *,
        what: str,
        alive: Program | None = None,
        within_seconds: float = START_PATIENCE_SECONDS,
    ) -> None:
        """Return when `is_so`; AssertionError with all logs when it does not come, or `alive` has ended."""
        give_up_at = time.monotonic() + within_seconds
        while time.monotonic() < give_up_at and (alive is None or alive.poll() is None):
            if is_so():
                return
            time.sleep(0.1)
        logs = "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.logs.iterdir())
        )
        raise AssertionError(f"waited in vain until {what}\n{logs}")

    def remove(self) -> None:
        """Stop all programs and delete the folder."""
        processes.stop(*self._programs, patience_seconds=2)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Program:
        with (self.logs / f"{name}.log").open("ab") as log:
            program = processes.start(command, env=self.environment | dict(env), cwd=BASE_DIR, output=log)
        self._programs.append(program)
        return program


def fetch(address: str) -> tuple[int, str]:
    """Return code and body of a page; code 0 when nobody answers."""
    try:
        with urlopen(address, timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except (URLError, OSError):
        return 0, ""


Install = Callable[..., Installation]
