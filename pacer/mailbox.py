"""Catch the mails of a demo: they are kept as files and go nowhere.

python -m pacer.mailbox --port 8025 --folder var/mailbox
"""

import argparse
import asyncio
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from aiosmtpd.smtp import SMTP, Envelope, Session

from pacer.processes import LOOPBACK


class KeepAsFiles:
    """Write each message as it came to a file of its own; names sort by the moment it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer 250 only when the message is on the disk."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{token_hex(4)}.eml"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.rename(self.folder / name)
        return "250 kept"


def main(arguments: Sequence[str] | None = None) -> None:
    """Listen until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m pacer.mailbox", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--host", default=LOOPBACK, help="another address only inside a container")
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    asyncio.run(_serve(chosen.host, chosen.port, KeepAsFiles(chosen.folder)))


async def _serve(host: str, port: int, handler: KeepAsFiles) -> None:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, told_to_stop.set)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), host, port)
    await told_to_stop.wait()
    # Not waited for: what was answered with 250 is on the disk, the rest will be sent again.
    server.close()


if __name__ == "__main__":
    main()
