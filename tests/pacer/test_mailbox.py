"""The catcher of a demo keeps mails as files and lets none go anywhere."""

import smtplib
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from pacer import processes

pytestmark = pytest.mark.once


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Return the port of a running catcher that keeps mails in tmp_path."""
    chosen = processes.free_port()
    options = ["--port", str(chosen), "--folder", str(tmp_path / "mails")]
    catcher = processes.start([sys.executable, "-m", "pacer.mailbox", *options])
    while processes.port_is_free(chosen):
        assert catcher.poll() is None
        time.sleep(0.05)
    yield chosen
    processes.stop(catcher)


def send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "pacer@example.org", "a@example.org", subject
    message.set_content("2 items need attention")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(message)


def test_catcher_keeps_each_mail_in_a_file_when_it_answers(port: int, tmp_path: Path) -> None:
    send(port, "first")
    send(port, "second")
    kept = [
        message_from_bytes(path.read_bytes())["Subject"] for path in sorted((tmp_path / "mails").iterdir())
    ]
    assert kept == ["first", "second"]


def test_catcher_listens_on_the_loopback_only(port: int) -> None:
    listening = Path("/proc/net/tcp").read_text()
    assert f"0100007F:{port:04X} 00000000:0000 0A" in listening
    assert f"00000000:{port:04X} 00000000:0000 0A" not in listening
