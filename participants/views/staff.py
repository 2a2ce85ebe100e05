"""Administration: accounts, invitations and delegations of one person."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions.administer import delegate, disable_account, enable_account, invite_staff
from participants.actions.passwords import send_password_link
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.administration import InviteForm, ReasonForm, TaskForm
from participants.forms.refusals import attempt
from participants.models import Delegation, StaffMember
from participants.pages.delegations import log_rows
from participants.views.form_pages import form_page

LONGEST_SEARCH = 60


@allow(Capability.MANAGE_STAFF)
def staff_list(request: StaffRequest) -> HttpResponse:
    """List the people who work, have worked or will work at a site that the person administers."""
    wanted = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    people = StaffMember.objects.visible_to(request.user).order_by("-is_active", "name", "pk")
    if wanted:
        people = people.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
    return render(
        request, "participants/administration/staff_list.html", {"people": people, "wanted": wanted}
    )


@allow(Capability.MANAGE_STAFF, methods="GET POST")
def staff_invite(request: StaffRequest) -> HttpResponse:
    """Make an account and mail its owner a link to set a password."""
    form = InviteForm(request.POST or None, person=request.user)
    if form.is_valid():
        by, email, name = Actor.of(request.user), form.cleaned_data["email"], form.cleaned_data["name"]
        person = attempt(form, lambda: invite_staff(by=by, email=email, name=name, task=form.task()))
        if person is not None:
            _tell_link(request, person)
            return redirect("participants:staff", pk=person.pk)
    back = reverse("participants:staff_list")
    return form_page(request, form, "Invite somebody", back=back, action="Invite", intro=INVITATION)


@allow(Capability.MANAGE_STAFF, StaffMember)
def staff_detail(request: StaffRequest, person: StaffMember) -> HttpResponse:
    """Show an account and those of its delegations that the reader manages."""
    log = (
        Delegation.objects.visible_to(request.user)
        .filter(staff=person)
        .select_related("staff", "study", "site")
    )
    rows = list(log_rows(log.order_by("-starts_at", "-pk"), request.user))
    context = {"person": person, "rows": rows, "is_self": person == request.user}
    return render(request, "participants/administration/staff.html", context)


@allow(Capability.MANAGE_STAFF, StaffMember, "GET POST")
def staff_delegate(request: StaffRequest, person: StaffMember) -> HttpResponse:
    """Delegate one more role to a person."""
    form = TaskForm(request.POST or None, person=request.user)
    if form.is_valid():
        given = attempt(form, lambda: delegate(by=Actor.of(request.user), person=person, task=form.task()))
        if given is not None:
            messages.success(request, "The role is delegated; it acts with the next request.")
            return redirect("participants:staff", pk=person.pk)
    back = reverse("participants:staff", args=[person.pk])
    return form_page(request, form, f"Delegate a role to {person.name}", back=back, action="Delegate")


@allow(Capability.MANAGE_STAFF, StaffMember, "GET POST")
def staff_disable(request: StaffRequest, person: StaffMember) -> HttpResponse:
    """Disable an account, with a reason."""
    return _switch(request, person, is_active=False)


@allow(Capability.MANAGE_STAFF, StaffMember, "GET POST")
def staff_enable(request: StaffRequest, person: StaffMember) -> HttpResponse:
    """Enable an account again, with a reason."""
    return _switch(request, person, is_active=True)


@allow(Capability.MANAGE_STAFF, StaffMember, "POST")
def staff_link(request: StaffRequest, person: StaffMember) -> HttpResponse:
    """Mail a link to set a password once more."""
    _tell_link(request, person)
    return redirect("participants:staff", pk=person.pk)


INVITATION = (
    "They get a mail with a link to choose a password. It works once and says nothing about the study."
)


def _switch(request: StaffRequest, person: StaffMember, *, is_active: bool) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    word, switch = ("Enable", enable_account) if is_active else ("Disable", disable_account)
    if form.is_valid():
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        if attempt(form, lambda: switch(by=by, person=person, reason=reason)):
            messages.success(request, f"The account is {word.lower()}d.")
            return redirect("participants:staff", pk=person.pk)
    back = reverse("participants:staff", args=[person.pk])
    return form_page(request, form, f"{word} the account of {person.name}", back=back, action=word)


def _tell_link(request: StaffRequest, person: StaffMember) -> None:
    if person.last_login is not None:
        messages.success(request, f"{person.name} has an account and can sign in.")
    elif send_password_link(by=Actor.of(request.user), person=person, letter="invitation"):
        messages.success(request, "A mail with a link to choose a password is on its way.")
    else:
        messages.warning(
            request, "No mail was sent: one went a moment ago, or the mail server did not take it."
        )
