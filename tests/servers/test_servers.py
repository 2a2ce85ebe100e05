"""The servers of the tests do what the tests believe of them."""

import shutil
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from tests.servers.postgres import PostgresServer, create_database
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.servers.valkey import ValkeyServer

pytestmark = pytest.mark.once


def letter(to: str = "coordinator@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "pacer@example.org", to, "<1@example.org>"
    message.set_content("2 items need attention")
    return message


@pytest.fixture
def client(smtp_sink: SmtpSink) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", smtp_sink.port, timeout=2) as connected:
        yield connected


def test_postgres_forgets_nothing_when_stopped_and_started(postgres: PostgresServer) -> None:
    url = create_database(postgres.url())
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    postgres.stop()
    postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_valkey_forgets_everything_when_stopped_and_started(valkey: ValkeyServer) -> None:
    valkey.client().set("key", "value")
    valkey.stop()
    valkey.start()
    assert valkey.client().get("key") is None


def test_servers_end_when_their_starter_is_killed() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert starter.stdout is not None
    url, folder = starter.stdout.readline().split()
    starter.kill()
    starter.wait()
    assert_refuses(url)
    while Path(folder).exists():  # it still tidies up as it ends
        shutil.rmtree(folder, ignore_errors=True)


STARTER = """
import time
from tests.servers.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server.url(), server.folder, flush=True)
time.sleep(60)
"""


def assert_refuses(url: str) -> None:
    for _ in range(50):
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.1)
    raise AssertionError("the server lives on")


def test_sink_keeps_a_mail_as_it_came(smtp_sink: SmtpSink, client: smtplib.SMTP) -> None:
    client.send_message(letter())
    (mail,) = smtp_sink.wait_for(1)
    assert (mail.recipients, mail.message_id) == (("coordinator@example.org",), "<1@example.org>")


@pytest.mark.parametrize(("fault", "code"), [(Fault.REFUSE_RCPT_451, 451), (Fault.REFUSE_RCPT_550, 550)])
def test_sink_refuses_a_recipient_when_told(
    smtp_sink: SmtpSink, client: smtplib.SMTP, fault: Fault, code: int
) -> None:
    smtp_sink.fail(fault)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        client.send_message(letter())
    assert refusal.value.recipients["coordinator@example.org"][0] == code
    client.send_message(letter())
    assert len(smtp_sink.wait_for(1)) == 1


def test_sink_refuses_only_the_recipient_it_was_told(smtp_sink: SmtpSink, client: smtplib.SMTP) -> None:
    smtp_sink.fail(Fault.REFUSE_RCPT_550, times=float("inf"), recipient="gone@example.org")
    client.send_message(letter())
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(letter("gone@example.org"))


@pytest.mark.parametrize(("fault", "code"), [(Fault.REFUSE_DATA_451, 451), (Fault.REFUSE_DATA_554, 554)])
def test_sink_keeps_nothing_when_it_refuses_the_text(
    smtp_sink: SmtpSink, client: smtplib.SMTP, fault: Fault, code: int
) -> None:
    smtp_sink.fail(fault)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(letter())
    assert (refusal.value.smtp_code, smtp_sink.kept) == (code, [])


@pytest.mark.parametrize(("fault", "kept"), [(Fault.DROP_BEFORE_DOT, 0), (Fault.DROP_AFTER_DOT, 1)])
def test_sink_cuts_the_connection_when_told(
    smtp_sink: SmtpSink, client: smtplib.SMTP, fault: Fault, kept: int
) -> None:
    smtp_sink.fail(fault)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        client.send_message(letter())
    smtp_sink.wait_until_reached(fault)
    assert len(smtp_sink.kept) == kept


@pytest.mark.parametrize(("fault", "kept"), [(Fault.SILENT_AT_DATA, 0), (Fault.SILENT_AFTER_DOT, 1)])
def test_sink_stays_silent_when_told(
    smtp_sink: SmtpSink, client: smtplib.SMTP, fault: Fault, kept: int
) -> None:
    smtp_sink.fail(fault)
    assert client.sock is not None
    client.sock.settimeout(0.5)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        client.send_message(letter())
    assert len(smtp_sink.kept) == kept


def test_sink_does_not_greet_when_told(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail(Fault.SILENT_AT_CONNECT)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        smtplib.SMTP("127.0.0.1", smtp_sink.port, timeout=0.5)


def test_sink_refuses_connections_while_stopped(smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", smtp_sink.port, timeout=2)
    smtp_sink.start()
    with smtplib.SMTP("127.0.0.1", smtp_sink.port, timeout=2) as client:
        client.send_message(letter())
    assert len(smtp_sink.kept) == 1
