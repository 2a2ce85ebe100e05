"""The mails of a demo, read from the files that its catcher keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

SHOWN_MOST = 50


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it came; `came_at` is the moment the catcher had all of it."""

    recipient: str
    subject: str
    came_at: datetime
    text: str


def read_mailbox(folder: Path) -> list[CaughtMail]:
    """Read the newest mails first; none while nothing has been caught."""
    newest = sorted(folder.glob("[!.]*.eml"), reverse=True)[:SHOWN_MOST]
    return [_read(path) for path in newest]


def _read(path: Path) -> CaughtMail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    came_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    text = body.get_content() if body is not None else ""
    return CaughtMail(str(message["To"] or ""), str(message["Subject"] or ""), came_at, text)
