"""The analysis plan: who enters it, what is refused, and two who change it at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from followup.actions.analysis import enter_plan
from followup.models import AnalysisPlan
from participants.audit import Actor
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import Study
from tests.factories import TEST, make_site, make_staff, make_study

pytestmark = pytest.mark.django_db


def enter(study: Study, by: Actor = TEST, version: int = 0, **changes: Any) -> AnalysisPlan:
    fields: dict[str, Any] = {
        "planned_n": 24, "accrual_from_on": None, "accrual_to_on": None, "comparison_rate": None,
        "stop_at": [], "boundary_source": "", "severe_from_grade": 3, "evaluable_day": 28, "reason": "signed",
    }  # fmt: skip
    return enter_plan(by=by, study=study, version=version, **fields | changes)


def test_second_entry_changes_the_first() -> None:
    study = make_study()
    first = enter(study)
    enter(study, version=first.version, planned_n=30)
    assert AnalysisPlan.objects.get(study=study).planned_n == 30


def test_stale_entry_changes_nothing() -> None:
    study = make_study()
    enter(study)
    with pytest.raises(StaleVersion):
        enter(study, version=0, planned_n=30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"accrual_from_on": date(2026, 1, 1)}, "accrual_to_on"),
        ({"accrual_from_on": date(2026, 1, 2), "accrual_to_on": date(2026, 1, 1)}, "accrual_to_on"),
        ({"stop_at": [2]}, "stop_at"),
        ({"severe_from_grade": 6}, "severe_from_grade"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        enter(make_study(), **changes)
    assert refused.value.field == field


def test_data_manager_of_one_site_may_not_enter_it() -> None:
    site = make_site()
    person = make_staff(Role.DATA_MANAGER, site)
    with pytest.raises(ActionRefused):
        enter(site.study, by=Actor.of(person))


def test_plan_is_entered_on_its_page() -> None:
    site = make_site()
    client = Client()
    client.force_login(make_staff(Role.DATA_MANAGER, study=site.study))
    answer = client.post(
        f"/dashboards/plan/?study={site.study.code}",
        {
            "planned_n": "24", "comparison_percent": "30", "stop_at": "- - 3 3", "severe_from_grade": "3",
            "evaluable_day": "28", "reason": "version 2 of the protocol",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    plan = AnalysisPlan.objects.get(study=site.study)
    assert (str(plan.comparison_rate), plan.stop_at) == ("0.3000", [None, None, 3, 3])
