"""An anchor date changes after a preview of everything that moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from followup.actions.reanchor import AnchorChange, apply_anchor, preview_anchor
from followup.models import Visit
from followup.pages.anchor import filled_in
from participants.actions.treat import record_milestone
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused, StaleVersion
from participants.models import AuditChange, Milestone, Participant
from tests.at_once import meanwhile
from tests.factories import TEST, make_enrolled, make_staff

pytestmark = pytest.mark.django_db

LATER = {"state": "happened", "on": "D+2", "course": "1", "reason": "product was late"}


def address(participant: Participant, kind: str = "infusion") -> str:
    return reverse("followup:anchor", args=[participant.pk, kind])


def infusion(participant: Participant) -> Milestone:
    return Milestone.objects.standing().actual().get(participant=participant, kind=MilestoneKind.INFUSION)


def dates(participant: Participant) -> dict[str, object]:
    rows = Visit.objects.filter(participant=participant)
    return {visit.code: (visit.dates, visit.outcome, visit.version) for visit in rows}


def test_preview_shows_old_and_new_and_changes_nothing(at_desk: Client, infused: Participant) -> None:
    before, changes = dates(infused), AuditChange.objects.count()
    page = at_desk.post(address(infused), {**LATER, "step": "preview"}).content.decode()
    visit = Visit.objects.get(participant=infused, code="D28")
    assert visit.target_on is not None
    for day in (visit.target_on, visit.target_on + timedelta(days=2)):
        assert f"{day:%d %b %Y (%a)}" in page
    assert (dates(infused), AuditChange.objects.count()) == (before, changes)


def test_apply_moves_what_the_preview_showed(infused: Participant) -> None:
    old = infusion(infused)
    change = AnchorChange(MilestoneKind.INFUSION, old.on + timedelta(days=2), reason="late", seen=old.pk)
    preview = preview_anchor(by=TEST, participant=infused, change=change)
    apply_anchor(by=TEST, participant=infused, change=change)
    after = {visit.label: visit.dates for visit in Visit.objects.filter(participant=infused)}
    assert {row.label: row.after.dates for row in preview.moved} == {
        row.label: after[row.label] for row in preview.moved
    }
    assert preview.moved


def test_apply_through_the_page_is_one_change(at_desk: Client, infused: Participant) -> None:
    before = AuditChange.objects.filter(participant=infused).count()
    typed = {**LATER, "step": "apply", "seen": str(infusion(infused).pk)}
    assert at_desk.post(address(infused), typed).status_code == 302
    assert AuditChange.objects.filter(participant=infused).count() == before + 1


def test_a_recorded_date_asks_why_it_changes(at_desk: Client, infused: Participant) -> None:
    page = at_desk.post(address(infused), {**LATER, "reason": "", "step": "preview"}).content.decode()
    assert "say why the recorded date changes" in page
    assert "Nothing is saved yet" not in page


def test_a_date_changed_meanwhile_is_a_conflict(at_desk: Client, infused: Participant) -> None:
    seen = infusion(infused)
    other = AnchorChange(MilestoneKind.INFUSION, seen.on + timedelta(days=1), reason="other", seen=seen.pk)
    apply_anchor(by=TEST, participant=infused, change=other)
    answer = at_desk.post(address(infused), {**LATER, "step": "apply", "seen": str(seen.pk)})
    assert answer.status_code == 409
    assert infusion(infused).on == other.on


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_date_at_once_the_second_is_a_conflict(infused: Participant) -> None:
    seen = infusion(infused)

    def change(days: int) -> Milestone:
        on = seen.on + timedelta(days=days)
        changed = AnchorChange(MilestoneKind.INFUSION, on, reason=f"by {days}", seen=seen.pk)
        return apply_anchor(by=TEST, participant=Participant.objects.get(pk=infused.pk), change=changed)

    with meanwhile("participants_milestone", lambda: change(1)) as others:
        mine = change(2)
    assert isinstance(others[0].exception(), StaleVersion)
    assert infusion(infused) == mine


def test_what_happened_cannot_lie_in_the_future(at_desk: Client, infused: Participant) -> None:
    page = at_desk.post(address(infused), {**LATER, "on": "D+60", "step": "preview"}).content.decode()
    assert "this lies in the future at the site" in page


def test_a_plan_projects_visits_that_are_never_overdue(at_desk: Client) -> None:
    participant = make_enrolled()
    at_desk.force_login(make_staff(site=participant.site))
    typed = {"state": "planned", "on": "2030-01-10", "course": "1", "step": "apply", "seen": ""}
    assert at_desk.post(address(participant), typed).status_code == 302
    visit = Visit.objects.get(participant=participant, code="D28")
    assert visit.is_projected
    assert f"{visit.target_on}" == "2030-02-07"


def test_an_event_that_nobody_plans_has_no_such_choice(at_desk: Client, infused: Participant) -> None:
    assert "is planned" not in at_desk.get(address(infused, "relapse")).content.decode()


def test_an_unknown_event_is_not_there(at_desk: Client, infused: Participant) -> None:
    assert at_desk.get(address(infused, "birthday")).status_code == 404


def test_preview_refuses_what_applying_would_refuse(infused: Participant) -> None:
    change = AnchorChange(MilestoneKind.INFUSION, infusion(infused).on, reason="x", seen=None)
    with pytest.raises(ActionRefused):
        preview_anchor(by=TEST, participant=infused, change=change)


def test_a_time_that_comes_twice_is_offered_with_its_offset() -> None:
    # In Chicago 01:30 comes twice on 1 Nov 2026: at 06:30 UTC, and an hour later.
    at = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    with time_machine.travel(at + timedelta(days=2)):
        participant = make_enrolled()
        record_milestone(
            by=TEST,
            participant=participant,
            kind=MilestoneKind.INFUSION,
            on=date(2026, 11, 1),
            at=at,
            reason="lymphodepletion was given elsewhere",
        )
    kept = list(Milestone.objects.standing().filter(participant=participant))
    assert filled_in(participant, MilestoneKind.INFUSION, kept)["clock"] == "01:30-06:00"
