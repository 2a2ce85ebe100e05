"""A mail server for tests: a real SMTP conversation, kept messages, and faults on demand."""

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pacer import processes
from pacer.processes import LOOPBACK

SILENCE_SECONDS = 3600.0


class Fault(Enum):
    """What the server does wrong, at which moment of the conversation."""

    SILENT_AT_CONNECT = auto()  # accepts the connection, never says 220
    REFUSE_RCPT_451 = auto()  # "try again later"
    REFUSE_RCPT_550 = auto()  # "no such mailbox"
    SILENT_AT_DATA = auto()  # never says 354: the client stands between RCPT and its text
    DROP_BEFORE_DOT = auto()  # says 354, then cuts the connection: nothing is kept
    REFUSE_DATA_451 = auto()  # read all of it, kept nothing: "try again later"
    REFUSE_DATA_554 = auto()  # read all of it, kept nothing: "never"
    DROP_AFTER_DOT = auto()  # keeps the message, cuts the connection before 250
    SILENT_AFTER_DOT = auto()  # keeps the message, never says 250
    SLOW = auto()  # keeps the message, says 250 after `slow_seconds`


@dataclass(frozen=True)
class ReceivedMail:
    """One message as the server kept it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Return the parsed message."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class _Order:
    fault: Fault
    times_left: float
    recipient: str | None


@dataclass
class SmtpSink:
    """A mail server on the loopback that keeps what it accepts and fails as it is told.

    `tls` offers STARTTLS with that context; `slow_seconds` belongs to Fault.SLOW.
    """

    tls: ssl.SSLContext | None = None
    slow_seconds: float = 1.0
    port: int = field(default_factory=processes.free_port)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: list[ReceivedMail] = []
        self._orders: list[_Order] = []
        self._reached: dict[Fault, int] = {}
        self._controller: Controller | None = None
        self._open: set[_FaultyConversation] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the EMAIL_URL of this server."""
        return f"{'smtp+tls' if self.tls else 'smtp'}://{LOOPBACK}:{self.port}"

    @property
    def kept(self) -> list[ReceivedMail]:
        """Return the messages kept so far, oldest first."""
        with self._changed:
            return list(self._kept)

    def fail(self, fault: Fault, *, times: float = 1, recipient: str | None = None) -> None:
        """Order a fault for the next `times` occasions (float("inf"): for all), for one recipient or any."""
        with self._changed:
            self._orders.append(_Order(fault, times, recipient))

    def heal(self) -> None:
        """Forget all ordered faults."""
        with self._changed:
            self._orders.clear()

    def wait_for(self, count: int, *, within_seconds: float = 20) -> list[ReceivedMail]:
        """Return the kept messages when there are `count`; AssertionError when they do not come."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._kept) >= count, within_seconds)
            assert came, f"{len(self._kept)} of {count} mails came within {within_seconds} s"
            return list(self._kept)

    def wait_until_reached(self, fault: Fault, *, times: int = 1, within_seconds: float = 20) -> None:
        """Return when an ordered fault has happened that often: the client stands at that moment now."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._reached.get(fault, 0) >= times, within_seconds)
            assert came, f"no client reached {fault.name} within {within_seconds} s"

    def start(self) -> None:
        """Listen; again on the same port after `stop`."""
        self._controller = _SinkController(self, hostname=LOOPBACK, port=self.port, tls_context=self.tls)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening and cut all conversations: a mail server that is down. What was kept stays."""
        if self._controller is not None:
            # From Python 3.12 a server waits for its conversations, and a silent one never ends.
            for conversation in list(self._open):
                self._controller.loop.call_soon_threadsafe(conversation.cut)
            self._controller.stop()
            self._controller = None

    def take(self, *faults: Fault, recipient: str | None = None) -> Fault | None:
        """Return the fault ordered for this moment of the conversation, and count it as happened."""
        with self._changed:
            for order in self._orders:
                if order.fault in faults and order.recipient in (None, recipient) and order.times_left > 0:
                    order.times_left -= 1
                    self._reached[order.fault] = self._reached.get(order.fault, 0) + 1
                    self._changed.notify_all()
                    return order.fault
            return None

    def keep(self, mail: ReceivedMail) -> None:
        """Keep a message: from here on the client may think of it as delivered."""
        with self._changed:
            self._kept.append(mail)
            self._changed.notify_all()


class _FaultyConversation(SMTP):
    """The faults at moments for which the library has no hook."""

    def __init__(self, handler: "_SinkHandler", **options: Any) -> None:
        super().__init__(handler, **options)
        self.sink = handler.sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.sink._open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink._open.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """End the connection without a word."""
        if self.transport is not None:
            cast(asyncio.Transport, self.transport).abort()

    async def _handle_client(self) -> None:
        if self.sink.take(Fault.SILENT_AT_CONNECT):
            await asyncio.sleep(SILENCE_SECONDS)
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:
        fault = self.sink.take(Fault.SILENT_AT_DATA, Fault.DROP_BEFORE_DOT, recipient=_first(self.envelope))
        if fault is Fault.SILENT_AT_DATA:
            await asyncio.sleep(SILENCE_SECONDS)
        if fault is Fault.DROP_BEFORE_DOT:
            await self.push("354 go on")
            self.cut()
            return
        await super().smtp_DATA(arg)


class _SinkHandler:
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        match self.sink.take(Fault.REFUSE_RCPT_451, Fault.REFUSE_RCPT_550, recipient=address):
            case Fault.REFUSE_RCPT_451:
                return "451 try again later"
            case Fault.REFUSE_RCPT_550:
                return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 recipient ok"

    async def handle_DATA(self, server: _FaultyConversation, session: Session, envelope: Envelope) -> str:
        refusal = self.sink.take(Fault.REFUSE_DATA_451, Fault.REFUSE_DATA_554, recipient=_first(envelope))
        if refusal is not None:
            return "451 try again later" if refusal is Fault.REFUSE_DATA_451 else "554 refused"
        self.sink.keep(
            ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.original_content or b"")
        )
        match self.sink.take(
            Fault.DROP_AFTER_DOT, Fault.SILENT_AFTER_DOT, Fault.SLOW, recipient=_first(envelope)
        ):
            case Fault.DROP_AFTER_DOT:
                server.cut()
            case Fault.SILENT_AFTER_DOT:
                await asyncio.sleep(SILENCE_SECONDS)
            case Fault.SLOW:
                await asyncio.sleep(self.sink.slow_seconds)
        return "250 kept"


class _SinkController(Controller):
    def __init__(self, sink: SmtpSink, **options: Any) -> None:
        super().__init__(_SinkHandler(sink), **options)

    def factory(self) -> SMTP:
        return _FaultyConversation(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """Leave out the library's first connection: it would use up an ordered fault."""
        self._factory_invoked.set()
        self.smtpd = True


def _first(envelope: Envelope | None) -> str | None:
    return envelope.rcpt_tos[0] if envelope is not None and envelope.rcpt_tos else None
