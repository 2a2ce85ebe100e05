"""Snapshots of a data cut: freeze the page of one choice, list what was frozen, open it as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from followup.actions.snapshots import freeze
from followup.dashboards.choice import Choice
from followup.dashboards.figure import Figure
from followup.dashboards.files import Stamp, figure_csv_response, svg_response, tables_response
from followup.dashboards.frozen import Altered, Frozen, read
from followup.dashboards.page import read_page
from followup.forms.snapshot import FreezeForm
from followup.models import Snapshot
from participants.access import StaffRequest, View, allow
from participants.audit import Actor, record_event
from participants.domain.roles import Capability
from participants.forms.refusals import attempt
from participants.models import Participant
from participants.pages.keyset import keyset_page
from participants.views.form_pages import form_page

P = ParamSpec("P")


def unaltered(view: Callable[Concatenate[StaffRequest, Frozen, P], HttpResponse]) -> View:
    """Hand a view what was frozen; where that has been altered, say so instead and show no number."""

    @wraps(view)
    def opened(request: StaffRequest, row: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            frozen = read(row)
        except Altered as altered:
            context = {"row": row, "why": str(altered)}
            return render(request, "followup/dashboard/altered.html", context, status=409)
        return view(request, frozen, *args, **kwargs)

    return cast(View, opened)


@allow(Capability.FREEZE_FIGURES, methods="GET POST")
def freeze_page(request: StaffRequest) -> HttpResponse:
    """Freeze all figures of a choice, over the sites at which the person may."""
    choice, now, by = Choice.of(request.GET), timezone.now(), Actor.of(request.user)
    if choice.refusal:
        return redirect(f"{reverse('followup:dashboard')}?{request.GET.urlencode()}")
    form = FreezeForm(request.POST or None)
    if form.is_valid():
        row = attempt(form, lambda: freeze(by=by, choice=choice, now=now, reason=form.cleaned_data["reason"]))
        if row is not None:
            messages.success(request, "The figures are frozen. Nobody can change this snapshot.")
            return redirect("followup:snapshot", row.pk)
    page = read_page(request.user, choice, now, Capability.FREEZE_FIGURES)
    chosen = "; ".join(f"{name}: {words}" for name, words in page.choice_words)
    back = f"{reverse('followup:dashboard')}?{choice.query}"
    intro = f"{page.cut_notice} {chosen}.".strip()
    return form_page(request, form, "Freeze the figures", back=back, action="Freeze", intro=intro)


@allow(Capability.READ_PARTICIPANTS)
def snapshots(request: StaffRequest) -> HttpResponse:
    """List the snapshots that hold nothing but sites of the reader's, the latest first."""
    rows = Snapshot.objects.visible_to(request.user).for_lists()
    page = keyset_page(rows, "id", request.GET.get("after", ""), descending=True)
    return render(request, "followup/dashboard/snapshots.html", {"page": page})


@allow(Capability.READ_PARTICIPANTS, Snapshot)
@unaltered
def snapshot(request: StaffRequest, frozen: Frozen) -> HttpResponse:
    """Show the figures as they were frozen."""
    return render(request, "followup/dashboard/snapshot.html", {"frozen": frozen, "links": frozen.links})


@allow(Capability.READ_PARTICIPANTS, Snapshot)
@unaltered
def figure_alone(request: StaffRequest, frozen: Frozen, figure: str) -> HttpResponse:
    """Show one frozen figure alone, for printing."""
    context = {
        "frozen": frozen,
        "links": frozen.links,
        "cut_on": frozen.cut_on,
        "study": frozen.record["study"],
    }
    context |= {"figure": _figure(frozen, figure), "choice_words": frozen.record["choice"]}
    return render(request, "followup/dashboard/alone.html", context)


@allow(Capability.READ_PARTICIPANTS, Snapshot)
@unaltered
def people(request: StaffRequest, frozen: Frozen, figure: str) -> HttpResponse:
    """List the participants behind a frozen number, of those whom the reader may see today."""
    drawn, group = _figure(frozen, figure), request.GET.get("of", "")
    if group not in drawn.groups:
        raise Http404
    seen = set(Participant.objects.visible_to(request.user).values_list("pk", flat=True))
    behind = frozen.people(figure, group).among(seen)
    context = {"frozen": frozen, "figure": drawn, "behind": behind, "cut_on": frozen.cut_on}
    return render(request, "followup/dashboard/people.html", context)


@allow(Capability.EXPORT, Snapshot, read=Capability.EXPORT)
@unaltered
def csv_file(request: StaffRequest, frozen: Frozen, figure: str) -> HttpResponse:
    """Hand out the table of a frozen figure."""
    return figure_csv_response(_figure(frozen, figure), _stamp(frozen), person=request.user)


@allow(Capability.EXPORT, Snapshot, read=Capability.EXPORT)
@unaltered
def tables(request: StaffRequest, frozen: Frozen) -> HttpResponse:
    """Hand out the tables of all frozen figures."""
    name, figures = f"snapshot-{frozen.row.pk}", frozen.figures.values()
    words = frozen.record["choice"]
    return tables_response(name, figures, words, _stamp(frozen), person=request.user)


@allow(Capability.EXPORT, Snapshot, read=Capability.EXPORT)
@unaltered
def svg_file(request: StaffRequest, frozen: Frozen, figure: str) -> HttpResponse:
    """Hand out a frozen figure as a drawing that stands alone."""
    return svg_response(_figure(frozen, figure), _stamp(frozen), person=request.user, style=frozen.style)


@allow(Capability.EXPORT, Snapshot, read=Capability.EXPORT)
@unaltered
def content(request: StaffRequest, frozen: Frozen) -> HttpResponse:
    """Hand out exactly what was hashed, so that anybody can check the hash."""
    row = frozen.row
    response = HttpResponse(row.content.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="snapshot-{row.pk}.json"'
    record_event(by=Actor.of(request.user), kind="export", reason=f"snapshot {row.pk}: content as JSON")
    return response


def _stamp(frozen: Frozen) -> Stamp:
    return Stamp(frozen.record["study"], frozen.cut_on, frozen.frozen_at)


def _figure(frozen: Frozen, key: str) -> Figure:
    if key not in frozen.figures:
        raise Http404
    return frozen.figures[key]
