"""Where a person goes after saving a visit: back, nowhere, or to the next one."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from followup.models import Visit
from participants.models import StaffMember
from participants.pages.saving import chosen_way, save_button

__all__ = ["after_saving", "save_button"]

_LISTS = {"day": "followup:my_day", "grid": "followup:grid"}


def after_saving(request: HttpRequest, visit: Visit, person: StaffMember) -> str:
    """Remember what was chosen and return the address to go to."""
    then = chosen_way(request)
    if then == "stay":
        return reverse("followup:visit", args=[visit.pk])
    if then == "next" and (following := _next_of(visit, person)) is not None:
        return reverse("followup:visit", args=[following])
    came_from = _LISTS.get(request.POST.get("from", ""))
    return reverse(came_from) if came_from else reverse("followup:schedule", args=[visit.participant_id])


def _next_of(visit: Visit, person: StaffMember) -> int | None:
    """Return the visit of the same participant that is wanted next, None when none is open."""
    rows = Visit.objects.visible_to(person).filter(participant=visit.participant_id).owed()
    dated = rows.filter(closes_on__isnull=False).exclude(pk=visit.pk)
    return dated.order_by("closes_on", "pk").values_list("pk", flat=True).first()
