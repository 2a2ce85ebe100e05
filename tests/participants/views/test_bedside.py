"""The bedside page, what it answers while somebody types, and the entries beside it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.actions.body import record_stay, record_weight
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    HospitalStay,
    NeuroAssessment,
    Observation,
    Participant,
    Query,
    SignedGrade,
    StaffMember,
    Weight,
)
from participants.pages.bedside import read_bedside_page
from tests import factories
from tests.participants.bedside_support import dose, hour, infused, observe

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery-staple"


@pytest.fixture
def person() -> Participant:
    return infused(day=3)


def browser(person: Participant, role: Role = Role.COORDINATOR) -> Client:
    client = Client()
    client.force_login(factories.make_staff(role, person.site))
    return client


def taps(person: Participant, **answers: object) -> dict[str, object]:
    """Return what the page sends when only these have been answered."""
    now = timezone.now().astimezone(person.site.tz)
    empty = {"temperature_unit": "C", "cause": "crs", "attribution": "yes", "oedema": "none"}
    return {"on": f"{now:%Y-%m-%d}", "clock": f"{now:%H:%M}", **empty, **answers}


WELL_TAPS = {
    "temperature": "38.4",
    "hypotension": "no",
    "running": "none",
    "o2_device": "none",
    "capd": "4",
    "awakens": "spontaneous",
    "signs": "none",
    "sedated": "no",
}


def weigh(person: Participant, kg: str = "20") -> Weight:
    row = Weight(participant=person, on=person.today(timezone.now()), weight_kg=kg)
    row.full_clean(exclude=["participant"])
    return record_weight(by=factories.TEST, weight=row)


def bedside(person: Participant) -> str:
    return reverse("participants:bedside", args=[person.pk])


def test_a_round_is_saved_with_both_grades(person: Participant) -> None:
    answer = browser(person).post(bedside(person), taps(person, then="stay", **WELL_TAPS))
    assert answer.status_code == 302
    grades = dict(DerivedGrade.objects.filter(stands=True).values_list("scale", "value"))
    assert grades == {"crs": 1, "icans": 1}


def test_what_nobody_answered_stays_unknown(person: Participant) -> None:
    browser(person).post(bedside(person), taps(person, temperature="36.8"))
    row = Observation.objects.get()
    assert (row.has_hypotension, row.vasopressors, row.o2_device) == (None, None, "")
    assert not NeuroAssessment.objects.exists()


def test_room_air_has_no_flow(person: Participant) -> None:
    browser(person).post(bedside(person), taps(person, o2_device="none", o2_flow_lpm="3"))
    assert Observation.objects.get().o2_flow_lpm is None


def test_raised_pressure_of_which_nothing_is_said_is_refused(person: Participant) -> None:
    answer = browser(person).post(bedside(person), taps(person, **WELL_TAPS | {"signs": "pressure"}))
    assert "Signs of raised pressure: press which, or the oedema on imaging." in answer.content.decode()
    assert not NeuroAssessment.objects.exists()


def test_nothing_answered_is_refused_in_words(person: Participant) -> None:
    answer = browser(person).post(bedside(person), taps(person))
    assert answer.status_code == 422
    assert "Nothing has been answered yet." in answer.content.decode()


def test_refused_round_keeps_what_was_typed_and_nothing_else(person: Participant) -> None:
    typed = taps(person, **WELL_TAPS | {"temperature": "48"})
    answer = browser(person).post(bedside(person), typed)
    page = answer.content.decode()
    assert 'value="48"' in page
    assert "Temperature: must be between 25 and 45 °C." in page
    assert not Observation.objects.exists()
    assert not NeuroAssessment.objects.exists()


def test_live_answer_grades_what_is_typed_and_saves_nothing(person: Participant) -> None:
    observe(person, 30, "39.0")
    dose(person, 31)
    before = Observation.objects.count()
    typed = taps(person, **WELL_TAPS | {"temperature": "36.9", "running": "norepinephrine"})
    answer = browser(person).post(reverse("participants:bedside_live", args=[person.pk]), typed)
    page = answer.content.decode()
    assert "CRS grade 3" in page
    assert "fever is not required" in page
    assert Observation.objects.count() == before


def test_live_answer_to_nonsense_is_still_an_answer(person: Participant) -> None:
    typed = taps(person, temperature="hot", on="yesterday", clock="99:99", capd="x")
    answer = browser(person).post(reverse("participants:bedside_live", args=[person.pk]), typed)
    assert answer.status_code == 200


@pytest.mark.parametrize(("typed", "unit"), [("386", "C"), ("98.6", "C"), ("38.6", "F"), ("24.9", "C")])
def test_live_answer_to_a_temperature_that_cannot_be_is_still_an_answer(
    person: Participant, typed: str, unit: str
) -> None:
    impossible = taps(person, **WELL_TAPS | {"temperature": typed, "temperature_unit": unit})
    answer = browser(person).post(reverse("participants:bedside_live", args=[person.pk]), impossible)
    assert answer.status_code == 200


def test_refused_round_is_headed_by_the_moment_that_was_typed(person: Participant) -> None:
    typed = taps(person, temperature="48", on="13 Feb 2026", clock="04:30")
    page = browser(person).post(bedside(person), typed).content.decode()
    assert "<b data-shown>13 Feb 2026 04:30</b>" in page
    # Without a clock of its own the page cannot put now in place of that moment.
    assert 'data-now=""' in page


@pytest.mark.parametrize(("years", "instrument"), [(6, "CAPD"), (12, "ICE")])
def test_test_of_cognition_is_that_of_the_age(years: int, instrument: str) -> None:
    today = timezone.now().date()
    born = today.replace(year=today.year - years) - timedelta(days=40)
    person = infused(day=3, birth=PartialDate(born, Precision.DAY))
    page = browser(person).get(bedside(person)).content.decode()
    assert re.search(rf'<h2 id="h-neuro">{instrument} ', page)


def test_page_before_the_infusion_says_so() -> None:
    participant = factories.make_enrolled()
    answer = browser(participant).get(bedside(participant))
    assert "Before the infusion" in answer.content.decode()


def test_dose_card_shows_its_arithmetic(person: Participant) -> None:
    weigh(person, "17.3")
    page = browser(person).get(bedside(person)).content.decode()
    assert "2.5 mg/kg × 17.3 kg = 43.25 mg" in page


def dose_typed(weight: Weight, **answers: object) -> dict[str, object]:
    given = {"state": "given", "dose_mg": "50", "schedule": "q12h", "route": "iv", "because": "trigger"}
    return {"weight": weight.pk, "from": "bedside"} | given | answers


def test_confirmed_dose_is_given_now(person: Participant) -> None:
    observe(person, 30, "39.0")
    observe(person, 36, "38.8")
    typed = dose_typed(weigh(person))
    answer = browser(person).post(reverse("participants:dose_add", args=[person.pk]), typed)
    assert answer["Location"] == bedside(person)
    assert AnakinraDose.objects.get().dosing_weight_kg == 20


def test_dose_before_the_trigger_asks_why_and_keeps_what_was_typed(person: Participant) -> None:
    typed = dose_typed(weigh(person))
    answer = browser(person).post(reverse("participants:dose_add", args=[person.pk]), typed)
    page = answer.content.decode()
    assert "The fever trigger has not been met." in page
    assert 'value="50"' in page
    assert not AnakinraDose.objects.exists()


def test_correction_takes_the_place_of_the_old_entry(person: Participant) -> None:
    old = observe(person, 30, "39.0")
    at = hour(person, 30)
    typed = taps(person, **WELL_TAPS | {"temperature": "37.0"})
    typed |= {"on": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}", "reason": "read from the wrong line"}
    client = browser(person)
    assert client.post(reverse("participants:observation_correct", args=[old.pk]), typed).status_code == 302
    old.refresh_from_db()
    assert (old.stands, old.replaced_by.temperature) == (False, Decimal(37))
    again = client.post(reverse("participants:observation_correct", args=[old.pk]), typed)
    assert again.status_code == 409


def test_form_of_an_entry_shows_it_as_it_was_pressed(person: Participant) -> None:
    row = observe(person, 30, "39.0", vasopressors=["norepinephrine"], hypoxia_has_other_cause=True)
    page = browser(person).get(reverse("participants:observation_correct", args=[row.pk])).content.decode()
    pressed = re.findall(r'name="(\w+)" value="([\w.]+)"[^>]*checked', page)
    assert {("running", "norepinephrine"), ("cause", "other"), ("other_causes", "hypoxia")} <= set(pressed)


def test_toxicity_tab_shows_the_finding_its_grade_and_its_query(person: Participant) -> None:
    observe(person, 30, "39.0", o2_device="")
    page = browser(person, Role.MONITOR).get(reverse("participants:toxicity", args=[person.pk]))
    text = page.content.decode()
    assert "CRS not gradable yet" in text
    assert reverse("participants:query", args=[Query.objects.get().pk]) in text


def signer(person: Participant) -> StaffMember:
    staff = factories.make_staff(Role.INVESTIGATOR, person.site)
    with factories.as_test():
        staff.set_password(PASSWORD)
        staff.save()
    return staff


def sign(person: Participant, **typed: object) -> int:
    """Sign the only derived grade and return how many signatures stand."""
    client = Client()
    client.force_login(signer(person))
    grade = DerivedGrade.objects.get(stands=True)
    client.post(reverse("participants:sign_grade", args=[grade.pk]), typed)
    return SignedGrade.objects.standing().count()


def test_grade_is_signed_with_the_password(person: Participant) -> None:
    observe(person, 30, "39.0")
    assert sign(person, value=1, password=PASSWORD) == 1


@pytest.mark.parametrize(
    "typed",
    [{"value": 1, "password": "another one"}, {"value": 2, "password": PASSWORD}, {"value": 1}],
    ids=["wrong password", "differs without a reason", "no password"],
)
def test_grade_is_not_signed(person: Participant, typed: dict[str, object]) -> None:
    observe(person, 30, "39.0")
    assert sign(person, **typed) == 0


def test_signature_falls_when_the_grade_is_derived_again(person: Participant) -> None:
    row = observe(person, 30, "39.0")
    assert sign(person, value=2, reason="mottled", password=PASSWORD) == 1
    at = hour(person, 30)
    typed = taps(person, **WELL_TAPS | {"temperature": "37.0"})
    typed |= {"on": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}", "reason": "read from the wrong line"}
    browser(person).post(reverse("participants:observation_correct", args=[row.pk]), typed)
    assert not SignedGrade.objects.standing().exists()


def test_page_costs_the_same_for_many_findings_as_for_few(person: Participant) -> None:
    client, address = browser(person), reverse("participants:toxicity", args=[person.pk])
    observe(person, 30, "39.0")
    few = _statements(client, address)
    for hours in range(31, 40):
        observe(person, hours, "39.1")
    assert _statements(client, address) == few


def test_list_costs_the_same_for_many_participants_as_for_one(person: Participant) -> None:
    client, address = browser(person), reverse("participants:bedside_list")
    observe(person, 30, "39.0")
    one = _statements(client, address)
    for _ in range(3):
        observe(infused(site=person.site, day=3), 30, "39.0")
    assert _statements(client, address) == one


def _statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_stay_that_lasts_is_ended_without_a_reason(person: Participant) -> None:
    stay = HospitalStay(participant=person, admitted_at=hour(person, -10), reason="CAR-T")
    record_stay(by=factories.TEST, stay=stay)
    began, ended = hour(person, -10), hour(person, 40)
    typed = {"on": f"{began:%Y-%m-%d}", "clock": f"{began:%H:%M}", "why": "CAR-T"}
    typed |= {"until_on": f"{ended:%Y-%m-%d}", "until_clock": f"{ended:%H:%M}"}
    answer = browser(person).post(reverse("participants:stay_correct", args=[stay.pk]), typed)
    assert answer.status_code == 302
    assert HospitalStay.objects.standing().get().discharged_at == ended


def test_value_in_a_unit_that_is_not_its_own_is_refused(person: Participant) -> None:
    typed = taps(person, analyte="crp", value="12", unit="U/L")
    answer = browser(person).post(reverse("participants:lab_add", args=[person.pk]), typed)
    assert "CRP is reported in mg/L, mg/dL." in answer.content.decode()


def test_pages_name_the_drafts_that_were_saved(person: Participant) -> None:
    client = browser(person)
    typed = taps(person, then="stay", draft="1k2j3h4g-0-1", **WELL_TAPS)
    refused = client.post(bedside(person), typed | {"temperature": "380"})
    assert refused.status_code == 422
    assert "data-saved" not in client.get(bedside(person)).content.decode()
    client.post(bedside(person), typed)
    assert 'data-saved="1k2j3h4g-0-1"' in client.get(bedside(person)).content.decode()


def test_a_draft_that_is_sent_again_is_saved_once(person: Participant) -> None:
    client = browser(person)
    typed = taps(person, draft="1k2j3h4g-0-1", **WELL_TAPS)
    answers = [client.post(bedside(person), typed).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Observation.objects.count() == 1


@pytest.mark.parametrize("name", ["", "short", "<script>alert(1)</script>", "a" * 41])
def test_a_name_that_no_browser_gives_is_not_remembered(person: Participant, name: str) -> None:
    client = browser(person)
    for _ in range(2):
        client.post(bedside(person), taps(person, draft=name, **WELL_TAPS))
    assert Observation.objects.count() == 2
    assert "data-saved" not in client.get(bedside(person)).content.decode()


def test_form_of_an_entry_shows_numbers_as_they_were_typed(person: Participant) -> None:
    row = observe(person, 30, "39.6", o2_device="nasal_cannula", o2_flow_lpm=Decimal("1.5"))
    page = browser(person).get(reverse("participants:observation_correct", args=[row.pk])).content.decode()
    assert 'value="39.6"' in page
    assert 'value="1.5"' in page
    weight = browser(person).get(reverse("participants:weight_correct", args=[weigh(person, "20").pk]))
    assert 'value="20"' in weight.content.decode()


@pytest.mark.parametrize(
    ("clock", "words"),
    [(9, "21:00 (19:00 to 23:00)"), (12, "00:00 ({0} 22:00 to 02:00)"), (14, "02:00 (00:00 to 04:00)")],
)
def test_window_of_the_next_dose_names_a_day_only_where_it_is_another(
    person: Participant, clock: int, words: str
) -> None:
    today = timezone.now().astimezone(person.site.tz).replace(hour=clock, minute=0)
    page = read_bedside_page(person, today)
    assert page is not None
    assert page.dose.following.endswith(words.format(f"{today:%d %b}"))
