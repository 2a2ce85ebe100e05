"""Fixtures for all tests: real servers, PACER as processes, and the browser."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.servers import browser
from tests.servers.installation import Install, Installation
from tests.servers.postgres import PostgresServer, create_database
from tests.servers.smtp_sink import SmtpSink
from tests.servers.valkey import ValkeyServer

# No deadline: how long one example takes says nothing on a machine that does other work too.
hypothesis.settings.register_profile("pacer", deadline=None, print_blob=True)
hypothesis.settings.load_profile("pacer")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the journeys out where there is no browser, and say so; with CI set they fail instead."""
    if browser.find() is not None or os.environ.get("CI"):
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("browser")])
    items[:] = [item for item in items if not item.get_closest_marker("browser")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested."""
    if browser.find() is None:
        terminalreporter.write_line(f"WARNING: {browser.HOW_TO_GET}", red=True, bold=True)


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """Return the DATABASE_URL of a PostgreSQL server for all tests.

    PACER_TEST_POSTGRES names one that several test processes share; else one is started.
    """
    shared = os.environ.get("PACER_TEST_POSTGRES")
    if shared:
        yield shared
        return
    with PostgresServer() as server:
        yield server.url()


@pytest.fixture
def postgres_url(postgres_server_url: str) -> str:
    """Return the DATABASE_URL of an empty PostgreSQL database."""
    return create_database(postgres_server_url)


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """Return a PostgreSQL server of the test's own, to be stopped and started again."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """Return an empty Valkey server, to be stopped, started again and emptied."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def valkey_url(valkey: ValkeyServer) -> str:
    """Return the CELERY_BROKER_URL of an empty Valkey server."""
    return valkey.url


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """Return a mail server that keeps what it gets and fails as it is told."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def install(smtp_sink: SmtpSink) -> Iterator[Install]:
    """Return a function that prepares PACER on given servers; its programs end with the test."""
    prepared: list[Installation] = []

    def prepare(*, database_url: str, broker_url: str = "filesystem://") -> Installation:
        installation = Installation(database_url=database_url, broker_url=broker_url, email_url=smtp_sink.url)
        prepared.append(installation)
        return installation

    yield prepare
    for installation in prepared:
        installation.remove()


@pytest.fixture(scope="session")
def tables_url(postgres_server_url: str) -> str:
    """Return the DATABASE_URL of a PostgreSQL database with PACER's tables, to be copied and never used."""
    url = create_database(postgres_server_url)
    with Installation(
        database_url=url, broker_url="filesystem://", email_url="smtp://localhost:9"
    ) as prepared:
        prepared.manage("migrate", "--verbosity", "0")
    return url


@pytest.fixture
def installation(
    install: Install, postgres_server_url: str, tables_url: str, valkey_url: str
) -> Installation:
    """Return PACER on PostgreSQL and Valkey with its tables made and no program running."""
    own = create_database(postgres_server_url, copy_of=tables_url)
    return install(database_url=own, broker_url=valkey_url)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser of this machine; root, as in a container, has no sandbox."""
    if browser.find() is None:
        pytest.fail(browser.HOW_TO_GET)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {
        "executable_path": browser.find(),
        "args": [*sandbox, "--disable-dev-shm-usage"],
    }
