"""Apply the clinical rules to findings, one JSON object a line."""

import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from participants.domain.json_line import MAX_LINE_BYTES
from participants.domain.rule_lines import SCALES, answer_line


class Command(BaseCommand):
    """Answer each line of findings by a line, in the same order.

    A line that is malformed is answered by an error and the others as usual; the command then ends with 1.
    Needs no database.
    """

    help = f"Answer findings, one JSON object a line; the key scale is one of {', '.join(SCALES)}."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a file, or standard input."""
        parser.add_argument("file", nargs="?", default="-", help="file of JSON lines; - is standard input")

    def handle(self, *, file: str, **options: Any) -> None:
        """Write an answer for each line. Raises CommandError when a line or the file cannot be read."""
        try:
            with _opened(file) as source:
                refused = self._answer_all(source)
        except BrokenPipeError as gone:
            raise CommandError("Nobody reads the answers any more.") from gone
        if refused:
            lines = "line was" if refused == 1 else "lines were"
            raise CommandError(f"{refused} {lines} refused; the answers say why.")

    def _answer_all(self, source: BinaryIO) -> int:
        """Answer every line of a source, and return how many were refused."""
        refused = 0
        for line in _lines(source):
            answer = answer_line(line)
            if answer is not None:
                refused += "error" in answer
                self.stdout.write(json.dumps(answer))
        return refused


def _opened(file: str) -> BinaryIO:
    """Open a file, or standard input for `-`, as bytes: text would be refused all at once, not by line."""
    if file == "-":
        binary: BinaryIO | None = getattr(sys.stdin, "buffer", None)
        return binary or io.BytesIO(sys.stdin.read().encode("utf-8", "surrogatepass"))
    try:
        return Path(file).open("rb")
    except OSError as broken:
        raise CommandError(f"The file cannot be read: {broken.strerror}.") from broken


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Cut a source at newlines; of a line that is too long only the beginning is kept in memory."""
    is_first = True
    while line := source.readline(MAX_LINE_BYTES + 2):
        rest = line
        while len(rest) == MAX_LINE_BYTES + 2 and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE_BYTES + 2)
        yield line.removeprefix(b"\xef\xbb\xbf") if is_first else line
        is_first = False
