"""Where a person goes after saving: back, nowhere, or to the next visit; the choice is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from followup.models import Visit
from participants.models import StaffMember

CHOICES = {"exit": "Save & exit", "stay": "Save & stay", "next": "Save & next"}
_KEY = "save_then"
_LISTS = {"day": "followup:my_day", "grid": "followup:grid"}


@dataclass(frozen=True)
class SaveButton:
    """The split button: what a click does, and what else it could do."""

    main: str
    back: str

    @property
    def label(self) -> str:
        """The words on the button."""
        return CHOICES[self.main]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the menu beside the button offers."""
        return list(CHOICES.items())


def save_button(request: HttpRequest) -> SaveButton:
    """Return the button as this person last used it."""
    kept = request.session.get(_KEY, "exit")
    return SaveButton(
        kept if kept in CHOICES else "exit", request.POST.get("from") or request.GET.get("from", "")
    )


def after_saving(request: HttpRequest, visit: Visit, person: StaffMember) -> str:
    """Remember what was chosen and return the address to go to."""
    then = request.POST.get("then", "exit")
    request.session[_KEY] = then if then in CHOICES else "exit"
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
