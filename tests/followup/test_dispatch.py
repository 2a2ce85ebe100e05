"""The dispatcher hands over what matters, once, and writes down what became of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings
from django.test import override_settings

from followup import claims
from followup.actions.planning import plan
from followup.cycle import run_cycle
from followup.dispatch import CIRCUIT_OPENS_AFTER, Dispatcher
from followup.domain.delivery import Result
from followup.domain.reminders import moments
from followup.models import AttemptPhase, Reminder, ReminderAttempt, ReminderCycle, ReminderState, Visit
from followup.reminded import subject_of
from followup.transports import Transport, Try
from participants.models import StaffMember
from tests.factories import as_test, make_site
from tests.followup.reminder_support import (
    LONG_AGO,
    change,
    day,
    due_visits,
    make_coordinator,
    make_visit,
    make_watched,
    morning,
    rows,
)
from tests.servers.smtp_sink import Fault, SmtpSink

pytestmark = pytest.mark.django_db

NOW = morning(0)


def to(sink: SmtpSink, **options: object) -> Transport:
    return Transport("127.0.0.1", sink.port, command_seconds=2, **options)  # type: ignore[arg-type]


def address_of(visit: Visit) -> str:
    """Return the address of the participant's coordinator."""
    coordinator = visit.participant.coordinator
    assert coordinator is not None
    return coordinator.email


def cycle(sink: SmtpSink, now: datetime = NOW) -> dict[str, int]:
    return {name: number for name, number in run_cycle(now=now, transport=to(sink)).items() if number}


def test_a_due_reminder_is_handed_over_once(smtp_sink: SmtpSink) -> None:
    visit = due_visits(1)[0]
    assert cycle(smtp_sink) == {"planned": 1, "claimed": 1, "sent": 1}
    assert cycle(smtp_sink) == {}
    (mail,) = smtp_sink.kept
    assert mail.recipients == (address_of(visit),)
    assert mail.message_id == Reminder.objects.get().message_id


def test_the_mail_holds_a_count_and_a_link_and_says_that_a_machine_wrote_it(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    cycle(smtp_sink)
    message = smtp_sink.kept[0].message
    reminder = Reminder.objects.get()
    assert message["Subject"] == "1 item needs attention"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in message.iter_parts())
    link = f"http://localhost:8000/r/{reminder.link_reference}/"
    assert link in text
    assert link in html


def test_forty_items_are_one_mail_that_says_so(smtp_sink: SmtpSink) -> None:
    due_visits(40, with_own_coordinator=False)
    counts = cycle(smtp_sink)
    assert (counts["sent"], counts["covered"]) == (1, 40)
    assert smtp_sink.kept[0].message["Subject"] == "40 items need attention"
    assert rows() == [("due", "covered")] * 40


class Counting(Transport):
    """Counts its connections."""

    opened = 0

    def open(self) -> None:
        self.opened += 1
        super().open()


def test_one_connection_carries_all_mails(smtp_sink: SmtpSink) -> None:
    due_visits(5)
    transport = Counting("127.0.0.1", smtp_sink.port)
    run_cycle(now=NOW, transport=transport)
    assert (len(smtp_sink.kept), transport.opened) == (5, 1)


def test_each_try_is_written_down(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.REFUSE_RCPT_451)
    cycle(smtp_sink)
    cycle(smtp_sink, NOW + timedelta(minutes=2))
    tries = ReminderAttempt.objects.values_list("phase", "outcome", "smtp_code")
    assert list(tries) == [("rcpt", "deferred", 451), ("dot", "accepted", 250)]


def test_a_refused_recipient_is_dead_and_the_others_get_their_mail(smtp_sink: SmtpSink) -> None:
    visits = due_visits(50)
    smtp_sink.fail(Fault.REFUSE_RCPT_550, times=9, recipient=address_of(visits[20]))
    counts = cycle(smtp_sink)
    assert (counts["sent"], counts["dead"]) == (49, 1)
    assert Reminder.objects.get(state="dead").visit == visits[20]
    assert cycle(smtp_sink, NOW + timedelta(days=1)) == {}


def test_a_refused_text_is_dead(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.REFUSE_DATA_554)
    assert cycle(smtp_sink)["dead"] == 1


def test_deferred_six_times_it_waits_longer_each_time_and_comes_once(smtp_sink: SmtpSink) -> None:
    participant = make_watched()
    make_visit(participant, after=14)
    smtp_sink.fail(Fault.REFUSE_RCPT_451, times=6)
    now, waits = NOW, []
    for _ in range(6):
        run_cycle(now=now, transport=to(smtp_sink))
        waits.append(Reminder.objects.get().next_attempt_at - now)
        now += waits[-1]
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=3)
    assert cycle(smtp_sink, now)["sent"] == 1
    assert len(smtp_sink.kept) == 1


def test_a_connection_cut_before_the_dot_is_tried_again(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.DROP_BEFORE_DOT)
    assert cycle(smtp_sink)["retry"] == 1
    assert cycle(smtp_sink, NOW + timedelta(minutes=2))["sent"] == 1
    assert len(smtp_sink.kept) == 1


def test_a_connection_cut_after_the_dot_is_tried_once_more_under_the_same_message_id(
    smtp_sink: SmtpSink,
) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.DROP_AFTER_DOT)
    cycle(smtp_sink)
    cycle(smtp_sink, NOW + timedelta(minutes=2))
    first, second = smtp_sink.kept
    assert first.message_id == second.message_id
    assert Reminder.objects.get().state == "sent"


def test_two_unknown_outcomes_are_unconfirmed_and_never_tried_a_third_time(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.DROP_AFTER_DOT, times=float("inf"))
    for minutes in range(0, 60, 5):
        cycle(smtp_sink, NOW + timedelta(minutes=minutes))
    assert Reminder.objects.get().state == "unconfirmed"
    assert len(smtp_sink.kept) == 2


@pytest.mark.parametrize(
    ("fault", "unknown"),
    [(Fault.SILENT_AT_CONNECT, 0), (Fault.SILENT_AT_DATA, 0), (Fault.SILENT_AFTER_DOT, 1)],
)
def test_a_silent_server_ends_the_try_in_time(smtp_sink: SmtpSink, fault: Fault, unknown: int) -> None:
    due_visits(1)
    smtp_sink.fail(fault)
    began = monotonic()
    transport = Transport("127.0.0.1", smtp_sink.port, command_seconds=0.3)
    run_cycle(now=NOW, transport=transport)
    assert monotonic() - began < transport.try_seconds
    assert Reminder.objects.get().unknown_count == unknown


def test_a_try_as_a_whole_is_limited_however_patient_each_command_is(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.SILENT_AT_DATA)
    run_cycle(
        now=NOW, transport=Transport("127.0.0.1", smtp_sink.port, command_seconds=3600, try_seconds=0.5)
    )
    assert Reminder.objects.get().state == "retry"


def test_a_server_that_is_down_uses_up_no_try_and_says_so_once(smtp_sink: SmtpSink) -> None:
    due_visits(3)
    smtp_sink.stop()
    counts = cycle(smtp_sink)
    assert counts == {"planned": 3}
    assert set(Reminder.objects.values_list("state", "attempts")) == {("due", 0)}
    assert "cannot be used" in ReminderCycle.objects.get().problem
    smtp_sink.start()
    assert cycle(smtp_sink, NOW + timedelta(hours=3))["sent"] == 3


def test_what_expires_while_the_server_is_down_is_not_sent_on_its_return(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.stop()
    cycle(smtp_sink)
    smtp_sink.start()
    later = NOW + timedelta(days=2)
    assert cycle(smtp_sink, later)["expired"] == 1
    assert (rows(rule="due"), rows(rule="closes")) == ([("due", "expired")], [("closes", "sent")])


def test_a_server_that_does_not_answer_is_asked_five_times(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.SILENT_AT_CONNECT, times=float("inf"))
    run_cycle(now=NOW, transport=Transport("127.0.0.1", smtp_sink.port, command_seconds=0.1))
    smtp_sink.wait_until_reached(Fault.SILENT_AT_CONNECT, times=CIRCUIT_OPENS_AFTER)
    assert Reminder.objects.get().attempts == 0


def test_a_server_that_answers_at_the_second_call_is_no_problem(smtp_sink: SmtpSink) -> None:
    due_visits(1)
    smtp_sink.fail(Fault.SILENT_AT_CONNECT)
    run_cycle(now=NOW, transport=Transport("127.0.0.1", smtp_sink.port, command_seconds=0.5))
    assert rows() == [("due", "sent")]
    assert ReminderCycle.objects.get().problem == ""


def test_a_cycle_whose_time_is_up_gives_back_what_it_has_not_begun(smtp_sink: SmtpSink) -> None:
    due_visits(3)
    plan(now=NOW)
    dispatcher = Dispatcher(NOW, to(smtp_sink), seconds=0)
    claimed = claims.claim(now=NOW)
    dispatcher._work_off(claimed)
    assert rows() == [("due", "due")] * 3


@pytest.mark.parametrize("options", [{"starttls": True}, {"needs_tls": True}])
def test_nothing_is_sent_in_the_clear_where_encryption_is_asked_for(
    smtp_sink: SmtpSink, options: dict[str, bool]
) -> None:
    due_visits(1)
    run_cycle(now=NOW, transport=to(smtp_sink, **options))
    assert smtp_sink.kept == []
    assert ReminderCycle.objects.get().problem
    assert Reminder.objects.get().state == "due"


def claimed_dispatcher(sink: SmtpSink) -> tuple[Dispatcher, list[claims.Claim]]:
    """Plan, and stop between the claim and the conversation."""
    plan(now=NOW)
    return Dispatcher(NOW, to(sink)), claims.claim(now=NOW)


def deliver(dispatcher: Dispatcher, claimed: list[claims.Claim]) -> None:
    dispatcher._give_up_at = monotonic() + 20
    dispatcher._work_off(claimed)
    dispatcher.transport.close()


def test_a_visit_logged_after_the_claim_cancels_its_reminder(smtp_sink: SmtpSink) -> None:
    visit = make_visit(make_watched(), before=0)
    dispatcher, claimed = claimed_dispatcher(smtp_sink)
    change(visit, outcome="attended", occurred_on=day(0))
    deliver(dispatcher, claimed)
    reminder = Reminder.objects.get(rule="due")
    assert (reminder.state, reminder.state_reason) == ("cancelled", "the visit is attended")
    assert smtp_sink.kept == []


def test_a_visit_moved_after_the_claim_cancels_its_reminder(smtp_sink: SmtpSink) -> None:
    visit = make_visit(make_watched(), before=0)
    dispatcher, claimed = claimed_dispatcher(smtp_sink)
    make_visit(visit.participant, before=0, target_on=day(1))
    deliver(dispatcher, claimed)
    reminder = Reminder.objects.get(rule="due")
    assert (reminder.state, reminder.state_reason) == ("cancelled", "the dates of the visit have moved")
    assert smtp_sink.kept == []


def test_a_recipient_disabled_after_the_claim_gets_nothing(smtp_sink: SmtpSink) -> None:
    visit = make_visit(make_watched(), before=0)
    dispatcher, claimed = claimed_dispatcher(smtp_sink)
    with as_test():
        StaffMember.objects.filter(email=address_of(visit)).update(is_active=False)
    deliver(dispatcher, claimed)
    assert rows(rule="due") == [("due", "suppressed")]
    assert smtp_sink.kept == []


def test_an_item_that_no_longer_matters_is_taken_out_of_the_grouped_mail(smtp_sink: SmtpSink) -> None:
    site = make_site()
    coordinator = make_coordinator(site)
    visits = [make_visit(make_watched(site, coordinator), before=0) for _ in range(3)]
    dispatcher, claimed = claimed_dispatcher(smtp_sink)
    change(visits[0], outcome="attended", occurred_on=day(0))
    deliver(dispatcher, claimed)
    assert smtp_sink.kept[0].message["Subject"] == "2 items need attention"
    assert rows(rule="due") == [("due", "cancelled"), ("due", "covered"), ("due", "covered")]


def test_a_grouped_mail_with_nothing_left_is_not_sent(smtp_sink: SmtpSink) -> None:
    site = make_site()
    coordinator = make_coordinator(site)
    visits = [make_visit(make_watched(site, coordinator), before=0) for _ in range(2)]
    dispatcher, claimed = claimed_dispatcher(smtp_sink)
    for visit in visits:
        change(visit, outcome="attended", occurred_on=day(0))
    deliver(dispatcher, claimed)
    assert smtp_sink.kept == []
    mail = Reminder.objects.get(rule="group")
    assert (mail.state, mail.state_reason) == ("cancelled", "nothing is left to say")


def run_out_of_time(claimed: claims.Claim) -> None:
    """Let the lease of a claim end."""
    Reminder.objects.filter(pk=claimed.pk).update(lease_until=LONG_AGO)


def test_a_worker_that_wakes_after_its_lease_changes_nothing(smtp_sink: SmtpSink) -> None:
    make_visit(make_watched(), before=0)
    dispatcher, (claimed,) = claimed_dispatcher(smtp_sink)
    run_out_of_time(claimed)
    assert cycle(smtp_sink)["sent"] == 1
    deliver(dispatcher, [claimed])
    assert len(smtp_sink.kept) == 1
    accepted = Try(Result.REFUSED, AttemptPhase.RCPT, 550)
    assert claims.finish(claimed, accepted, started_at=NOW, now=NOW) == ""
    assert Reminder.objects.get().state == "sent"


def test_a_lease_lost_during_the_conversation_stops_before_the_dot(smtp_sink: SmtpSink) -> None:
    make_visit(make_watched(), before=0)
    dispatcher, (claimed,) = claimed_dispatcher(smtp_sink)
    write = dispatcher._hand_over

    def lose_it_first(*arguments: object) -> Try:
        run_out_of_time(claimed)
        claims.recover(now=NOW)
        return write(*arguments)  # type: ignore[arg-type]

    dispatcher._hand_over = lose_it_first  # type: ignore[method-assign, assignment]
    deliver(dispatcher, [claimed])
    assert smtp_sink.kept == []
    assert Reminder.objects.get().state == "retry"


def test_what_was_claimed_and_not_begun_loses_no_try_when_its_worker_vanishes(smtp_sink: SmtpSink) -> None:
    make_visit(make_watched(), before=0)
    _, (claimed,) = claimed_dispatcher(smtp_sink)
    run_out_of_time(claimed)
    claims.recover(now=NOW)
    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.attempts) == ("due", 0)


@pytest.mark.parametrize("state", sorted(set(ReminderState) - {ReminderState.DUE, ReminderState.RETRY}))
def test_only_what_is_due_is_claimed(smtp_sink: SmtpSink, state: ReminderState) -> None:
    make_visit(make_watched(), before=0)
    claimed_dispatcher(smtp_sink)
    fields: dict[str, object] = {"lease_until": LONG_AGO if state == ReminderState.SENDING else None}
    if state == ReminderState.COVERED:
        fields["covered_by"] = Reminder.objects.get()
    Reminder.objects.update(state=state, **fields)
    assert claims.claim(now=NOW) == []


def test_an_address_that_no_mail_server_takes_is_dead_and_the_rest_is_sent(smtp_sink: SmtpSink) -> None:
    visits = due_visits(3)
    with as_test():
        StaffMember.objects.filter(email=address_of(visits[1])).update(email="zoë@example.org")
    counts = cycle(smtp_sink)
    assert (counts["sent"], counts["dead"]) == (2, 1)


def test_a_broken_template_is_dead_and_not_half_sent(smtp_sink: SmtpSink, tmp_path: Path) -> None:
    folder = tmp_path / "emails"
    folder.mkdir()
    (folder / "reminder_subject.txt").write_text("{% nonsense %}")
    due_visits(2)
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]):
        assert cycle(smtp_sink)["dead"] == 2
    assert smtp_sink.kept == []


def test_a_healthy_week_brings_exactly_what_the_rules_say(smtp_sink: SmtpSink) -> None:
    for shift in (-40, -9, -1, 0, 2, 4, 10):
        make_visit(make_watched(), target_on=day(shift))
    first, last = morning(0) - timedelta(hours=12), morning(7) - timedelta(hours=12)
    run_cycle(now=first, transport=to(smtp_sink))
    already = len(smtp_sink.kept)
    now = first
    while now < last:
        now += timedelta(hours=1)
        run_cycle(now=now, transport=to(smtp_sink))
    expected = Counter(
        str(moment.rule.kind)
        for visit in Visit.objects.filter(target_on__isnull=False)
        if (subject := subject_of(visit))
        for moment in moments(subject)
        if day(0) <= moment.due_on < day(7)
    )
    found = Counter(Reminder.objects.filter(due_at__gt=first).values_list("rule", flat=True))
    assert found == expected
    assert len(smtp_sink.kept) - already == sum(expected.values()) > 10
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}
