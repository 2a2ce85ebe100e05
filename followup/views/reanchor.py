"""Anchor dates: a preview of every date, old and new, before anything is applied."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from followup.actions.reanchor import apply_anchor, preview_anchor
from followup.forms.anchor import HAPPENED, PLANNED, AnchorForm
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.milestones import PLANNABLE, MilestoneKind
from participants.domain.roles import Capability
from participants.forms.refusals import attempt, status_of
from participants.models import Milestone, Participant
from participants.pages.frame import frame_of


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def anchor(request: StaffRequest, participant: Participant, kind: str) -> HttpResponse:
    """Ask for the date of an event, preview what moves, and apply it once confirmed."""
    event = _kind(kind)
    form = AnchorForm(
        request.POST or None, participant=participant, kind=event, initial=_initial(participant, event)
    )
    by, preview, seen = Actor.of(request.user), None, None
    if request.method == "POST" and form.is_valid():
        seen = _seen(request) if "seen" in request.POST else _standing(participant, form)
        change = form.change(seen)
        if request.POST.get("step") == "apply":
            if attempt(form, lambda: apply_anchor(by=by, participant=participant, change=change)):
                messages.success(
                    request, f"{event.label}: {full_day(change.on)} recorded; the schedule has moved."
                )
                return redirect("followup:schedule", participant.pk)
        elif request.POST.get("step") != "edit":
            preview = attempt(form, lambda: preview_anchor(by=by, participant=participant, change=change))
    context = {
        "frame": frame_of(participant, request.user, "participants:treatment"),
        "event": event,
        "form": form,
        "preview": preview,
        "seen": seen,
        "standing": Milestone.objects.standing().filter(participant=participant, kind=event),
    }
    return render(request, "followup/anchor.html", context, status=status_of(form))


def _kind(written: str) -> MilestoneKind:
    try:
        return MilestoneKind(written)
    except ValueError:
        raise Http404 from None


def _initial(participant: Participant, event: MilestoneKind) -> dict[str, object]:
    rows = (
        Milestone.objects.standing()
        .filter(participant=participant, kind=event)
        .order_by("is_planned", "-course")
    )
    last = rows.first()
    if last is None:
        return {"state": PLANNED if event in PLANNABLE else HAPPENED}
    clock = last.at.astimezone(participant.site.tz).time() if last.at else None
    state = PLANNED if last.is_planned else HAPPENED
    return {"state": state, "on": last.on, "clock": clock, "course": last.course, "note": last.note}


def _standing(participant: Participant, form: AnchorForm) -> int | None:
    rows = Milestone.objects.standing().filter(
        participant=participant,
        kind=form.kind,
        course=form.cleaned_data["course"],
        is_planned=form.cleaned_data.get("state") == PLANNED,
    )
    return rows.values_list("pk", flat=True).first()


def _seen(request: StaffRequest) -> int | None:
    written = request.POST["seen"]
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
