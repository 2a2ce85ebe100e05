"""Run a demo on this machine: web, worker, beat and a catcher for the mails.

    python -m pacer.run --port 8000

Everything it writes is in var/; what it started ends with it.
"""

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from pacer import processes
from pacer.processes import LOOPBACK, Program

BASE_DIR = Path(__file__).resolve().parent.parent
START_PATIENCE_SECONDS = 60
LOOK_EVERY_SECONDS = 0.2


class CannotRun(Exception):
    """A sentence for the person who typed "make run"."""


@dataclass(frozen=True)
class Demo:
    """Where one demo listens and keeps its files."""

    port: int
    mail_port: int
    var_dir: Path

    @property
    def address(self) -> str:
        """Where the demo answers."""
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the settings of a demo."""
        return {
            "PACER_ENVIRONMENT": "demo",
            "PACER_VAR_DIR": str(self.var_dir),
            "EMAIL_URL": f"smtp://{LOOPBACK}:{self.mail_port}",
            # With a host, of which files have no use, because Celery warns of every address without one.
            "CELERY_BROKER_URL": "filesystem://localhost//",
            # Whoever tries a demo should not wait a minute for a mail.
            "REMINDER_CYCLE_SECONDS": "10",
            "PUBLIC_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "pacer.settings",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            # A demo in a container runs as root, and Celery says at length that a real worker should not.
            "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",
            "PYTHONUNBUFFERED": "1",
        }

    def programs(self) -> dict[str, list[str]]:
        """Return the command of each program by the name a person knows it by."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "--quiet", "--app", "pacer"]
        mailbox = str(self.var_dir / "mailbox")
        # One process each: SQLite has one writer, and a demo one visitor.
        quiet = ["--loglevel", "WARNING"]
        alone = ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        web = [
            "--bind",
            f"{LOOPBACK}:{self.port}",
            "--workers",
            "2",
            "--no-control-socket",
            "--log-level",
            "warning",
        ]
        return {
            "mail catcher": [*python, "pacer.mailbox", "--port", str(self.mail_port), "--folder", mailbox],
            "web server": [*python, "gunicorn", "pacer.wsgi", *web],
            "Celery worker": [*celery, "worker", *quiet, *alone],
            "Celery beat": [*celery, "beat", *quiet, "--pidfile="],
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the database, start the programs, watch them, end them; return the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--var", type=Path, default=BASE_DIR / "var", help="the folder of its database and mails"
    )
    chosen = parser.parse_args(arguments)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end_by_signal)
    try:
        with _alone_in(chosen.var):
            return _run(_demo_on(chosen.port, chosen.var.resolve()))
    except CannotRun as refusal:
        print(f"PACER cannot start: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("PACER has ended. Its data is kept: 'make run' goes on where it was.")
        return 0


def _run(demo: Demo) -> int:
    print("Preparing the database (the first time with an invented trial: half a minute) ...", flush=True)
    # What the shell says about a real installation must not reach a demo, or its invented people would.
    for name in ("DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY"):
        os.environ.pop(name, None)
    os.environ.update(demo.environment())
    how_to_sign_in = _prepare(demo.var_dir)
    running: dict[str, Program] = {}
    try:
        for name, command in demo.programs().items():
            running[name] = processes.start(command, cwd=BASE_DIR)
        _wait_until_served(demo, running)
        _remind_once()
        print(f"\nPACER runs at {demo.address}  (Ctrl-C ends it)\n\n{how_to_sign_in}", flush=True)
        name, code = _first_to_end(running)
    finally:
        _stop_all(running)
    print(f"The {name} ended by itself (exit code {code}), so PACER stopped the rest too.", file=sys.stderr)
    return 1


def _prepare(var_dir: Path) -> str:
    """Bring the database up to date and load the demo trial into an empty one; return how to sign in."""
    import django
    from django.core.management import call_command
    from django.db import connections

    (var_dir / "static").mkdir(exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0)
    said = StringIO()
    call_command("seed_demo", if_empty=True, stdout=said)
    connections.close_all()
    return said.getvalue()


def _remind_once() -> None:
    """Run the first cycle at once: the clock rings only after a minute."""
    from django.db import connections
    from django.utils import timezone

    from followup.cycle import run_cycle

    run_cycle(now=timezone.now())
    connections.close_all()


def _demo_on(port: int, var_dir: Path) -> Demo:
    if not 1 <= port <= 65535:
        raise CannotRun(f"a port is a number from 1 to 65535, not {port}.")
    if not processes.port_is_free(port):
        raise CannotRun(f"port {port} is taken by another program. Choose another: make run PORT={port + 1}")
    return Demo(port=port, mail_port=processes.free_port(), var_dir=var_dir)


@contextmanager
def _alone_in(var_dir: Path) -> Iterator[None]:
    """Keep a second demo off the same files: two beats and two catchers would share one mailbox."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"it runs already with the files in {var_dir}.") from None
        yield


def _wait_until_served(demo: Demo, running: Mapping[str, Program]) -> None:
    give_up_at = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        for name, program in running.items():
            if program.poll() is not None:
                raise CannotRun(
                    f"the {name} ended at once (exit code {program.returncode}); the reason is above."
                )
        if _answers(f"http://{LOOPBACK}:{demo.port}/healthz"):
            return
        time.sleep(LOOK_EVERY_SECONDS)
    raise CannotRun(f"the web server did not answer within {START_PATIENCE_SECONDS} seconds.")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - the address is built here, on the loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _first_to_end(running: Mapping[str, Program]) -> tuple[str, int]:
    """Wait for the first program that ends by itself; return its name and exit code."""
    while True:
        for name, program in running.items():
            code = program.poll()
            if code is not None:
                return name, code
        time.sleep(LOOK_EVERY_SECONDS)


def _stop_all(running: Mapping[str, Program]) -> None:
    print("\nStopping ...", flush=True)
    # A second Ctrl-C must not leave half of them running.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)
    processes.stop(*running.values())


def _end_by_signal(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
