"""The cards of My day that are about the bedside: doses, tests of cognition, a fever that waits, queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from followup.domain.urgency import Urgency
from followup.pages.tasks import Task
from participants.bedside_now import BedsideNow, read_bedside
from participants.domain.day_words import short_day
from participants.domain.dose_plan import Due
from participants.domain.roles import Capability
from participants.models import Participant, Query, QueryState, StaffMember
from participants.pages.bedside_list import people_at_the_bedside
from participants.pages.bedside_words import fever_words, span
from participants.pages.grade_card import when

# Before every visit: a drug that is due cannot wait.
FIRST_OF_ALL, FIRST = -100_000, -50_000
LAST = 900
# More than these need a list of their own, which is there.
QUERIES_SHOWN = 40


def bedside_tasks(person: StaffMember, now: datetime) -> list[Task]:
    """List what the bedside wants of a person; the same number of statements for any number of rows."""
    people = list(people_at_the_bedside(person, Capability.WRITE_RECORDS))
    states = read_bedside([one.pk for one in people], now)
    found = [task for one in people if one.pk in states for task in _tasks_of(one, states[one.pk], now)]
    return [*found, *_queries(person)]


def _tasks_of(participant: Participant, state: BedsideNow, now: datetime) -> Iterator[Task]:
    if state.wants_dose:
        yield _dose(participant, state, now)
    elif state.plan.due is Due.NOT_TRIGGERED and state.fever.waiting is not None:
        yield _waiting(participant, state, now)
    if state.test_due_at is not None and now >= state.test_due_at:
        yield _test(participant, state.test_due_at, now)


def _dose(participant: Participant, state: BedsideNow, now: datetime) -> Task:
    plan, site = state.plan, participant.site
    if plan.window is None:
        met_at = state.fever.trigger.met_at if state.fever.trigger else now
        words, when_words, sub = "trigger met, no dose yet", span(now - met_at), "since the trigger"
    else:
        is_late = plan.due is Due.LATE
        words = f"{plan.schedule}, due {when(plan.window.due_at, site, now)}"
        when_words = (
            f"{span(now - plan.window.due_at)} late" if is_late else when(plan.window.due_at, site, now)
        )
        sub = f"window to {when(plan.window.closes_at, site, now)}"
    return Task(
        urgency=Urgency.NOW,
        rank=FIRST_OF_ALL,
        sign="safety",
        verb=f"Give anakinra dose {plan.number} to",
        participant=participant,
        rest="",
        detail=f"Give, hold or record a refusal \N{MIDDLE DOT} {words}",
        when=when_words,
        when_sub=sub,
        button="Dose",
        href=f"{reverse('participants:bedside', args=[participant.pk])}#dose-head",
        is_over=plan.due in {Due.FIRST, Due.LATE},
    )


def _waiting(participant: Participant, state: BedsideNow, now: datetime) -> Task:
    waiting = state.fever.waiting
    left = waiting.closes_at - now if waiting is not None else now - now
    return Task(
        urgency=Urgency.TODAY,
        rank=FIRST,
        sign="clock",
        verb="Measure the temperature of",
        participant=participant,
        rest="",
        detail=fever_words(state.fever, participant.site, now),
        when=f"{span(left)} left",
        when_sub="for a second reading",
        button="Bedside",
        href=reverse("participants:bedside", args=[participant.pk]),
    )


def _test(participant: Participant, due_at: datetime, now: datetime) -> Task:
    return Task(
        urgency=Urgency.NOW,
        rank=FIRST,
        sign="overdue",
        verb="Assess ICE or CAPD of",
        participant=participant,
        rest="",
        detail="In hospital, at least every 12 h; ICANS is graded from it",
        when=f"{span(now - due_at)} late",
        when_sub=f"due {when(due_at, participant.site, now)}",
        button="Bedside",
        href=reverse("participants:bedside", args=[participant.pk]),
        is_over=True,
    )


def _queries(person: StaffMember) -> Iterator[Task]:
    rows = Query.objects.visible_to(person, Capability.WRITE_RECORDS).filter(state=QueryState.OPEN)
    for query in rows.select_related("participant__site").order_by("-raised_at", "-pk")[:QUERIES_SHOWN]:
        raised_on = query.participant.site.today(query.raised_at)
        yield Task(
            urgency=Urgency.WEEK,
            rank=LAST,
            sign="query",
            verb="Answer the query about",
            participant=query.participant,
            rest="",
            detail=query.text,
            when="Open",
            when_sub=f"since {short_day(raised_on)}",
            button="Answer",
            href=reverse("participants:query", args=[query.pk]),
        )
