"""The cards of My day that are about visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from followup.domain.urgency import Urgency, urgency_of
from followup.domain.windows import days_left
from followup.models import AppointmentState, ContactResult, Snooze, Visit, VisitMode, VisitPhase
from followup.pages.tasks import Task
from followup.pages.todays import Todays, by_today
from followup.pages.visit_words import window_words
from participants.domain.day_words import away, full_day, short_day, study_day
from participants.domain.roles import Capability
from participants.models import Milestone, StaffMember


def visits_of_the_day(person: StaffMember, days: Todays) -> Iterable[Any]:
    """Return the visits owed whose window has opened, or that are booked by today, not snoozed.

    Each comes with `day_zero_on` and the number of unanswered `calls`.
    """
    open_now = by_today(days, lambda day: Q(opens_on__lte=day) | _booked(Q(scheduled_on__lte=day)))
    snoozed = by_today(days, lambda day: Q(until_on__gt=day), "visit__participant__site")
    unanswered = Q(contact_attempts__stands=True) & ~Q(contact_attempts__result=ContactResult.REACHED)
    rows = (
        Visit.objects.visible_to(person, Capability.WRITE_RECORDS)
        .owed()
        .filter(open_now, closes_on__isnull=False)
    )
    rows = rows.exclude(Exists(Snooze.objects.filter(snoozed, visit=OuterRef("pk"), staff=person)))
    zero = (
        Milestone.objects.standing()
        .actual()
        .filter(
            participant=OuterRef("participant"), kind=OuterRef("participant__site__study__day_zero_event")
        )
    )
    return (
        rows.select_related("participant__site", "planned_visit")
        .annotate(calls=Count("contact_attempts", filter=unanswered, distinct=True))
        .annotate(day_zero_on=Subquery(zero.order_by("on").values("on")[:1]))
        .order_by("closes_on", "pk")
    )


def _booked(condition: Q) -> Q:
    return condition & Q(appointment__in=[AppointmentState.SCHEDULED, AppointmentState.CONFIRMED])


def task_of_visit(visit: Any, today: date) -> Task | None:
    """Name what a visit wants of a person, None while it can rest."""
    urgency = urgency_of(visit.dates, today, booked_on=visit.booked_on)
    if urgency is Urgency.LATER:
        return None
    left = days_left(visit.dates, today)
    page = reverse("followup:visit", args=[visit.pk]) + "?from=day"
    if visit.booked_on == today or (visit.booked_on and visit.booked_on < today):
        return _booked_task(visit, urgency, today, page)
    if left < 0:
        return _overdue_task(visit, urgency, -left, page)
    return _open_task(visit, urgency, left, page)


def _booked_task(visit: Any, urgency: Urgency, today: date, page: str) -> Task:
    is_today = visit.booked_on == today
    clock = f"{visit.scheduled_time:%H:%M}" if visit.scheduled_time else "Today"
    state = "Confirmed" if visit.appointment == AppointmentState.CONFIRMED else "Scheduled"
    left = days_left(visit.dates, today)
    return Task(
        urgency=urgency,
        rank=left,
        sign="overdue" if left < 0 else "open",
        verb=f"Enter {visit.label} of",
        participant=visit.participant,
        rest="",
        detail=f"{state} {full_day(visit.booked_on)} · {_window(visit)}",
        when=clock if is_today else f"Was {away(visit.booked_on, today)}",
        when_sub=f"window to {short_day(visit.closes_on)}",
        button="Enter",
        href=page + "#log",
        visit=visit,
        is_over=left < 0,
    )


def _overdue_task(visit: Any, urgency: Urgency, late: int, page: str) -> Task:
    """Ask for a call where the family comes in for the visit, for an entry where it is on the ward."""
    is_away = visit.planned_visit.phase == VisitPhase.FOLLOW_UP
    window = f"Window {window_words(visit.dates, visit.day_zero_on)} closed {short_day(visit.closes_on)}"
    calls = reverse("followup:contacts", args=[visit.participant_id]) + f"?visit={visit.pk}#log"
    return Task(
        urgency=urgency,
        rank=-late,
        sign="overdue",
        verb="Call the family of" if is_away else f"Enter {visit.label} of",
        participant=visit.participant,
        rest=f"about {visit.label}" if is_away else "or record why not",
        detail=f"{window}{_calls(visit.calls)}" if is_away else window,
        when=f"{late} d overdue",
        when_sub=full_day(visit.closes_on),
        button="Log a call" if is_away else "Enter",
        href=calls if is_away else page + "#log",
        visit=visit,
        is_over=True,
    )


def _open_task(visit: Any, urgency: Urgency, left: int, page: str) -> Task:
    when = {0: "Closes today", 1: "Closes tomorrow"}.get(left, f"{left} d left")
    is_contact = visit.mode == VisitMode.CONTACT
    booked = f"booked {short_day(visit.booked_on)}" if visit.booked_on else "not scheduled"
    closing = left <= 1
    return Task(
        urgency=urgency,
        rank=left,
        sign="open",
        verb="Call the family of" if is_contact else "See" if closing else f"Plan {visit.label} of",
        participant=visit.participant,
        rest=f"for {visit.label}, or record why not" if closing or is_contact else "",
        detail=f"Target {_target(visit)} · {_window(visit)} · {booked}",
        when=when,
        when_sub=full_day(visit.closes_on),
        button="Enter" if closing or is_contact else "Schedule",
        href=page + ("#log" if closing or is_contact else "#appointment"),
        visit=visit,
    )


def _target(visit: Any) -> str:
    day = study_day(visit.target_on, visit.day_zero_on)
    return f"{short_day(visit.target_on)}, {day}" if day else short_day(visit.target_on)


def _window(visit: Any) -> str:
    return f"window {window_words(visit.dates, visit.day_zero_on)}"


def _calls(number: int) -> str:
    if not number:
        return " · nobody has called"
    return " · one call not answered" if number == 1 else f" · {number} calls not answered"
