"""Withdrawal, death, the end of participation, and coming back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions import conclude as actions
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.about import ParticipantForm
from participants.forms.conclusions import DeathForm, OffStudyForm, WhyForm, WithdrawalForm
from participants.forms.refusals import attempt
from participants.models import Death, OffStudy, Participant, Withdrawal
from participants.views.about import about_page, with_day_zero

TAB = "participants:outcome"
STOPS = "Open visits are cancelled with this reason, and every reminder that waits is stopped at once."


@dataclass(frozen=True)
class Words:
    """What a page says: its title, an introduction, its button, and the message once it is done."""

    title: str
    intro: str
    action: str
    done: str
    is_grave: bool = True


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def withdrawal(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record what the participant no longer takes part in."""
    form = WithdrawalForm(request.POST or None, participant=participant)
    intro = (
        "Treatment only: visits go on. Visits: survival contacts replace them. "
        "Everything: participation ends, open visits are cancelled and reminders stop."
    )
    words = Words("Withdrawal", intro, "Record the withdrawal", "withdrawal recorded.")
    return _conclude(request, participant, form, actions.record_withdrawal, words)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def death(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record a death, or correct its date."""
    known = Death.objects.visible_to(request.user).standing().filter(participant=participant).first()
    initial = {"on": known.on, "note": known.note} if known else {}
    form = DeathForm(
        request.POST or None, participant=participant, is_correction=known is not None, initial=initial
    )
    words = Words("Death", STOPS, "Correct the date" if known else "Record the death", "death recorded.")
    return _conclude(request, participant, form, actions.record_death, words)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def off_study(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record the end of participation: completed, lost to follow-up or another reason."""
    left = OffStudy.objects.visible_to(request.user).standing().filter(participant=participant).first()
    initial = {"reason": left.reason, "on": left.on, "note": left.note} if left else {}
    form = OffStudyForm(
        request.POST or None, participant=participant, is_correction=left is not None, initial=initial
    )
    intro = f"Death and withdrawal have pages of their own. {STOPS}"
    words = Words("Off study", intro, "Record the end", "off study.")
    return _conclude(request, participant, form, actions.leave_study, words)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def come_back(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Reverse the end of participation: found again, or entered by mistake."""
    form = WhyForm(request.POST or None, participant=participant)
    intro = (
        "For somebody who was lost and is found, or an end that was entered by mistake. "
        "Visits that the end had cancelled wait again."
    )
    words = Words("Back on study", intro, "Take the end back", "back on study.", is_grave=False)
    return _conclude(request, participant, form, _done(actions.come_back), words)


@allow(Capability.WRITE_RECORDS, Withdrawal, "GET POST")
def withdrawal_remove(request: StaffRequest, withdrawal: Withdrawal) -> HttpResponse:
    """Take back a withdrawal that was entered by mistake, or that the family has taken back."""
    participant = with_day_zero(request, withdrawal.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act(*, by: Actor, participant: Participant, reason: str) -> None:
        actions.remove_withdrawal(by=by, withdrawal=withdrawal, reason=reason)

    title = f"Take back the withdrawal of {withdrawal.on:%d %b %Y}"
    intro = f"It concerned: {withdrawal.get_scope_display().lower()}. What it had ended goes on again."
    words = Words(title, intro, "Take back", "withdrawal taken back.", is_grave=False)
    return _conclude(request, participant, form, _done(act), words)


@allow(Capability.WRITE_RECORDS, Death, "GET POST")
def death_remove(request: StaffRequest, death: Death) -> HttpResponse:
    """Take back a death that was entered by mistake."""
    participant = with_day_zero(request, death.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act(*, by: Actor, participant: Participant, reason: str) -> None:
        actions.remove_death(by=by, death=death, reason=reason)

    title = f"Take back the death of {death.on:%d %b %Y}"
    intro = "For an entry that was a mistake. What it had ended goes on again."
    words = Words(title, intro, "Take back", "the entry is taken back.", is_grave=False)
    return _conclude(request, participant, form, _done(act), words)


def _done(action: Callable[..., None]) -> Callable[..., bool]:
    """Let an action that returns nothing answer that it was carried out."""

    def act(**values: Any) -> bool:
        action(**values)
        return True

    return act


def _conclude(
    request: StaffRequest,
    participant: Participant,
    form: ParticipantForm,
    action: Callable[..., object],
    words: Words,
) -> HttpResponse:
    """Carry out what a form asks, and go back to the outcome."""
    back = reverse(TAB, args=[participant.pk])
    if form.is_valid():
        by = Actor.of(request.user)
        if attempt(form, lambda: action(by=by, participant=participant, **form.cleaned_data)):
            messages.success(request, f"{participant}: {words.done}")
            return redirect(back)
    return about_page(
        request,
        participant,
        form,
        words.title,
        tab=TAB,
        back=back,
        action=words.action,
        intro=words.intro,
        is_grave=words.is_grave,
    )
