"""The bedside of who died, left the study or withdrew from treatment."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.actions.body import record_stay
from participants.actions.conclude import record_death, record_withdrawal
from participants.bedside_now import read_bedside
from participants.domain.roles import Role
from participants.models import HospitalStay, Observation, Participant, WithdrawalScope
from tests import factories
from tests.participants.bedside_support import dose, hour, infused, observe
from tests.participants.views.test_bedside import WELL_TAPS, bedside, taps, weigh

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Participant:
    """Return a participant in hospital whose second dose is late."""
    person = infused(day=3)
    stay = HospitalStay(participant=person, admitted_at=hour(person, -20), reason="CAR-T")
    record_stay(by=factories.TEST, stay=stay)
    weigh(person)
    observe(person, 24, "39.0")
    observe(person, 30, "38.8")
    dose(person, 31)
    return person


@pytest.fixture
def coordinator(person: Participant) -> Client:
    client = Client()
    client.force_login(factories.make_staff(Role.COORDINATOR, person.site))
    return client


def die(person: Participant) -> None:
    record_death(by=factories.TEST, participant=person, on=person.today(timezone.now()))


def stop_treatment(person: Participant, days: int = 2) -> None:
    on = person.today(hour(person, 24 * days))
    record_withdrawal(
        by=factories.TEST,
        participant=person,
        scope=WithdrawalScope.TREATMENT,
        on=on,
        reason="they asked",
    )


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_page_of_who_died_says_so_and_offers_no_dose(person: Participant, coordinator: Client) -> None:
    assert "Give now" in page_of(coordinator, bedside(person))
    die(person)
    page = page_of(coordinator, bedside(person))
    assert "No longer at the bedside" in page
    assert f"Died {person.today(timezone.now()):%d %b %Y}." in page
    assert "Give now" not in page


def test_list_leaves_out_who_died_without_a_discharge(person: Participant, coordinator: Client) -> None:
    address = reverse("participants:bedside_list")
    assert person.study_id in page_of(coordinator, address)
    die(person)
    assert person.study_id not in page_of(coordinator, address)


def test_round_that_was_typed_before_the_death_became_known_is_saved(
    person: Participant, coordinator: Client
) -> None:
    typed = taps(person, **WELL_TAPS)
    die(person)
    coordinator.post(bedside(person), typed)
    assert Observation.objects.count() == 3


def test_who_withdrew_from_treatment_is_offered_no_dose_and_the_page_says_why(
    person: Participant, coordinator: Client
) -> None:
    stop_treatment(person)
    page = page_of(coordinator, bedside(person))
    words = f"Withdrew from treatment {person.today(hour(person, 48)):%d %b %Y}"
    assert f"{words}: no dose is wanted." in page
    assert "Give now" not in page
    assert words in page_of(coordinator, reverse("participants:bedside_list"))


def test_withdrawal_before_the_present_course_does_not_stop_its_doses(person: Participant) -> None:
    stop_treatment(person, days=-2)
    state = read_bedside([person.pk], timezone.now())[person.pk]
    assert (state.no_dose, state.wants_dose) == ("", True)
