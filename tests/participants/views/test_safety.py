"""The pages of infections, adverse events, serious events and the outcome."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.actions.body import record_stay
from participants.actions.conclude import record_death
from participants.actions.serious import send_report
from participants.domain.clocks import ReportKind
from participants.domain.roles import Role
from participants.models import (
    AdverseEvent,
    Death,
    Infection,
    IntensiveCareStay,
    Participant,
    Relapse,
    Response,
    SafetyReport,
    SeriousEvent,
    SeriousProposal,
)
from tests.factories import TEST, days_ago, make_infused, make_staff
from tests.factories.safety import make_event, make_infection, make_serious

pytestmark = pytest.mark.django_db

EVENT = {"term": "Hypoxia", "ctcae_version": "5.0", "grade": "3", "outcome": "ongoing"}
INFECTION = {
    "kind": "viral",
    "body_site": "upper_respiratory",
    "is_documented": "yes",
    "organism": "Rhinovirus",
    "route": "none",
    "ctcae_version": "5.0",
    "outcome": "ongoing",
}


@pytest.fixture
def participant() -> Participant:
    return make_infused(day=40)


def signed_in(participant: Participant, role: Role = Role.COORDINATOR) -> Client:
    client = Client()
    whole = role is Role.SAFETY
    client.force_login(make_staff(role, None if whole else participant.site, study=participant.site.study))
    return client


def send(client: Client, name: str, pk: int, data: dict[str, Any], query: str = "") -> Any:
    return client.post(reverse(f"participants:{name}", args=[pk]) + query, data)


def page(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(f"participants:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def on(participant: Participant, days: int) -> str:
    return f"{days_ago(days, participant.site):%Y-%m-%d}"


def now_fields(participant: Participant, name: str) -> dict[str, str]:
    at = timezone.now().astimezone(participant.site.tz)
    return {f"{name}_on": f"{at:%Y-%m-%d}", f"{name}_clock": f"{at:%H:%M%z}"}


def test_an_infection_is_recorded_and_shown(participant: Participant) -> None:
    client = signed_in(participant)
    send(client, "infection_add", participant.pk, INFECTION | {"onset_on": on(participant, 3)})
    assert Infection.objects.get().severity == "mild"
    assert "Rhinovirus" in page(client, "infections", participant.pk)


def test_a_refused_infection_keeps_what_was_typed(participant: Participant) -> None:
    typed = INFECTION | {"onset_on": "D+90", "organism": "Adenovirus"}
    answer = send(signed_in(participant), "infection_add", participant.pk, typed).content.decode()
    assert "Adenovirus" in answer
    assert "future" in answer
    assert not Infection.objects.exists()


def test_an_infection_that_somebody_else_has_saved_shows_both(participant: Participant) -> None:
    infection = make_infection(participant)
    typed = INFECTION | {"onset_on": on(participant, 3), "version": "9", "reason": "culture"}
    answer = send(signed_in(participant), "infection_edit", infection.pk, typed)
    assert answer.status_code == 409
    assert "Escherichia coli" in answer.content.decode()


def test_two_entries_are_joined_by_a_click(participant: Participant) -> None:
    make_infection(participant, days=20)
    second = make_infection(participant, days=10)
    client = signed_in(participant)
    assert "One episode or two?" in page(client, "infections", participant.pk)
    send(client, "infection_judge", second.pk, {"version": "1", "is_same": "yes"})
    assert "1 episode" in page(client, "infections", participant.pk)


def test_an_event_is_recorded_graded_and_shown(participant: Participant) -> None:
    client = signed_in(participant)
    send(client, "event_add", participant.pk, EVENT | {"onset_on": on(participant, 5)})
    event = AdverseEvent.objects.get()
    send(client, "event_grade", event.pk, {"grade": "4", "on": on(participant, 3)})
    assert "3 → 4" in page(client, "events", participant.pk)


def test_an_event_that_was_asked_by_a_proposal_leads_to_its_report(participant: Participant) -> None:
    record_stay(
        by=TEST,
        stay=IntensiveCareStay(participant=participant, entered_at=timezone.now(), reason="shock"),
    )
    proposal, client = SeriousProposal.objects.get(), signed_in(participant)
    assert "shock" in page(client, "proposal", proposal.pk)
    answer = send(
        client,
        "event_add",
        participant.pk,
        EVENT | {"onset_on": on(participant, 0)},
        query=f"?proposal={proposal.pk}",
    )
    typed = now_fields(participant, "aware") | {"criteria": "life_threatening"}
    client.post(answer.headers["Location"], typed)
    assert SeriousProposal.objects.get().serious_event == SeriousEvent.objects.get()


def test_an_investigator_confirms_by_a_click(participant: Participant) -> None:
    serious = make_serious(participant)
    send(signed_in(participant, Role.INVESTIGATOR), "serious_confirm", serious.pk, {"version": "1"})
    assert SeriousEvent.objects.get().confirmed_at is not None


def test_a_report_stops_the_clock_on_the_page(participant: Participant) -> None:
    serious, client = make_serious(participant), signed_in(participant)
    assert "left" in page(client, "event", serious.event_id)
    typed = now_fields(participant, "sent") | {"kind": "to_sponsor", "reference": "fax 12"}
    send(client, "serious_report", serious.pk, typed)
    assert "sent in time" in page(client, "event", serious.event_id)
    assert "fax 12" in page(client, "reports")
    send(client, "report_remove", SafetyReport.objects.get().pk, {"reason": "it bounced"})
    assert not SafetyReport.objects.standing().exists()


def test_the_sponsor_judges_on_its_page(participant: Participant) -> None:
    serious = make_serious(participant)
    typed = now_fields(participant, "received") | {
        "is_expected": "no",
        "is_suspected_reaction": "yes",
        "version": "1",
    }
    send(signed_in(participant, Role.SAFETY), "serious_sponsor", serious.pk, typed)
    assert SeriousEvent.objects.get().is_expected is False


def test_the_safety_page_counts_the_clocks(participant: Participant) -> None:
    make_serious(participant)
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))
    shown = page(signed_in(participant), "safety")
    assert "1 clock running, 1 to decide" in shown


def test_the_list_of_events_is_filtered_by_grade(participant: Participant) -> None:
    make_event(participant, term="Fever", grade=1)
    make_event(participant, grade=4)
    answer = signed_in(participant).get(reverse("participants:all_events") + "?grade=3").content.decode()
    assert "Hypoxia" in answer
    assert "Fever" not in answer


@pytest.mark.parametrize("name", ["safety_csv", "all_events_csv", "reports_csv"])
def test_files_hold_what_the_pages_show(participant: Participant, name: str) -> None:
    serious = make_serious(participant)
    send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=timezone.now())
    text = signed_in(participant).get(reverse(f"participants:{name}")).content.decode()
    assert participant.study_id in text
    assert serious.number in text


@pytest.mark.parametrize("name", ["infections_csv", "events_csv"])
def test_files_of_a_participant_hold_their_rows(participant: Participant, name: str) -> None:
    make_infection(participant)
    make_event(participant)
    text = signed_in(participant).get(reverse(f"participants:{name}", args=[participant.pk])).content.decode()
    assert len(text.splitlines()) == 2


def test_terms_are_suggested_while_somebody_types(participant: Participant) -> None:
    address = reverse("participants:ctcae_terms") + "?term=cytok&ctcae_version=6.0"
    assert 'value="Cytokine release syndrome"' in signed_in(participant).get(address).content.decode()


def test_the_words_of_a_grade_depend_on_the_version(participant: Participant) -> None:
    client, address = signed_in(participant), reverse("participants:ctcae_grades")
    found = [
        client.get(f"{address}?term=neutrophil count decreased&ctcae_version={version}").content.decode()
        for version in ("5.0", "6.0")
    ]
    assert found[0] != found[1]


def test_a_response_and_a_relapse_are_recorded(participant: Participant) -> None:
    client = signed_in(participant)
    send(
        client,
        "response_add",
        participant.pk,
        {
            "on": "D+28",
            "timepoint": "D28",
            "response": "cr",
            "mrd_percent": "0.001",
            "is_mrd_negative": "unknown",
        },
    )
    typed = {"on": on(participant, 2), "site": "marrow", "cd19": "negative", "is_mrd_only": "no"}
    send(client, "relapse_add", participant.pk, typed)
    assert Response.objects.get().is_mrd_negative
    assert Relapse.objects.get().cd19 == "negative"
    shown = page(client, "outcome", participant.pk)
    assert "0.001 %" in shown
    assert "CD19 negative" in shown


def test_a_cause_of_death_is_recorded(participant: Participant) -> None:
    death = record_death(by=TEST, participant=participant, on=days_ago(1, participant.site))
    client = signed_in(participant)
    send(client, "death_causes", death.pk, {"main_cause": "crs", "contributory_causes": ["infection"]})
    assert Death.objects.standing().get().main_cause == "crs"
    assert "Contributory" in page(client, "outcome", participant.pk)


@pytest.mark.parametrize("name", ["participants:safety", "participants:all_events", "followup:my_day"])
def test_pages_take_as_many_statements_for_six_as_for_two(participant: Participant, name: str) -> None:
    client, numbers = signed_in(participant, Role.INVESTIGATOR), []
    for more in (2, 4):
        for _ in range(more):
            make_serious(participant)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name)).status_code == 200
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]


def test_my_day_asks_for_the_report_and_for_the_confirmation(participant: Participant) -> None:
    serious = make_serious(participant)
    shown = signed_in(participant, Role.INVESTIGATOR).get(reverse("followup:my_day")).content.decode()
    assert f"Report {serious}" in shown
    assert f"Confirm {serious}" in shown


def test_my_day_asks_no_coordinator_to_confirm(participant: Participant) -> None:
    make_serious(participant)
    assert "Confirm SAE" not in signed_in(participant).get(reverse("followup:my_day")).content.decode()


def test_my_day_asks_to_decide(participant: Participant) -> None:
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))
    assert (
        "Decide whether it is serious"
        in signed_in(participant).get(reverse("followup:my_day")).content.decode()
    )
