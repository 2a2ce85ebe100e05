"""A trial for each fault, on a database that was migrated once for all of them."""

from __future__ import annotations

from secrets import token_hex

import psycopg
import pytest

from tests.faults.trial import Trial
from tests.servers.installation import Install, Installation
from tests.servers.postgres import create_database
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture(scope="session")
def migrated_database(postgres_server_url: str) -> str:
    """Return the DATABASE_URL of a database with all tables, to be copied."""
    url = create_database(postgres_server_url)
    with Installation(database_url=url, broker_url="filesystem://", email_url="smtp://127.0.0.1:9") as making:
        making.manage("migrate", "--verbosity", "0")
    return url


@pytest.fixture
def trial(install: Install, migrated_database: str, valkey_url: str, smtp_sink: SmtpSink) -> Trial:
    """Return an installation with empty tables and no program running."""
    server, _, template = migrated_database.rpartition("/")
    name = f"pacer_{token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return Trial(install(database_url=f"{server}/{name}", broker_url=valkey_url), smtp_sink)
