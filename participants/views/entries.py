"""Add an entry to a chart, correct it, take it back, or ask about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from participants.access import StaffRequest, View, allow
from participants.actions.entries import remove_entry
from participants.actions.queries import raise_query
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.forms.moves import TakeBackForm
from participants.forms.queries import RaiseQueryForm
from participants.forms.refusals import attempt, show_refusal
from participants.models import Participant
from participants.models.base import Fact
from participants.pages.balloons import beside_none, put_beside
from participants.pages.entries import ENTRIES, Entry, address_of
from participants.subjects import columns_of
from participants.views.about import about_page, with_day_zero


def _add(entry: Entry) -> View:
    @allow(Capability.WRITE_RECORDS, Participant, "GET POST")
    def add(request: StaffRequest, participant: Participant) -> HttpResponse:
        """Ask for a new entry, and keep it."""
        data = request.POST if request.method == "POST" else None
        form = entry.make(participant, None, data, request.GET)
        if form.is_valid() and _keep(request, entry, form, None):
            messages.success(request, f"{participant}: {entry.name} recorded.")
            return redirect(_back(request, entry, participant))
        title = f"Record {entry.name}"
        return _page(request, entry, participant, form, title)

    return add


def _correct(entry: Entry) -> View:
    @allow(Capability.WRITE_RECORDS, entry.model, "GET POST")
    def correct(request: StaffRequest, fact: Any) -> HttpResponse:
        """Correct an entry: a new one takes its place, the old one stays in the history."""
        participant = with_day_zero(request, fact.participant_id)
        if not fact.stands and request.method == "GET":
            return _gone(request, entry, participant)
        data = request.POST if request.method == "POST" else None
        form = entry.make(participant, fact, data, request.GET)
        if form.is_valid() and _keep(request, entry, form, fact):
            messages.success(
                request, f"{participant}: {entry.name} corrected; the old entry stays in the history."
            )
            return redirect(_back(request, entry, participant))
        balloons = put_beside(form, request.user, fact)
        return _page(
            request, entry, participant, form, f"Correct {entry.name}", fact=fact, balloons=balloons,
            asked=beside_none(form, balloons),
            ways={what: address_of(fact, what) for what in ("move", "take_back")},
        )  # fmt: skip

    return correct


def _take_back(entry: Entry) -> View:
    @allow(Capability.WRITE_RECORDS, entry.model, "GET POST")
    def take_back(request: StaffRequest, fact: Any) -> HttpResponse:
        """Take back an entry that was never true."""
        participant = with_day_zero(request, fact.participant_id)
        form = TakeBackForm(request.POST or None)

        def act() -> bool:
            remove_entry(by=Actor.of(request.user), row=fact, reason=form.cleaned_data["reason"])
            return True

        if form.is_valid() and attempt(form, act):
            messages.success(request, f"{participant}: {entry.name} taken back.")
            return redirect(entry.tab, participant.pk)
        back = reverse(f"participants:{entry.slug}_correct", args=[fact.pk])
        return about_page(
            request, participant, form, f"Take back {entry.name}", tab=entry.tab, back=back,
            action="Take back", is_grave=True,
            intro=f"{fact}. For what never happened; it stays in the history.",
        )  # fmt: skip

    return take_back


def _query(entry: Entry) -> View:
    @allow(Capability.RAISE_QUERIES, entry.model, "GET POST")
    def query(request: StaffRequest, fact: Any) -> HttpResponse:
        """Ask the site about an entry, or about one of its fields."""
        participant = with_day_zero(request, fact.participant_id)
        form = RaiseQueryForm(request.POST or None, fields=columns_of(entry.model))

        def act() -> object:
            text, field = form.cleaned_data["text"], form.cleaned_data["field"]
            by = Actor.of(request.user)
            return raise_query(by=by, participant=participant, text=text, about=fact, field=field)

        if form.is_valid() and attempt(form, act) is not None:
            messages.success(request, f"{participant}: query raised.")
            return redirect(entry.tab, participant.pk)
        return about_page(
            request, participant, form, f"Query about {entry.name}", tab=entry.tab, intro=str(fact),
            back=reverse(entry.tab, args=[participant.pk]), action="Raise",
        )  # fmt: skip

    return query


def _keep(request: StaffRequest, entry: Entry, form: Any, fact: Fact | None) -> bool:
    try:
        entry.save(Actor.of(request.user), form, fact)
    except ActionRefused as refused:
        if refused.field not in form.fields:
            refused.field = form.field_of(refused.field or "") or None
        show_refusal(form, refused)
        return False
    return True


def _page(
    request: StaffRequest, entry: Entry, participant: Participant, form: Any, title: str, **context: Any
) -> HttpResponse:
    back = _back(request, entry, participant)
    return about_page(
        request, participant, form, title, tab=entry.tab, back=back, template=entry.template, entry=entry,
        came_from=request.GET.get("from", request.POST.get("from", "")), **context,
    )  # fmt: skip


def _back(request: StaffRequest, entry: Entry, participant: Participant) -> str:
    if "bedside" in (request.GET.get("from"), request.POST.get("from")):
        return reverse("participants:bedside", args=[participant.pk])
    return reverse(entry.tab, args=[participant.pk])


def _gone(request: StaffRequest, entry: Entry, participant: Participant) -> HttpResponse:
    messages.warning(request, "This entry has been corrected or taken back; here is what stands now.")
    return redirect(entry.tab, participant.pk)


urlpatterns: list[URLPattern] = [
    pattern
    for entry in ENTRIES
    for pattern in (
        path(f"participants/<int:pk>/{entry.slug}/add/", _add(entry), name=f"{entry.slug}_add"),
        path(f"{entry.slug}/<int:pk>/", _correct(entry), name=f"{entry.slug}_correct"),
        path(f"{entry.slug}/<int:pk>/take-back/", _take_back(entry), name=f"{entry.slug}_take_back"),
        path(f"{entry.slug}/<int:pk>/query/", _query(entry), name=f"{entry.slug}_query"),
    )
]
