"""The dashboards: the page, a figure as CSV and SVG, and the participants behind a number."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from followup.actions.analysis import enter_plan, may_enter_plan
from followup.actions.standing import open_figures
from followup.dashboards.choice import Choice
from followup.dashboards.files import Stamp, figure_csv_response, svg_response, tables_response
from followup.dashboards.links import screening_log
from followup.dashboards.page import Page, people_behind, read_figure, read_page, read_part, refuse_site
from followup.dashboards.reading.frame import Frame
from followup.forms.analysis import AnalysisPlanForm, kept
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.refusals import attempt, status_of
from participants.views.errors import stale
from participants.views.form_pages import form_page, typed_version


@allow(Capability.READ_PARTICIPANTS)
def dashboard(request: StaffRequest) -> HttpResponse:
    """Show all figures of one choice."""
    page = open_figures(person=request.user, choice=Choice.of(request.GET), now=timezone.now())
    return render(request, "followup/dashboard/dashboard.html", _shown(page))


@allow(Capability.READ_PARTICIPANTS)
def dashboard_part(request: StaffRequest, part: str) -> HttpResponse:
    """Show one part of the figures of a choice, to stand after the parts before it."""
    page = read_part(request.user, part, _readable_choice(request), timezone.now())
    return render(request, "followup/dashboard/_figures.html", _shown(page))


@allow(Capability.EXPORT)
def figure_csv(request: StaffRequest, figure: str) -> HttpResponse:
    """Hand out the table of a figure."""
    choice, now = _readable_choice(request), timezone.now()
    frame, found = read_figure(request.user, figure, choice, now, Capability.EXPORT)
    return figure_csv_response(found, _stamp(frame, now), person=request.user)


@allow(Capability.EXPORT)
def tables(request: StaffRequest) -> HttpResponse:
    """Hand out the tables of all figures of one choice."""
    now = timezone.now()
    page = read_page(request.user, _readable_choice(request), now, Capability.EXPORT)
    refuse_site(page.frame)
    stamp = _stamp(page.frame, now)
    return tables_response("tables", page.figures, page.choice_words, stamp, person=request.user)


@allow(Capability.READ_PARTICIPANTS)
def figure_alone(request: StaffRequest, figure: str) -> HttpResponse:
    """Show one figure alone, for printing."""
    choice, now = _readable_choice(request), timezone.now()
    frame, found = read_figure(request.user, figure, choice, now, Capability.READ_PARTICIPANTS)
    page = Page(frame, choice)
    context = {"figure": found, "choice": choice, "links": page.links, "cut_on": frame.cut_on}
    context |= {"choice_words": page.choice_words, "study": frame.study.code if frame.study else ""}
    return render(request, "followup/dashboard/alone.html", context)


@allow(Capability.EXPORT)
def figure_svg(request: StaffRequest, figure: str) -> HttpResponse:
    """Hand out a figure as a drawing that stands alone; one with nothing to show is an empty answer."""
    choice, now = _readable_choice(request), timezone.now()
    frame, found = read_figure(request.user, figure, choice, now, Capability.EXPORT)
    return svg_response(found, _stamp(frame, now), person=request.user)


@allow(Capability.READ_PARTICIPANTS)
def figure_people(request: StaffRequest, figure: str) -> HttpResponse:
    """List the participants behind a number."""
    choice, now = _readable_choice(request), timezone.now()
    frame, found = read_figure(request.user, figure, choice, now, Capability.READ_PARTICIPANTS)
    group = request.GET.get("of", "")
    behind = people_behind(frame, found, group)
    context = {"figure": found, "behind": behind, "cut_on": frame.cut_on, "choice": choice}
    context["log"] = screening_log(figure, group, choice.site)
    return render(request, "followup/dashboard/people.html", context)


@allow(Capability.ENTER_ANALYSIS_PLAN, methods="GET POST")
def analysis_plan(request: StaffRequest) -> HttpResponse:
    """Enter the planned number, the comparison rate and the stopping boundary of a study."""
    by, frame = Actor.of(request.user), Frame(request.user, Choice.of(request.GET), timezone.now())
    if frame.study is None or not may_enter_plan(by, frame.study):
        raise PermissionDenied
    study, saved, version = frame.study, kept(frame.plan), frame.plan.version if frame.plan.pk else 0
    back = f"{reverse('followup:dashboard')}?study={study.code}"
    form = AnalysisPlanForm(request.POST or None, initial=saved)
    if form.is_valid():
        typed = typed_version(request)
        if attempt(form, lambda: enter_plan(by=by, study=study, version=typed, **form.plan_fields())):
            messages.success(request, "The analysis plan is saved; every figure uses it from now on.")
            return redirect(back)
        if status_of(form) == 409:
            return stale(request, form=form, saved=saved, version=version, back=back)
    return form_page(request, form, f"Analysis plan of {study.code}", back=back, version=version or None)


def _shown(page: Page) -> dict[str, object]:
    return {"page": page, "choice": page.choice, "links": page.links, "cut_on": page.cut_on}


def _stamp(frame: Frame, now: datetime) -> Stamp:
    return Stamp(frame.study.code if frame.study else "", frame.cut_on, now)


def _readable_choice(request: StaffRequest) -> Choice:
    """Return the choice of an address. Raises BadRequest for a data cut that cannot be read."""
    choice = Choice.of(request.GET)
    if choice.refusal:
        raise BadRequest(choice.refusal)
    return choice
