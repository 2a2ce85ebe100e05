"""Take a SAS transport file apart into cards of 80 bytes, knowing where each came from."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from followup.exchange.xpt_layout import CARD, XptError, heading, is_plain

_KIND_END = 48
_CHUNK = CARD * 800
_NEXT_MEMBER = heading("MEMBER")[:_KIND_END].encode()


class Cards:
    """Read a stream forwards and once; every error says at which byte of which file."""

    def __init__(self, stream: BinaryIO, source: str) -> None:
        """Start at the stream's present place, counted as byte 0. `source` names the file."""
        self._stream = stream
        self.source = source
        self.offset = 0
        self.next_offset = 0

    def error(self, problem: str) -> XptError:
        """Return an error about the bytes taken last."""
        return XptError(self.source, problem, offset=self.offset)

    def take(self, size: int, what: str) -> bytes:
        """Return exactly `size` bytes; XptError where the file ends before."""
        raw = self._read(size)
        if len(raw) < size:
            raise XptError(self.source, f"the file ends within {what}", offset=self.next_offset)
        return raw

    def text(self, start: str = "") -> str:
        """Return the next card, which is printable ASCII and begins with `start`."""
        raw = self.take(CARD, "the headings")
        # Some writers fill unused places with zero bytes instead of blanks.
        text = raw.decode("ascii", "replace").replace("\0", " ")
        if not text.startswith(start):
            raise self.error(f"expected a card that begins with {start!r}")
        if not is_plain(text):
            raise self.error("a heading holds a character that is not printable ASCII")
        return text

    def heading(self, kind: str) -> str:
        """Return the next card, the heading of the part `kind`."""
        return self.text(heading(kind)[:_KIND_END])

    def number(self, card: str, start: int, end: int) -> int:
        """Return the whole number between two places of a card."""
        if not card[start:end].isdigit():
            raise self.error(f"expected digits at places {start + 1} to {end} of the heading")
        return int(card[start:end])

    def check(self, rule: Callable[[str], None], text: str) -> None:
        """Hold a rule for a text of the card taken last."""
        try:
            rule(text)
        except ValueError as problem:
            raise self.error(str(problem)) from None

    def chunks(self) -> Iterator[bytes]:
        """Give the rest of the file in pieces of whole cards; refuse a second dataset."""
        while chunk := self._read(_CHUNK):
            if len(chunk) % CARD:
                problem = "the file ends within a card of 80 bytes"
                raise XptError(self.source, problem, offset=self.next_offset)
            found = chunk.find(_NEXT_MEMBER)
            while found >= 0:
                if found % CARD == 0:
                    problem = "a second dataset begins; one file holds one dataset"
                    raise XptError(self.source, problem, offset=self.offset + found)
                found = chunk.find(_NEXT_MEMBER, found + 1)
            yield chunk

    def _read(self, size: int) -> bytes:
        """Read until there are `size` bytes or no more: a pipe may give fewer at a time."""
        self.offset = self.next_offset
        parts: list[bytes] = []
        while size and (part := self._stream.read(size)):
            parts.append(part)
            size -= len(part)
        raw = b"".join(parts)
        self.next_offset += len(raw)
        return raw
