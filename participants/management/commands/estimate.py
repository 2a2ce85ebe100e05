"""Compute one estimate from a CSV file or from numbers, and print it as one JSON object."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from participants.domain import answers
from participants.domain.boundaries import pocock_boundary
from participants.domain.cumulative_incidence import cumulative_incidence
from participants.domain.life_table import LifeTable, count_by_time
from participants.domain.logrank import log_rank
from participants.domain.plain_numbers import amount, count, number
from participants.domain.proportions import exact_proportion, posterior_above
from participants.domain.rates import exact_rate
from participants.domain.survival import INTERVALS, kaplan_meier
from participants.domain.survival_rows import decode, read_causes, read_groups

Options = dict[str, Any]


class Command(BaseCommand):
    """Answer km, logrank, cif, proportion, rate, boundary and posterior.

    Exits with 2 and {"error": ...} for arguments or rows that cannot be: for a row, with its line.
    """

    help = "Compute one estimate from a CSV file (- for standard input) or from numbers, as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare one call a kind of estimate."""
        # Without it Django prints what is wrong with the arguments as usage, not as JSON.
        parser.called_from_command_line = False
        calls = parser.add_subparsers(dest="call", required=True, metavar="CALL")
        declared = {
            name: calls.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
            for name, (_, help_text) in CALLS.items()
        }
        _read_columns(declared["km"], "--time", "--event")
        _read_columns(declared["logrank"], "--time", "--event", "--group")
        _read_columns(declared["cif"], "--time", "--cause")
        declared["km"].add_argument("--group", metavar="COLUMN")
        declared["km"].add_argument("--interval", default="log-log", choices=INTERVALS)
        _take_two(declared["proportion"], "K", "N")
        _take_two(declared["rate"], "EVENTS", "PERSON_DAYS")
        for name in ("km", "cif", "proportion", "rate"):
            declared[name].add_argument("--conf", default="0.95", help="confidence level, 0.95 unless told")
        _take_named(declared["boundary"], "--theta", "--phi", "--max-n")
        _take_named(declared["posterior"], "--alpha", "--beta", "--events", "--n", "--threshold")

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from a command line; arguments that cannot be read are answered as JSON too."""
        try:
            super().run_from_argv(argv)
        except CommandError as wrong:
            self._refuse(str(wrong).removeprefix("Error: "))

    def handle(self, *args: str, **options: Any) -> None:
        """Print the answer, or what is wrong with the question."""
        try:
            compute, _ = CALLS[options["call"]]
            answer = compute(options)
        except ValueError as wrong:
            self._refuse(str(wrong))
        self.stdout.write(json.dumps(answer, allow_nan=False))

    def _refuse(self, why: str) -> NoReturn:
        """Print why there is no answer, and leave with 2."""
        self.stdout.write(json.dumps({"error": why}))
        sys.exit(2)


def _read_columns(parser: ArgumentParser, *columns: str) -> None:
    """Declare the file of a call and the columns that it must name."""
    parser.add_argument("file", metavar="FILE", help="CSV with a header; - reads standard input")
    for column in columns:
        parser.add_argument(column, required=True, metavar="COLUMN")


def _take_two(parser: ArgumentParser, first: str, second: str) -> None:
    """Declare two numbers that are given by their place."""
    parser.add_argument("first", metavar=first)
    parser.add_argument("second", metavar=second)


def _take_named(parser: ArgumentParser, *names: str) -> None:
    """Declare numbers that must be given by name."""
    for name in names:
        parser.add_argument(name, required=True, metavar="NUMBER")


def _text(file: str) -> str:
    """Return the text of a file or of standard input. Raises ValueError when it cannot be read."""
    if file == "-" and sys.stdin is None:
        raise ValueError("there is no standard input to read")
    try:
        return decode(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except OSError as broken:
        raise ValueError(f"the file cannot be read: {broken.strerror}") from broken


def _conf(options: Options) -> float:
    """Return the confidence level asked for."""
    return number(options["conf"], "--conf")


def _tables(options: Options) -> dict[str | None, LifeTable]:
    """Return the life table of each group of the file."""
    groups = read_groups(
        _text(options["file"]), time=options["time"], event=options["event"], group=options["group"]
    )
    return {name: count_by_time(rows.times, rows.had_event) for name, rows in groups.items()}


def _km(options: Options) -> answers.Answer:
    """Answer survival by group."""
    conf, interval = _conf(options), options["interval"]
    curves = {
        name: kaplan_meier(table, conf=conf, interval=interval) for name, table in _tables(options).items()
    }
    return answers.curves_answer(curves)


def _logrank(options: Options) -> answers.Answer:
    """Answer the log-rank test between the groups."""
    return answers.log_rank_answer(log_rank(list(_tables(options).values())))


def _cif(options: Options) -> answers.Answer:
    """Answer the cumulative incidence of each cause."""
    times, causes = read_causes(_text(options["file"]), time=options["time"], cause=options["cause"])
    return answers.competing_risks_answer(cumulative_incidence(times, causes, conf=_conf(options)))


def _proportion(options: Options) -> answers.Answer:
    """Answer K of N."""
    k, n = count(options["first"], "K"), count(options["second"], "N")
    return answers.proportion_answer(exact_proportion(k, n, conf=_conf(options)))


def _rate(options: Options) -> answers.Answer:
    """Answer EVENTS in PERSON_DAYS."""
    events, days = count(options["first"], "EVENTS"), amount(options["second"], "PERSON_DAYS")
    return answers.rate_answer(exact_rate(events, days, conf=_conf(options)))


def _boundary(options: Options) -> answers.Answer:
    """Answer the Pocock-type boundary."""
    theta, phi = number(options["theta"], "--theta"), number(options["phi"], "--phi")
    max_n = count(options["max_n"], "--max-n")
    return answers.boundary_answer(pocock_boundary(theta=theta, phi=phi, max_n=max_n))


def _posterior(options: Options) -> answers.Answer:
    """Answer the probability that the rate is above the threshold."""
    probability = posterior_above(
        alpha=number(options["alpha"], "--alpha"),
        beta=number(options["beta"], "--beta"),
        events=count(options["events"], "--events"),
        n=count(options["n"], "--n"),
        threshold=number(options["threshold"], "--threshold"),
    )
    return {"probability": probability}


CALLS: dict[str, tuple[Callable[[Options], answers.Answer], str]] = {
    "km": (_km, "Kaplan-Meier survival, its median and the numbers at risk"),
    "logrank": (_logrank, "log-rank test of two or more groups"),
    "cif": (_cif, "cumulative incidence of competing causes, 0 for censored"),
    "proportion": (_proportion, "K of N with the exact interval"),
    "rate": (_rate, "events per 100 person-days with the exact interval"),
    "boundary": (_boundary, "Pocock-type boundary, checked after every participant"),
    "posterior": (_posterior, "probability that the rate is above a threshold"),
}
