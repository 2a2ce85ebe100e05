"""Where the link of a mail leads."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from followup.models import Reminder, Visit
from participants.access import StaffRequest, allow


@allow(None)
def reminder_link(request: StaffRequest, reference: str) -> HttpResponse:
    """Lead who was reminded to the visit, or to My day for several items; reading changes nothing.

    Somebody else's reference answers like one that does not exist.
    """
    reminder = Reminder.objects.visible_to(request.user).filter(link_reference=reference).first()
    if reminder is None:
        raise Http404
    if (
        reminder.visit_id is None
        or not Visit.objects.visible_to(request.user).filter(pk=reminder.visit_id).exists()
    ):
        return redirect("followup:my_day")
    return redirect("followup:visit", pk=reminder.visit_id)
