"""The conversation with a mail server, and what is known when it breaks off."""

from __future__ import annotations

import ssl
import subprocess
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from followup.domain.delivery import Result
from followup.transports import NoServer, Transport, Try, _quoted
from tests.servers.smtp_sink import Fault, SmtpSink

pytestmark = pytest.mark.once


def letter(text: str = "2 items need attention\n") -> EmailMessage:
    message = EmailMessage()
    message["To"], message["Message-ID"] = "coordinator@example.org", "<1@example.org>"
    message.set_content(text)
    return message


def to(sink: SmtpSink, **options: object) -> Transport:
    return Transport("127.0.0.1", sink.port, command_seconds=1, **options)  # type: ignore[arg-type]


def send(
    transport: Transport, message: EmailMessage | None = None, *, pause: float = 0, go_on: bool = True
) -> Try:
    """Send one message, waiting a little when all but the final dot is with the server."""

    def before_dot() -> bool:
        time.sleep(pause)
        return go_on

    if not transport.is_open:
        transport.open()
    return transport.send(
        message or letter(),
        sender="pacer@example.org",
        recipient="coordinator@example.org",
        before_dot=before_dot,
    )


@pytest.mark.parametrize(
    ("fault", "expected", "kept"),
    [
        (Fault.REFUSE_RCPT_451, Try(Result.DEFERRED, "rcpt", 451), 0),
        (Fault.REFUSE_RCPT_550, Try(Result.REFUSED, "rcpt", 550), 0),
        (Fault.SILENT_AT_DATA, Try(Result.DEFERRED, "data"), 0),
        (Fault.REFUSE_DATA_451, Try(Result.DEFERRED, "dot", 451), 0),
        (Fault.REFUSE_DATA_554, Try(Result.REFUSED, "dot", 554), 0),
        (Fault.DROP_AFTER_DOT, Try(Result.UNKNOWN, "dot"), 1),
        (Fault.SILENT_AFTER_DOT, Try(Result.UNKNOWN, "dot"), 1),
    ],
)
def test_a_try_says_how_far_it_came(smtp_sink: SmtpSink, fault: Fault, expected: Try, kept: int) -> None:
    smtp_sink.fail(fault)
    assert send(to(smtp_sink)) == expected
    assert len(smtp_sink.kept) == kept


def test_a_connection_found_cut_before_the_dot_was_certainly_not_handed_over(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail(Fault.DROP_BEFORE_DOT)
    assert send(to(smtp_sink), pause=0.3) == Try(Result.DEFERRED, "data")


def test_nothing_is_handed_over_when_the_lease_is_lost_before_the_dot(smtp_sink: SmtpSink) -> None:
    transport = to(smtp_sink)
    assert send(transport, go_on=False).result is Result.NOT_OURS
    assert not transport.is_open
    time.sleep(0.1)
    assert smtp_sink.kept == []


@pytest.mark.parametrize("fault", [Fault.REFUSE_RCPT_550, Fault.REFUSE_DATA_451])
def test_the_connection_is_used_again_after_a_refusal(smtp_sink: SmtpSink, fault: Fault) -> None:
    smtp_sink.fail(fault)
    transport = to(smtp_sink)
    send(transport)
    assert transport.is_open
    assert send(transport) == Try(Result.ACCEPTED, "dot", 250)


def test_a_broken_connection_is_closed(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail(Fault.DROP_AFTER_DOT)
    transport = to(smtp_sink)
    send(transport)
    assert not transport.is_open


def test_lines_that_begin_with_a_dot_arrive_as_they_were(smtp_sink: SmtpSink) -> None:
    text = ".\n..two\nthree\n.\n"
    send(to(smtp_sink), letter(text))
    assert smtp_sink.kept[0].message.get_content().replace("\r\n", "\n") == text


def test_a_message_travels_in_lines_and_without_the_final_dot() -> None:
    raw = _quoted(letter(".hidden\n"))
    assert raw.endswith(b"\r\n..hidden\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_server_that_is_down_cannot_be_opened(smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    with pytest.raises(NoServer, match="ConnectionRefusedError"):
        to(smtp_sink).open()


def test_encryption_that_is_not_offered_is_missed(smtp_sink: SmtpSink) -> None:
    with pytest.raises(NoServer, match="SMTPNotSupportedError"):
        to(smtp_sink, starttls=True).open()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate that only who is given it trusts."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run(
        [*command, *names, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True
    )
    with path.open("a") as both:
        both.write(Path(f"{path}.crt").read_text())
    return path


def tls_sink(certificate: Path) -> SmtpSink:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return SmtpSink(tls=context)


def test_a_certificate_that_nobody_vouches_for_stops_everything(certificate: Path) -> None:
    with tls_sink(certificate) as sink, pytest.raises(NoServer, match="SSLCertVerificationError"):
        to(sink, starttls=True).open()


def test_a_certificate_that_is_vouched_for_lets_mails_leave(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
    with tls_sink(certificate) as sink:
        assert send(to(sink, starttls=True, needs_tls=True, tls=trusting)).result is Result.ACCEPTED


def test_a_production_server_without_encryption_is_not_used(smtp_sink: SmtpSink) -> None:
    with pytest.raises(NoServer, match="without encryption"):
        to(smtp_sink, needs_tls=True).open()
