"""One conversation with a mail server, in phases, with a time limit on every command.

The standard library's sendmail() says "done" or "failed". What matters here lies between: whether
the final dot had been sent when the conversation broke off.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from select import select
from time import monotonic

from django.conf import settings

from followup.domain.delivery import Result
from followup.models import AttemptPhase

TRY_SECONDS = 60.0
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
CLOSING = 421


class NoServer(Exception):
    """The mail server cannot be used at all; the sentence is for a person."""


class _LostLease(Exception):
    """Between claim and final dot the reminder went to somebody else."""


@dataclass(frozen=True)
class Try:
    """How one try ended: the result, how far it came, and the server's last code, None without one."""

    result: Result
    phase: str
    code: int | None = None


@dataclass
class Transport:
    """A mail server and at most one open connection to it.

    `command_seconds` limits each command, `try_seconds` a whole try. With `needs_tls` nothing is
    sent over a connection that is not encrypted to a server with a valid certificate.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    implicit_tls: bool = False
    needs_tls: bool = False
    command_seconds: float = 15.0
    try_seconds: float = TRY_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    _server: smtplib.SMTP | None = field(default=None, init=False, repr=False)

    @classmethod
    def from_settings(cls) -> Transport:
        """Return the mail server that the settings name."""
        return cls(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            user=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            starttls=settings.EMAIL_USE_TLS,
            implicit_tls=settings.EMAIL_USE_SSL,
            needs_tls=settings.IS_PRODUCTION and settings.EMAIL_HOST not in LOCAL_HOSTS,
            command_seconds=settings.EMAIL_TIMEOUT,
        )

    @property
    def is_open(self) -> bool:
        """Say whether there is a connection; whether it still lives shows when it is used."""
        return self._server is not None

    def open(self) -> None:
        """Connect, encrypt where told to, and sign in; raises NoServer."""
        self.close()
        if self.needs_tls and not (self.starttls or self.implicit_tls):
            raise NoServer("The mail server is set up without encryption: use smtp+tls or smtp+ssl.")
        try:
            self._server = self._connect()
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            raise NoServer(f"The mail server cannot be used ({type(fault).__name__}).") from fault

    def _connect(self) -> smtplib.SMTP:
        # Ten steps at most, so that connecting as a whole stays below the limit of a try.
        limit = min(self.command_seconds, self.try_seconds / 10)
        server: smtplib.SMTP
        if self.implicit_tls:
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=limit, context=self.tls)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=limit)
        # Kept before anything else is asked, so that a refusal closes it.
        self._server = server
        server.ehlo_or_helo_if_needed()
        if self.starttls:
            server.starttls(context=self.tls)
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)
        return server

    def close(self) -> None:
        """End the connection without waiting for an answer."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def send(
        self, message: EmailMessage, *, sender: str, recipient: str, before_dot: Callable[[], bool]
    ) -> Try:
        """Hand one message over; the connection must be open, and stays open where it can.

        `before_dot` is called when the server has all but the final dot; False stops there.
        """
        if self._server is None:
            raise ValueError("There is no connection: open() first.")
        conversation = _Conversation(self._server, monotonic() + self.try_seconds, self.command_seconds)
        try:
            attempt = conversation.hand_over(message, sender, recipient, before_dot)
        except _LostLease:
            attempt = Try(Result.NOT_OURS, conversation.phase)
        except (OSError, smtplib.SMTPException):
            attempt = Try(conversation.result_if_cut(), conversation.phase)
        if not conversation.is_reusable or not self._reset(conversation, attempt):
            self.close()
        return attempt

    def _reset(self, conversation: _Conversation, attempt: Try) -> bool:
        """Make the connection ready for the next message after a refusal."""
        if attempt.result is Result.ACCEPTED:
            return True
        try:
            return conversation.command("RSET")[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


class _Conversation:
    """The commands of one message."""

    def __init__(self, server: smtplib.SMTP, deadline: float, command_seconds: float) -> None:
        self.server = server
        self.deadline = deadline
        self.command_seconds = command_seconds
        self.phase: str = AttemptPhase.MAIL
        # Only after a whole command and its answer does the server wait for the next command.
        self.is_reusable = False

    def hand_over(
        self, message: EmailMessage, sender: str, recipient: str, before_dot: Callable[[], bool]
    ) -> Try:
        steps = (
            (AttemptPhase.MAIL, f"MAIL FROM:<{sender}>", {250}),
            (AttemptPhase.RCPT, f"RCPT TO:<{recipient}>", {250, 251}),
            (AttemptPhase.DATA, "DATA", {354}),
        )
        for phase, command, wanted in steps:
            self.phase = phase
            code, _ = self.command(command)
            if code not in wanted:
                return self._refused(code)
        self.is_reusable = False
        self._limit()
        self.server.send(_quoted(message))
        if not before_dot():
            raise _LostLease
        if self._server_has_spoken():
            raise ConnectionError
        self.phase = AttemptPhase.DOT
        self._limit()
        self.server.send(b".\r\n")
        code, _ = self.server.getreply()
        if code == 250:
            self.is_reusable = True
            return Try(Result.ACCEPTED, self.phase, code)
        return self._refused(code)

    def command(self, text: str) -> tuple[int, bytes]:
        """Send a command and read its answer."""
        self.is_reusable = False
        self._limit()
        answer = self.server.docmd(text)
        self.is_reusable = answer[0] > 0
        return answer

    def _server_has_spoken(self) -> bool:
        """Say whether the server, whose turn it is not, has closed the connection or wants to."""
        return self.server.sock is None or bool(select([self.server.sock], [], [], 0)[0])

    def result_if_cut(self) -> Result:
        """Say what a broken conversation means: after the final dot nobody knows."""
        return Result.UNKNOWN if self.phase == AttemptPhase.DOT else Result.DEFERRED

    def _refused(self, code: int) -> Try:
        if code <= 0:
            return Try(self.result_if_cut(), self.phase)
        self.is_reusable = code != CLOSING
        if code < 500:
            return Try(Result.DEFERRED, self.phase, code)
        # Refusing the sender is about us, not about this message.
        result = Result.NO_SERVER if self.phase == AttemptPhase.MAIL else Result.REFUSED
        return Try(result, self.phase, code)

    def _limit(self) -> None:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        if self.server.sock is not None:
            self.server.sock.settimeout(min(left, self.command_seconds))


def _quoted(message: EmailMessage) -> bytes:
    """Return a message as it travels: lines end in CRLF, a leading dot is doubled, no final dot."""
    raw = message.as_bytes(policy=SMTP)
    raw = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
