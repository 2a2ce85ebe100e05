"""Deviations: the list, and a person's judgement of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from participants.access import StaffRequest, allow, holds
from participants.actions.deviations import classify_deviation
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.forms.deviations import ClassifyForm
from participants.forms.refusals import show_refusal
from participants.models import Deviation
from participants.pages.csv_file import csv_response
from participants.pages.deviations import (
    DEVIATIONS_CSV_HEAD,
    DeviationFilter,
    deviation_rows,
    read_deviations,
)
from participants.views.errors import stale
from participants.views.leading_back import leads_back


@allow(Capability.READ_PARTICIPANTS)
def deviations(request: StaffRequest) -> HttpResponse:
    """List the deviations of the person's sites, drafts to classify among them."""
    page = read_deviations(request.user, DeviationFilter.of(request.GET))
    return render(request, "participants/deviations.html", {"page": page})


@allow(Capability.EXPORT)
def deviations_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the list as a file."""
    rows = deviation_rows(request.user, DeviationFilter.of(request.GET))
    return csv_response("deviations", DEVIATIONS_CSV_HEAD, rows, person=request.user)


@allow(Capability.READ_PARTICIPANTS, Deviation)
def deviation(request: StaffRequest, deviation: Deviation) -> HttpResponse:
    """Show a deviation with the form that classifies it."""
    initial = {"classification": deviation.classification, "comment": deviation.comment}
    return _show(request, deviation, ClassifyForm(initial=initial))


@allow(Capability.CLASSIFY_DEVIATIONS, Deviation, "GET POST")
@leads_back("participants:deviation")
def classify(request: StaffRequest, deviation: Deviation) -> HttpResponse:
    """Record a person's judgement."""
    form = ClassifyForm(request.POST)
    if not form.is_valid():
        return _show(request, deviation, form)
    version = form.cleaned_data.pop("version")
    try:
        classify_deviation(
            by=Actor.of(request.user), deviation=deviation, version=version, **form.cleaned_data
        )
    except StaleVersion:
        now = Deviation.objects.visible_to(request.user).get(pk=deviation.pk)
        saved = {"classification": now.classification, "comment": now.comment}
        back = redirect("participants:deviation", deviation.pk).url
        return stale(request, form=form, saved=saved, version=now.version, back=back)
    except ActionRefused as refused:
        show_refusal(form, refused)
        return _show(request, deviation, form)
    messages.success(request, f"{deviation.participant}: {deviation.summary} is classified.")
    return redirect("participants:deviations")


def _show(request: StaffRequest, deviation: Deviation, form: ClassifyForm) -> HttpResponse:
    site = deviation.participant.site
    context = {
        "deviation": deviation,
        "form": form,
        "may_classify": holds(request.user, Capability.CLASSIFY_DEVIATIONS, site),
        "site": site,
    }
    return render(request, "participants/deviation.html", context)
