"""The settings of a study: shown to who works in it, changed by who answers for its data."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow, holds
from participants.actions.settings import change_settings, may_change_settings
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.refusals import attempt, status_of
from participants.forms.settings import SettingsForm, kept
from participants.models import Study
from participants.pages.settings import read_settings
from participants.views.errors import stale
from participants.views.form_pages import form_page, typed_version


@allow(Capability.READ_SITES)
def settings(request: StaffRequest) -> HttpResponse:
    """Show the settings of the studies in which the person works."""
    may_manage = holds(request.user, Capability.MANAGE_STAFF)
    context = {"pages": read_settings(request.user), "may_manage": may_manage}
    return render(request, "participants/administration/settings.html", context)


@allow(Capability.CHANGE_SETTINGS, methods="GET POST")
def settings_change(request: StaffRequest) -> HttpResponse:
    """Change the settings of the study that the address names, the person's first without a name."""
    mine = Study.objects.visible_to(request.user, Capability.CHANGE_SETTINGS)
    code = request.GET.get("study", "")
    study = (mine.filter(code=code) if code else mine).first()
    if study is None or not may_change_settings(request.user, study):
        raise PermissionDenied
    saved, back = kept(study), reverse("participants:settings")
    form = SettingsForm(request.POST or None, initial=saved)
    if form.is_valid():
        by = Actor.of(request.user)
        now = attempt(form, lambda: _save(study, form, by=by, version=typed_version(request)))
        if now is not None:
            _say_saved(request, study, has_changed=now.version != study.version)
            return redirect(back)
        if status_of(form) == 409:
            return stale(request, form=form, saved=saved, version=study.version, back=back)
    return form_page(
        request, form, f"Settings of {study.code}", back=back, action="Save the settings",
        version=study.version,
    )  # fmt: skip


def _say_saved(request: StaffRequest, study: Study, *, has_changed: bool) -> None:
    if has_changed:
        messages.success(request, f"The settings of {study.code} are saved; what rests on them follows.")
    else:
        messages.info(request, f"Nothing has changed: the settings of {study.code} are as they were.")


def _save(study: Study, form: SettingsForm, *, by: Actor, version: int) -> Study:
    reason = form.cleaned_data["reason"]
    return change_settings(by=by, study=study, version=version, reason=reason, **form.settings())
