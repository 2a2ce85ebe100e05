"""The outcome tab counts a participant for each endpoint as the dashboards do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from followup.pages.endpoints import NOT_COUNTED, endpoint_rows
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.domain.vital_status import Assessment, CourseFacts
from participants.models import Milestone
from tests.factories import as_test, make_infused, make_site, make_staff
from tests.followup.dashboards.support import on_day, respond

ZERO = date(2026, 1, 1)


def day(number: int) -> date:
    return ZERO + timedelta(days=number)


def told(facts: CourseFacts, today: int = 300) -> dict[str, tuple[int | None, str]]:
    return {row.name: (row.days, row.ending) for row in endpoint_rows(facts, day(today))}


@pytest.mark.once
def test_remission_after_a_further_infusion_is_told_as_no_response() -> None:
    seen = (Assessment(day(28), is_remission=False), Assessment(day(88), is_remission=True))
    facts = CourseFacts(ZERO, day(200), seen, next_therapy_on=day(60))
    assert told(facts) == {
        "Overall survival": (200, "censored"),
        "Event-free survival": (28, "event: no response"),
        "Relapse-free survival": (None, NOT_COUNTED),
        "Relapse": (None, NOT_COUNTED),
        "Non-relapse mortality": (28, "competing event"),
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("more", "ending"),
    [
        ({}, (91, "censored: last disease assessment")),
        ({"next_therapy_on": day(100)}, (100, "censored: next therapy")),
        ({"relapses": (day(150),)}, (150, "event: relapse")),
        ({"died_on": day(160)}, (160, "event: death")),
    ],
)
def test_event_free_survival_says_what_ended_it(more: dict[str, object], ending: tuple[int, str]) -> None:
    seen = (Assessment(day(28), is_remission=True), Assessment(day(91), is_remission=True))
    facts = CourseFacts(ZERO, day(200), seen, **more)  # type: ignore[arg-type]
    assert told(facts)["Event-free survival"] == ending


@pytest.mark.once
def test_what_lies_after_today_does_not_count() -> None:
    facts = CourseFacts(ZERO, day(200), died_on=day(150))
    assert told(facts, today=100)["Overall survival"] == (100, "censored")
    assert endpoint_rows(None, day(1)) == []


@pytest.mark.django_db
def test_outcome_tab_tells_the_further_infusion_and_the_endpoints() -> None:
    site = make_site()
    one, client = make_infused(site, day=200), Client()
    respond(one, 28, "nr")
    with as_test():
        Milestone.objects.create(participant=one, kind=MilestoneKind.INFUSION, on=on_day(one, 60), course=2)
    client.force_login(make_staff(Role.INVESTIGATOR, site))
    page = client.get(f"/participants/{one.pk}/outcome/").content.decode()
    assert "Further infusion" in page
    assert "event: no response" in page
