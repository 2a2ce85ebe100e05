"""Run every test twice: on a real PostgreSQL, then on SQLite, where those that need only one run join in.

    python -m tests.suite [options of pytest]

Exits with 0 only when both runs did.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tests.servers import browser
from tests.servers.postgres import PostgresServer

WORKERS = os.environ.get("PYTEST_WORKERS", "2")


def main(options: Sequence[str]) -> int:
    """Run both and return the exit code."""
    with PostgresServer() as postgres:
        shared = {**os.environ, "PACER_TEST_POSTGRES": postgres.url()}
        print("=== Tests on PostgreSQL", flush=True)
        on_postgres = _pytest(
            ["-m", "not once and not browser", *options], {**shared, "DATABASE_URL": postgres.url()}
        )
        print("=== Tests on SQLite, in a browser, and of whole installations", flush=True)
        shared.pop("DATABASE_URL", None)
        on_sqlite = _pytest(options, shared)
    if on_postgres:
        print("The tests on PostgreSQL FAILED: see the first of the two summaries.", file=sys.stderr)
    if browser.find() is None:
        print(f"WARNING: {browser.HOW_TO_GET}", file=sys.stderr)
    return on_postgres or on_sqlite


def _pytest(options: Sequence[str], environment: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--numprocesses", WORKERS, *options]
    return subprocess.run(command, env=dict(environment), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
