"""Serious events: report, confirm, judge and report on; and what the record proposes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions import propose as proposals
from participants.actions import serious as actions
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.forms.conclusions import WhyForm
from participants.forms.facts import now_at_site
from participants.forms.safety import ReportForm, SeriousForm, SponsorForm
from participants.models import AdverseEvent, Participant, SafetyReport, SeriousEvent, SeriousProposal
from participants.pages.frame import frame_of
from participants.pages.safety import read_proposal
from participants.views.about import with_day_zero
from participants.views.asking import Asking, ask
from participants.views.form_pages import typed_version

TAB = "participants:events"


@allow(Capability.READ_PARTICIPANTS, SeriousProposal)
def proposal(request: StaffRequest, proposal: SeriousProposal) -> HttpResponse:
    """Show what the record proposes as serious, with the ways to decide."""
    participant = with_day_zero(request, proposal.participant_id)
    page = read_proposal(proposal, request.user)
    context = {"frame": frame_of(participant, request.user, TAB), "page": page, "proposal": proposal}
    return render(request, "participants/safety/proposal.html", context)


@allow(Capability.CONFIRM_SERIOUS, SeriousProposal, "GET POST")
def proposal_decline(request: StaffRequest, proposal: SeriousProposal) -> HttpResponse:
    """Decide that a finding is no serious event."""
    participant = with_day_zero(request, proposal.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> SeriousProposal:
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        return proposals.decline_proposal(by=by, proposal=proposal, reason=reason)

    words = Asking(
        "Not a serious event",
        TAB,
        reverse("participants:safety"),
        action="Decline",
        intro=proposal.summary,
        done="the proposal is declined.",
    )
    return ask(request, participant, form, act, words)


@allow(Capability.WRITE_RECORDS, AdverseEvent, "GET POST")
def serious_add(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Report an adverse event as serious; its clock runs from the site's awareness."""
    participant = with_day_zero(request, event.participant_id)
    now = now_at_site(participant)
    initial = {"aware_on": now["on"], "aware_clock": now["clock"]}
    form = SeriousForm(request.POST or None, participant=participant, is_new=True, initial=initial)

    def act() -> SeriousEvent:
        asked = _asked_proposal(request, participant)
        return actions.report_serious(by=Actor.of(request.user), event=event, proposal=asked, **form.values())

    words = Asking(
        f"Serious: {event}",
        TAB,
        _page(event.pk),
        action="Report as serious",
        intro="The clock runs at once, from the moment at which the site became aware. "
        "An investigator confirms.",
        done="reported as serious.",
    )
    return ask(request, participant, form, act, words)


@allow(Capability.WRITE_RECORDS, SeriousEvent, "GET POST")
def serious_edit(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Edit what the site says of a serious event."""
    participant = with_day_zero(request, serious.participant_id)
    fact: Any = serious
    form = SeriousForm(request.POST or None, participant=participant, is_new=False, fact=fact)

    def act() -> SeriousEvent:
        return actions.edit_serious(
            by=Actor.of(request.user), serious=serious, version=typed_version(request), **form.values()
        )

    intro = "What an investigator has confirmed waits to be confirmed again." if serious.confirmed_at else ""
    words = Asking(f"Edit: {serious}", TAB, _page(serious.event_id), intro=intro, done="serious event saved.")
    return ask(request, participant, form, act, words, kept=form.initial, version=serious.version)


@allow(Capability.CONFIRM_SERIOUS, SeriousEvent, "POST")
def serious_confirm(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Confirm as an investigator that an event is serious."""
    try:
        version = typed_version(request)
        actions.confirm_serious(by=Actor.of(request.user), serious=serious, version=version)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"{serious.participant}: {serious} is confirmed.")
    return redirect("participants:event", serious.event_id)


@allow(Capability.CONFIRM_SERIOUS, SeriousEvent, "GET POST")
def serious_withdraw(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Decide that an event is not serious after all."""
    participant = with_day_zero(request, serious.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> SeriousEvent:
        return actions.withdraw_serious(
            by=Actor.of(request.user),
            serious=serious,
            version=typed_version(request),
            reason=form.cleaned_data["reason"],
        )

    words = Asking(
        f"Not serious: {serious.event}",
        TAB,
        _page(serious.event_id),
        action="Take the seriousness back",
        intro="Its clocks stop; the reports that were sent stay in the log.",
        done="no longer serious.",
        is_grave=True,
    )
    return ask(request, participant, form, act, words, kept={}, version=serious.version)


@allow(Capability.KEEP_SPONSOR_CLOCKS, SeriousEvent, "GET POST")
def serious_sponsor(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Record the sponsor's receipt and judgement."""
    participant = with_day_zero(request, serious.participant_id)
    fact: Any = serious
    form = SponsorForm(request.POST or None, participant=participant, fact=fact)

    def act() -> SeriousEvent:
        return actions.judge_as_sponsor(
            by=Actor.of(request.user), serious=serious, version=typed_version(request), **form.values()
        )

    intro = "Expected means listed with this nature and severity in the reference safety information."
    back = _page(serious.event_id)
    words = Asking(f"Sponsor: {serious}", TAB, back, intro=intro, done="judgement recorded.")
    return ask(request, participant, form, act, words, kept=form.initial, version=serious.version)


@allow(Capability.WRITE_RECORDS, SeriousEvent, "GET POST")
def serious_report(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Record a report that the site has sent."""
    return _report(request, serious, Capability.WRITE_RECORDS)


@allow(Capability.KEEP_SPONSOR_CLOCKS, SeriousEvent, "GET POST")
def sponsor_report(request: StaffRequest, serious: SeriousEvent) -> HttpResponse:
    """Record a report that the sponsor has sent."""
    return _report(request, serious, Capability.KEEP_SPONSOR_CLOCKS)


@allow(Capability.WRITE_RECORDS, SafetyReport, "GET POST")
def report_remove(request: StaffRequest, report: SafetyReport) -> HttpResponse:
    """Take back a report of the site that was never sent."""
    return _take_back(request, report)


@allow(Capability.KEEP_SPONSOR_CLOCKS, SafetyReport, "GET POST")
def sponsor_report_remove(request: StaffRequest, report: SafetyReport) -> HttpResponse:
    """Take back a report of the sponsor that was never sent."""
    return _take_back(request, report)


def _report(request: StaffRequest, serious: SeriousEvent, sender: Capability) -> HttpResponse:
    participant = with_day_zero(request, serious.participant_id)
    kinds = [kind for kind, needed in actions.SENT_BY.items() if needed is sender]
    now = now_at_site(participant)
    initial = {"sent_on": now["on"], "sent_clock": now["clock"], "kind": kinds[0]}
    form = ReportForm(request.POST or None, participant=participant, kinds=kinds, initial=initial)

    def act() -> SafetyReport:
        return actions.send_report(by=Actor.of(request.user), serious=serious, **form.values())

    words = Asking(
        f"Report sent: {serious}",
        TAB,
        _page(serious.event_id),
        action="Record the report",
        intro="PACER sends no report by itself: it keeps when yours was sent.",
        done="report recorded.",
    )
    return ask(request, participant, form, act, words)


def _take_back(request: StaffRequest, report: SafetyReport) -> HttpResponse:
    participant = with_day_zero(request, report.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        actions.remove_report(by=Actor.of(request.user), report=report, reason=form.cleaned_data["reason"])

    words = Asking(
        f"Take back: {report.get_kind_display()}",
        TAB,
        _page(report.event.event_id),
        action="Take back",
        intro="For a report that was never sent; its clock runs again.",
        done="the report is taken back.",
        is_grave=True,
    )
    return ask(request, participant, form, act, words)


def _asked_proposal(request: StaffRequest, participant: Participant) -> SeriousProposal | None:
    """Return the proposal that led to the form, None for none or one that is not this participant's."""
    asked = request.GET.get("proposal", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    rows = SeriousProposal.objects.visible_to(request.user).waiting()
    return rows.filter(participant=participant, pk=asked).first()


def _page(event_id: int) -> str:
    return reverse("participants:event", args=[event_id])
