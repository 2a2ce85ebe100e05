"""How a line of the log is written: with the request's id, and on one line whatever it holds."""

from __future__ import annotations

import logging
from contextvars import ContextVar

# The id of the request being served, "" outside of one; set by participants.middleware.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Line ends that a log viewer may follow, and characters that a terminal may obey.
_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class LogLine(logging.Formatter):
    """Adds `request_id` to the format, "-" outside of a request; only a traceback takes more lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 the name that logging calls
        """Write the first line of a record; nothing in it can pretend to be a line of its own."""
        record.request_id = request_id.get() or "-"
        return super().formatMessage(record).translate(_ESCAPED)
