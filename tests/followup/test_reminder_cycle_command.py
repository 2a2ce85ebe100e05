"""The command that does the work of a tick without Celery."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from followup.cycle import COUNTED
from followup.models import Reminder, ReminderCycle
from tests.followup.reminder_support import due_visits, morning
from tests.servers.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

AS_OF = morning(0).isoformat()


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("reminder_cycle", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def sink(smtp_sink: SmtpSink, settings: Settings) -> SmtpSink:
    """Return a mail server that the settings name."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_sink.port
    return smtp_sink


def test_json_names_every_count(sink: SmtpSink) -> None:
    due_visits(1)
    answer = json.loads(run("--json", "--as-of", AS_OF))
    assert list(answer) == ["as_of", *COUNTED]
    assert (answer["as_of"], answer["planned"], answer["sent"]) == (AS_OF, 1, 1)


def test_a_sentence_names_what_was_done(sink: SmtpSink) -> None:
    due_visits(1)
    assert "1 planned, 1 claimed, 1 sent" in run("--as-of", AS_OF)


def test_a_cycle_with_nothing_to_do_says_so(sink: SmtpSink) -> None:
    assert "nothing to do" in run()


@pytest.mark.parametrize("arguments", [["--dry-run"], []])
def test_a_dry_run_counts_and_leaves_no_trace(
    sink: SmtpSink, settings: Settings, arguments: list[str]
) -> None:
    """Outside of a demo another moment than now is a dry run by itself."""
    settings.IS_PRODUCTION = not arguments
    due_visits(2)
    answer = json.loads(run("--json", "--as-of", AS_OF, *arguments))
    assert (answer["planned"], answer["claimed"], answer["sent"]) == (2, 2, 0)
    assert not Reminder.objects.exists()
    assert not ReminderCycle.objects.exists()
    assert sink.kept == []


def test_a_moment_without_offset_is_in_utc(sink: SmtpSink) -> None:
    answer = json.loads(run("--json", "--as-of", "2026-03-18T12:00"))
    assert answer["as_of"] == "2026-03-18T12:00:00+00:00"


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(CommandError, match="takes a moment"):
        run("--as-of", "tomorrow")
