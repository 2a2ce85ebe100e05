"""The ladder at the desk: attempts, loss, and finding somebody again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from followup.models import ContactAttempt, Visit
from followup.vital import sightings
from participants.domain.lifecycle import Phase
from participants.models import Participant
from participants.vital import last_known_alive
from tests.factories import as_test

pytestmark = pytest.mark.django_db


def log(client: Client, participant: Participant, on: str, **changed: str) -> str:
    typed = {"tried_on": on, "channel": "phone", "result": "no_answer"} | changed
    answer = client.post(reverse("followup:contact_log", args=[participant.pk]), typed, follow=True)
    return answer.content.decode()


def climb(client: Client, participant: Participant) -> str:
    return [log(client, participant, on) for on in ("D+26", "D+27", "D+28")][-1]


def phase(participant: Participant) -> str:
    return Participant.objects.get(pk=participant.pk).phase


def test_two_days_propose_nothing(at_desk: Client, infused: Participant) -> None:
    log(at_desk, infused, "D+26")
    assert "1 more before loss is proposed" in log(at_desk, infused, "D+27")


def test_three_days_propose_loss_and_record_nothing(at_desk: Client, infused: Participant) -> None:
    before = phase(infused)
    assert "Lost to follow-up?" in climb(at_desk, infused)
    assert phase(infused) == before


def test_loss_cancels_open_visits_and_finding_opens_them_again(at_desk: Client, infused: Participant) -> None:
    climb(at_desk, infused)
    at_desk.post(reverse("followup:lost", args=[infused.pk]), {"on": "D+28"})
    assert phase(infused) == Phase.OFF_STUDY
    assert not Visit.objects.filter(participant=infused).owed().exists()
    at_desk.post(reverse("followup:found", args=[infused.pk]), {"reason": "family called back"})
    assert phase(infused) != Phase.OFF_STUDY
    assert Visit.objects.filter(participant=infused).owed().exists()


def test_an_attempt_belongs_to_the_visit_that_was_chosen(at_desk: Client, infused: Participant) -> None:
    visit = Visit.objects.get(participant=infused, code="D28")
    log(at_desk, infused, "D+28", visit=str(visit.pk))
    assert ContactAttempt.objects.get().visit == visit


def test_an_attempt_in_the_future_is_refused(at_desk: Client, infused: Participant) -> None:
    assert "this lies in the future" in log(at_desk, infused, "D+60")
    assert not ContactAttempt.objects.exists()


def test_the_attempts_can_be_had_as_a_file(at_desk: Client, infused: Participant) -> None:
    log(at_desk, infused, "D+26", note="=calling again")
    answer = at_desk.get(reverse("followup:contacts_csv", args=[infused.pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert f"{infused.study_id}," in lines[1]
    assert "'=calling again" in lines[1]


def noted(client: Client, participant: Participant, on: str = "D+26", **given: str) -> ContactAttempt:
    log(client, participant, on, **given)
    return ContactAttempt.objects.standing().latest("pk")


def correct(client: Client, attempt: ContactAttempt, **changed: str) -> str:
    typed = {"tried_on": "D+26", "channel": "phone", "result": "no_answer", "reason": "misheard"} | changed
    answer = client.post(reverse("followup:contact_correct", args=[attempt.pk]), typed, follow=True)
    return answer.content.decode()


def test_a_corrected_attempt_replaces_the_old_one_and_climbs_the_ladder_anew(
    at_desk: Client, infused: Participant
) -> None:
    climb(at_desk, infused)
    old = ContactAttempt.objects.latest("tried_on")
    page = correct(at_desk, old, tried_on="D+28", result="reached")
    assert "3 more before loss is proposed" in page
    assert "Earlier entries (1)" in page
    new = ContactAttempt.objects.standing().get(replaces=old)
    assert (new.result, ContactAttempt.objects.get(pk=old.pk).stands) == ("reached", False)


def test_a_correction_without_a_reason_is_refused(at_desk: Client, infused: Participant) -> None:
    old = noted(at_desk, infused)
    assert "required" in correct(at_desk, old, reason="")
    assert ContactAttempt.objects.standing().get() == old


def test_an_attempt_corrected_meanwhile_is_not_overwritten(at_desk: Client, infused: Participant) -> None:
    old = noted(at_desk, infused)
    correct(at_desk, old, tried_on="D+25")
    assert "Somebody else has corrected this entry" in correct(at_desk, old, tried_on="D+24")


def test_the_visit_of_an_attempt_stays_when_it_is_done_since(at_desk: Client, infused: Participant) -> None:
    visit = Visit.objects.get(participant=infused, code="D28")
    old = noted(at_desk, infused, visit=str(visit.pk))
    with as_test():
        Visit.objects.filter(pk=visit.pk).update(outcome="cancelled", outcome_reason="moved away")
    correct(at_desk, old, visit=str(visit.pk), note="left a message")
    assert ContactAttempt.objects.standing().get().visit == visit


def test_an_answer_that_is_taken_back_proves_no_life(at_desk: Client, infused: Participant) -> None:
    attempt = noted(at_desk, infused, result="reached")
    assert last_known_alive(sightings([infused.pk]))[infused.pk].what == "contact"
    address = reverse("followup:contact_remove", args=[attempt.pk])
    at_desk.post(address, {"reason": "it was another family"})
    assert not ContactAttempt.objects.standing().exists()
    assert last_known_alive(sightings([infused.pk]))[infused.pk].what != "contact"
