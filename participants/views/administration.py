"""Administration: sites, the delegation log and the access report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow, holds
from participants.actions.administer import end_delegation
from participants.actions.sites import add_site, edit_site
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.administration import LogFilterForm, ReasonForm, SiteEditForm, SiteForm
from participants.forms.refusals import attempt, status_of
from participants.models import Delegation, Site
from participants.pages.csv_file import csv_response
from participants.pages.delegations import ACCESS_HEADER, LOG_HEADER, access_now, log_of, log_rows
from participants.pages.keyset import keyset_page
from participants.pages.sites import site_rows
from participants.views.errors import stale
from participants.views.form_pages import form_page, typed_version


@allow(Capability.MANAGE_STAFF)
def administration(request: StaffRequest) -> HttpResponse:
    """Show the sites that the person administers."""
    rows = site_rows(request.user)
    may_add = holds(request.user, Capability.MANAGE_SITES)
    return render(request, "participants/administration/sites.html", {"rows": rows, "may_add": may_add})


@allow(Capability.MANAGE_SITES, methods="GET POST")
def site_add(request: StaffRequest) -> HttpResponse:
    """Add a site to a study."""
    form = SiteForm(request.POST or None, person=request.user)
    if form.is_valid():
        site = attempt(form, lambda: add_site(by=Actor.of(request.user), **form.site_fields()))
        if site is not None:
            messages.success(request, f"Site {site.code} is added.")
            return redirect("participants:administration")
    return form_page(
        request, form, "Add a site", back=reverse("participants:administration"), action="Add the site"
    )


@allow(Capability.MANAGE_SITES, Site, "GET POST", read=Capability.MANAGE_STAFF)
def site_edit(request: StaffRequest, site: Site) -> HttpResponse:
    """Change a site's name, clock or participation."""
    back = reverse("participants:administration")
    kept = {"name": site.name, "zone": site.zone, "is_active": "yes" if site.is_active else "no"}
    form = SiteEditForm(request.POST or None, initial=kept)
    if form.is_valid():
        by, version = Actor.of(request.user), typed_version(request)
        if attempt(form, lambda: edit_site(by=by, site=site, version=version, **form.cleaned_data)):
            messages.success(request, f"Site {site.code} is saved.")
            return redirect(back)
        if status_of(form) == 409:
            return stale(request, form=form, saved=kept, version=site.version, back=back)
    return form_page(request, form, f"Site {site.code}", back=back, version=site.version)


@allow(Capability.MANAGE_STAFF)
def delegation_log(request: StaffRequest) -> HttpResponse:
    """Show who was, is and will be delegated to what, narrowed by site, role and state."""
    form = LogFilterForm(request.GET, person=request.user)
    rows = log_of(request.user, **form.cleaned_data) if form.is_valid() else Delegation.objects.none()
    page = keyset_page(rows, "id", request.GET.get("after", ""), descending=True)
    context = {"form": form, "page": page, "rows": list(log_rows(page.rows, request.user))}
    return render(request, "participants/administration/log.html", context)


@allow(Capability.MANAGE_STAFF)
def delegation_log_csv(request: StaffRequest) -> HttpResponse:
    """Give the delegation log as a file, with the same filter as the page; kept in the trail."""
    form = LogFilterForm(request.GET, person=request.user)
    rows = log_of(request.user, **form.cleaned_data) if form.is_valid() else Delegation.objects.none()
    cells = (row.log_cells() for row in log_rows(rows, request.user))
    return csv_response("delegations", LOG_HEADER, cells, person=request.user)


@allow(Capability.MANAGE_STAFF, Delegation, "GET POST")
def delegation_end(request: StaffRequest, delegation: Delegation) -> HttpResponse:
    """End a delegation, with a reason."""
    back = reverse("participants:staff", args=[delegation.staff_id])
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        if attempt(form, lambda: end_delegation(by=by, delegation=delegation, reason=reason)):
            messages.success(request, "The delegation has ended; it acts with the next request.")
            return redirect(back)
    return form_page(request, form, f"End: {delegation}", back=back, action="End it now")


@allow(Capability.MANAGE_STAFF)
def access_report(request: StaffRequest) -> HttpResponse:
    """Show who has which access now, and by which delegation."""
    rows = list(log_rows(access_now(request.user), request.user))
    return render(request, "participants/administration/access.html", {"rows": rows})


@allow(Capability.MANAGE_STAFF)
def access_report_csv(request: StaffRequest) -> HttpResponse:
    """Give the access report as a file; kept in the trail."""
    rows = log_rows(access_now(request.user), request.user)
    cells = (row.access_cells() for row in rows)
    return csv_response("access", ACCESS_HEADER, cells, person=request.user)
