"""The page of a visit: what is typed is saved, or still there with the reason why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followup.models import AppointmentState, Visit
from participants.models import Deviation, Participant, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(infused: Participant) -> Visit:
    """Return the visit of day 28, whose window is open."""
    return Visit.objects.get(participant=infused, code="D28")


def answers(visit: Visit, **changed: str) -> dict[str, str]:
    """Return a filled form: yesterday, everything done."""
    typed = {f"state_{one.pk}": "done" for one in visit.planned_visit.assessments.all()}
    return typed | {"version": str(visit.version), "occurred_on": "D+28", "note": "all well"} | changed


def post(client: Client, name: str, visit: Visit, data: dict[str, str]) -> Any:
    return client.post(reverse(f"followup:{name}", args=[visit.pk]), data)


def now(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


def test_logging_everything_done_makes_it_attended(at_desk: Client, visit: Visit) -> None:
    assert post(at_desk, "visit_log", visit, answers(visit)).status_code == 302
    assert (now(visit).outcome, now(visit).occurred_on) == ("attended", visit.target_on)


def test_logging_something_undone_makes_it_partial(at_desk: Client, visit: Visit) -> None:
    first = visit.planned_visit.assessments.all()[0]
    typed = answers(visit, **{f"state_{first.pk}": "not_done", f"reason_{first.pk}": "machine broken"})
    post(at_desk, "visit_log", visit, typed)
    assert now(visit).outcome == "partial"
    assert visit.assessments.get(planned_assessment=first).reason == "machine broken"


def test_undone_without_a_reason_names_the_assessment(at_desk: Client, visit: Visit) -> None:
    first = visit.planned_visit.assessments.all()[0]
    page = post(at_desk, "visit_log", visit, answers(visit, **{f"state_{first.pk}": "not_done"}))
    assert "say why this assessment was not done" in page.content.decode()
    assert now(visit).outcome == ""


def test_an_assessment_left_open_is_asked_for(at_desk: Client, visit: Visit) -> None:
    first = visit.planned_visit.assessments.all()[0]
    typed = answers(visit)
    del typed[f"state_{first.pk}"]
    page = post(at_desk, "visit_log", visit, typed).content.decode()
    assert "choose done, not done or not applicable" in page
    assert 'value="D+28"' in page


def test_a_future_day_is_refused_and_stays_typed(at_desk: Client, visit: Visit) -> None:
    tomorrow = visit.participant.today(timezone.now()) + timedelta(days=1)
    page = post(
        at_desk, "visit_log", visit, answers(visit, occurred_on=tomorrow.isoformat())
    ).content.decode()
    assert "Date of the visit: this lies in the future at the site." in page
    assert f'value="{tomorrow.isoformat()}"' in page
    assert "all well" in page
    assert now(visit).outcome == ""


def test_a_visit_out_of_its_window_is_stored_and_drafts_a_deviation(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_log", visit, answers(visit, occurred_on="D+24"))
    assert now(visit).days_out == -1
    assert Deviation.objects.drafts().get(participant=visit.participant).days == -1


def test_correcting_asks_for_a_reason_and_then_keeps_it(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_log", visit, answers(visit))
    page = post(at_desk, "visit_log", visit, answers(now(visit), occurred_on="D+27")).content.decode()
    assert "say why it is corrected" in page
    assert now(visit).occurred_on == visit.target_on
    post(at_desk, "visit_log", visit, answers(now(visit), occurred_on="D+27", reason="typing mistake"))
    assert now(visit).occurred_on != visit.target_on


def test_a_stale_form_shows_both_versions_and_overwrites_nothing(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_log", visit, answers(visit))
    page = post(at_desk, "visit_log", visit, answers(visit, note="mine", reason="mine"))
    assert page.status_code == 409
    assert "mine" in page.content.decode()
    assert "all well" in page.content.decode()
    assert now(visit).note == "all well"


@pytest.mark.parametrize("version", ["", "x", "-1", "１", "9" * 40])
def test_a_version_that_nobody_saw_is_a_conflict(at_desk: Client, visit: Visit, version: str) -> None:
    assert post(at_desk, "visit_log", visit, answers(visit, version=version)).status_code == 409


def test_save_and_next_opens_the_next_visit(at_desk: Client, visit: Visit) -> None:
    wanted = Visit.objects.filter(participant=visit.participant).owed().exclude(pk=visit.pk)
    following = wanted.exclude(closes_on=None).order_by("closes_on", "pk")[0]
    answer = post(at_desk, "visit_log", visit, answers(visit, then="next"))
    assert answer["Location"] == reverse("followup:visit", args=[following.pk])


def test_save_is_remembered(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_log", visit, answers(visit, then="stay"))
    page = at_desk.get(reverse("followup:visit", args=[visit.pk])).content.decode()
    assert 'name="then" value="stay">Save &amp; stay</button>' in page


def test_save_and_exit_goes_back_to_where_one_came_from(at_desk: Client, visit: Visit) -> None:
    answer = post(at_desk, "visit_log", visit, {**answers(visit, then="exit"), "from": "grid"})
    assert answer["Location"] == reverse("followup:grid")


def test_where_one_came_from_is_never_an_address(at_desk: Client, visit: Visit) -> None:
    answer = post(at_desk, "visit_log", visit, {**answers(visit), "from": "//evil.example"})
    assert answer["Location"] == reverse("followup:schedule", args=[visit.participant_id])


def test_missed_needs_to_say_why(at_desk: Client, visit: Visit) -> None:
    page = post(at_desk, "visit_not_done", visit, {"version": str(visit.version), "outcome": "missed"})
    assert "Why missed: choose one of the reasons." in page.content.decode()
    assert now(visit).outcome == ""


def test_no_show_is_the_reason_of_a_missed_visit(at_desk: Client, visit: Visit) -> None:
    typed = {"version": str(visit.version), "outcome": "missed", "missed_reason": "no_show"}
    post(at_desk, "visit_not_done", visit, typed)
    assert (now(visit).outcome, now(visit).outcome_reason) == ("missed", "No show")


def test_an_unknown_outcome_is_refused(at_desk: Client, visit: Visit) -> None:
    page = post(at_desk, "visit_not_done", visit, {"version": "1", "outcome": "deleted", "reason": "x"})
    assert page.status_code == 200
    assert now(visit).outcome == ""


def test_an_outcome_taken_back_lets_the_visit_wait_again(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_log", visit, answers(visit))
    typed = {"version": str(now(visit).version), "reason": "wrong participant"}
    post(at_desk, "visit_reopen", visit, typed)
    assert now(visit).outcome == ""


def test_an_appointment_moves_and_the_window_stays(at_desk: Client, visit: Visit) -> None:
    typed = {
        "version": str(visit.version),
        "scheduled_on": "D+30",
        "scheduled_time": "9:30",
        "state": "confirmed",
    }
    post(at_desk, "visit_book", visit, typed)
    booked = now(visit)
    assert booked.appointment == AppointmentState.CONFIRMED
    assert f"{booked.scheduled_time:%H:%M}" == "09:30"
    assert (booked.dates, booked.outcome) == (visit.dates, "")


def test_an_appointment_beyond_any_schedule_is_refused(at_desk: Client, visit: Visit) -> None:
    today = visit.participant.today(timezone.now())
    typed = {"version": str(visit.version), "scheduled_on": f"{today.year + 20}-01-01", "state": "scheduled"}
    assert "further ahead" in post(at_desk, "visit_book", visit, typed).content.decode()
    assert now(visit).scheduled_on is None


def test_a_cancelled_appointment_leaves_the_visit_waiting(at_desk: Client, visit: Visit) -> None:
    post(at_desk, "visit_book", visit, {"version": "1", "scheduled_on": "D+30", "state": "scheduled"})
    typed = {"version": str(now(visit).version), "reason": "family travels"}
    post(at_desk, "visit_cancel_booking", visit, typed)
    assert (now(visit).booked_on, now(visit).outcome) == (None, "")


def test_snoozing_says_until_when(at_desk: Client, visit: Visit, coordinator: StaffMember) -> None:
    answer = at_desk.post(reverse("followup:snooze", args=[visit.pk]), {"days": "3"}, follow=True)
    assert "off your day until" in answer.content.decode()
    assert visit.snoozes.get().staff == coordinator


def test_what_is_typed_is_never_markup(at_desk: Client, visit: Visit) -> None:
    note = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{ settings.SECRET_KEY }}'
    post(at_desk, "visit_log", visit, answers(visit, note=note))
    page = at_desk.get(reverse("followup:visit", args=[visit.pk])).content.decode()
    assert now(visit).note == note
    assert "<img src=x" not in page
    assert "<script>alert" not in page


def test_an_unscheduled_visit_is_one_form(at_desk: Client, infused: Participant) -> None:
    url = reverse("followup:unscheduled", args=[infused.pk])
    assert at_desk.post(url, {"occurred_on": "D+20", "note": "fever at home"}).status_code == 302
    assert Visit.objects.get(participant=infused, mode="unscheduled").note == "fever at home"


@pytest.mark.parametrize(
    "name", ["visit_log", "visit_not_done", "visit_reopen", "visit_book", "visit_cancel_booking"]
)
def test_a_form_opened_without_sending_leads_to_the_visit(at_desk: Client, visit: Visit, name: str) -> None:
    answer = at_desk.get(reverse(f"followup:{name}", args=[visit.pk]))
    assert answer["Location"] == reverse("followup:visit", args=[visit.pk])
