"""The page of a study's settings: who sees it, who changes it, what a conflict keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions.settings import change_settings
from participants.domain.roles import Role
from participants.forms.settings import kept
from participants.models import Site, StaffMember, Study
from tests.factories import TEST, make_site, make_staff

pytestmark = pytest.mark.django_db

PAGE = "participants:settings"
CHANGE = "participants:settings_change"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def keeper(site: Site) -> StaffMember:
    return make_staff(Role.DATA_MANAGER, study=site.study, name="Ines Ferreira")


def signed_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(site: Site, **changes: Any) -> dict[str, Any]:
    study = Study.objects.get(pk=site.study_id)
    values = kept(study) | {"is_under_ind": "unknown", "reason": "amendment 2", "version": study.version}
    return values | changes


def text_of(client: Client) -> str:
    return client.get(reverse(PAGE)).content.decode()


def test_everybody_of_the_study_reads_its_settings_and_what_nobody_entered(site: Site) -> None:
    text = text_of(signed_in(make_staff(Role.READ_ONLY, site)))
    assert text.count("Set by the protocol, not entered") == 2
    assert reverse(CHANGE) not in text


def test_nobody_reads_the_settings_of_another_study(site: Site) -> None:
    other = make_site()
    assert other.study.code not in text_of(signed_in(make_staff(Role.READ_ONLY, site)))


def test_a_change_is_told_with_who_when_and_why(site: Site, keeper: StaffMember) -> None:
    client = signed_in(keeper)
    answer = client.post(reverse(CHANGE), typed(site, is_under_ind="yes", long_stay_days="40"), follow=True)
    text = answer.content.decode()
    assert "40 days" in text
    assert "Ines Ferreira: amendment 2" in text
    assert Study.objects.get(pk=site.study_id).is_under_ind is True


def test_settings_that_are_saved_as_they_were_say_so(site: Site, keeper: StaffMember) -> None:
    text = signed_in(keeper).post(reverse(CHANGE), typed(site), follow=True).content.decode()
    assert "Nothing has changed" in text
    assert "are saved" not in text


def test_a_change_without_a_reason_is_asked_for_one(site: Site, keeper: StaffMember) -> None:
    answer = signed_in(keeper).post(reverse(CHANGE), typed(site, long_stay_days="40", reason=""))
    assert answer.status_code == 200
    assert Study.objects.get(pk=site.study_id).long_stay_days == 30


def test_what_cannot_be_is_refused_beside_its_field(site: Site, keeper: StaffMember) -> None:
    answer = signed_in(keeper).post(reverse(CHANGE), typed(site, assent_to_years="6"))
    assert "assent_to_years" in answer.context["form"].errors


def test_a_conflict_keeps_what_was_typed(site: Site, keeper: StaffMember) -> None:
    mine = typed(site, long_stay_days="40")
    change_settings(
        by=TEST, study=site.study, version=1, reason="amendment 1", long_stay_days=35, is_under_ind=False
    )
    answer = signed_in(keeper).post(reverse(CHANGE), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="40"' in text
    assert "35" in text
    assert ("Under an IND", "Not entered", "No") in answer.context["rows"]
    assert ("The 15 days count from", "the sponsor's receipt", "the sponsor's receipt") in answer.context[
        "rows"
    ]
    again = signed_in(keeper).post(reverse(CHANGE), mine | {"version": answer.context["version"]})
    assert again.status_code == 302
    assert Study.objects.get(pk=site.study_id).long_stay_days == 40


def test_a_data_manager_of_one_site_is_refused(site: Site) -> None:
    client = signed_in(make_staff(Role.DATA_MANAGER, site))
    assert client.get(reverse(CHANGE)).status_code == 403
