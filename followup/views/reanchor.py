"""Anchor dates: a preview of every date, old and new, before anything is applied."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from followup.actions.reanchor import AnchorChange, Preview, apply_anchor, preview_anchor
from followup.forms.anchor import AnchorForm
from followup.pages.anchor import filled_in, replaced_by, standing_entries
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.forms.refusals import attempt, status_of
from participants.models import Milestone, Participant
from participants.pages.frame import frame_of


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def anchor(request: StaffRequest, participant: Participant, kind: str) -> HttpResponse:
    """Ask for the date of an event, preview what moves, and apply it once confirmed."""
    event = _kind(kind)
    standing = standing_entries(participant, event)
    initial = filled_in(participant, event, standing)
    form = AnchorForm(request.POST or None, participant=participant, kind=event, initial=initial)
    preview: Preview | None = None
    seen: int | None = None
    if request.method == "POST" and form.is_valid():
        change = _change(request, form, standing)
        seen = change.seen
        if request.POST.get("step") == "apply" and _apply(request, participant, form, change):
            return redirect("followup:schedule", participant.pk)
        if request.POST.get("step") == "preview":
            by = Actor.of(request.user)
            preview = attempt(form, lambda: preview_anchor(by=by, participant=participant, change=change))
    frame = frame_of(participant, request.user, "participants:treatment")
    context = {
        "frame": frame,
        "event": event,
        "form": form,
        "preview": preview,
        "seen": seen,
        "standing": standing,
    }
    return render(request, "followup/anchor.html", context, status=status_of(form))


def _kind(written: str) -> MilestoneKind:
    try:
        return MilestoneKind(written)
    except ValueError:
        raise Http404 from None


def _change(request: StaffRequest, form: AnchorForm, standing: list[Milestone]) -> AnchorChange:
    """Return what was written; once previewed, it replaces what the preview showed and nothing newer."""
    change = form.change()
    if request.POST.get("step") != "apply":
        return replace(change, seen=replaced_by(change, standing))
    written = request.POST.get("seen", "")
    is_key = written.isascii() and written.isdigit() and len(written) < 19
    return replace(change, seen=int(written) if is_key else None)


def _apply(request: StaffRequest, participant: Participant, form: AnchorForm, change: AnchorChange) -> bool:
    by = Actor.of(request.user)
    if attempt(form, lambda: apply_anchor(by=by, participant=participant, change=change)) is None:
        return False
    word = "planned" if change.is_planned else "recorded"
    messages.success(request, f"{change.kind.label}: {full_day(change.on)} {word}; the schedule has moved.")
    return True
