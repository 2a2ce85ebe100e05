"""My day, the home of whoever writes the record; and putting a visit off."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followup.actions.appointments import snooze_visit
from followup.models import Visit
from followup.pages.my_day import read_day
from participants.access import StaffRequest, allow, holds
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.views.leading_back import leads_back

SNOOZE_DAYS = (1, 3, 7)


@allow(None)
def my_day(request: StaffRequest) -> HttpResponse:
    """Show what needs this person; who reads no participants is led to what they do."""
    if not holds(request.user, Capability.READ_PARTICIPANTS):
        if holds(request.user, Capability.MANAGE_STAFF):
            return redirect("participants:administration")
        return render(request, "followup/no_role.html")
    day = read_day(request.user, timezone.now())
    return render(request, "followup/my_day.html", {"day": day, "snooze_days": SNOOZE_DAYS})


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:my_day", with_key=False)
def snooze(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Take a visit off this person's day for some days; the visit itself does not move."""
    written = request.POST.get("days", "")
    chosen = int(written) if written in {str(days) for days in SNOOZE_DAYS} else SNOOZE_DAYS[0]
    until = visit.today(timezone.now()) + timedelta(days=chosen)
    try:
        snooze_visit(by=Actor.of(request.user), visit=visit, until_on=until)
        messages.success(request, f"{visit.participant} {visit.label}: off your day until {full_day(until)}.")
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("followup:my_day")
