"""Who a participant is: pre-screening, details, disease history and product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm, model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions import people as actions
from participants.actions.screen import pre_screen as pre_screen_action
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.people import DetailsForm, DiseaseForm, PreScreenForm, ProductForm
from participants.forms.refusals import attempt, status_of
from participants.models import CarTProduct, DiseaseHistory, Participant
from participants.views.about import about_page
from participants.views.errors import stale
from participants.views.form_pages import form_page, typed_version

PRE_SCREENING = (
    "PACER knows people by a study id only. Who that is, stands in the site's own list. "
    "A birth date or an age is needed to say who is eligible."
)


@allow(Capability.WRITE_RECORDS, methods="GET POST")
def pre_screen(request: StaffRequest) -> HttpResponse:
    """Enter somebody new in the screening log."""
    form = PreScreenForm(request.POST or None, person=request.user)
    if form.is_valid():
        by = Actor.of(request.user)
        new = attempt(form, lambda: pre_screen_action(by=by, **form.cleaned_data))
        if new is not None:
            messages.success(request, f"{new.study_id} is in the screening log.")
            return redirect("participants:screening", new.pk)
    back = reverse("participants:screening_log")
    return form_page(request, form, "New participant", back=back, action="Enter", intro=PRE_SCREENING)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def edit_details(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Change who a participant is."""
    kept = model_to_dict(participant, ["sex", "age_at_consent_years", "coordinator"])
    kept["birth"] = participant.birth
    form = DetailsForm(request.POST or None, participant=participant, initial=kept)
    return _edit(
        request,
        participant,
        form,
        "Details",
        actions.edit_participant,
        kept=kept,
        version=participant.version,
    )


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def edit_disease(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record or change the disease history."""
    return _edit_sheet(
        request,
        participant,
        DiseaseForm,
        DiseaseHistory.objects.visible_to(request.user).filter(participant=participant).first(),
        "Disease before the trial",
        actions.record_disease_history,
    )


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def edit_product(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record or change the CAR-T product."""
    return _edit_sheet(
        request,
        participant,
        ProductForm,
        CarTProduct.objects.visible_to(request.user).filter(participant=participant).first(),
        "CAR-T product",
        actions.record_product,
    )


def _edit_sheet(
    request: StaffRequest,
    participant: Participant,
    form_class: type[DiseaseForm] | type[ProductForm],
    sheet: DiseaseHistory | CarTProduct | None,
    title: str,
    action: Callable[..., Model],
) -> HttpResponse:
    kept = model_to_dict(sheet, exclude=["participant"]) if sheet else {}
    form = form_class(request.POST or None, participant=participant, initial=kept)
    return _edit(
        request, participant, form, title, action, kept=kept, version=sheet.version if sheet else None
    )


def _edit(
    request: StaffRequest,
    participant: Participant,
    form: BaseForm,
    title: str,
    action: Callable[..., Model],
    *,
    kept: dict[str, Any],
    version: int | None,
) -> HttpResponse:
    """Save a form about a row that is edited in place; `version` None where there is no row yet."""
    back = reverse("participants:participant", args=[participant.pk])
    if form.is_valid():
        by, seen = Actor.of(request.user), typed_version(request)
        if attempt(form, lambda: action(by=by, participant=participant, version=seen, **form.cleaned_data)):
            messages.success(request, f"{participant}: {title} saved.")
            return redirect(back)
        if status_of(form) == 409:
            return stale(request, form=form, saved=kept, version=version or 0, back=back)
    return about_page(
        request, participant, form, title, tab="participants:participant", back=back, version=version
    )
