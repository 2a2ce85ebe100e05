"""Studies are opened and schedules loaded once, also by two people at the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from followup.actions.protocol import DEFAULT_SCHEDULE, load_schedule
from followup.models import ScheduleVersion
from participants.actions.studies import open_study
from participants.errors import ActionRefused
from participants.models import Study
from tests.factories import TEST, as_test, make_study

pytestmark = pytest.mark.django_db


def plan(label: str) -> dict[str, Any]:
    return {**json.loads(DEFAULT_SCHEDULE.read_text()), "label": label}


def test_a_study_that_somebody_opens_between_look_and_save_is_refused_in_words() -> None:
    def opens_meanwhile(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        answer = execute(sql, *given)
        if sql.startswith("SELECT") and not seen:
            seen.append(sql)
            with as_test():
                Study.objects.create(code="PACER", title="Another")
        return answer

    seen: list[str] = []
    with (
        connection.execute_wrapper(opens_meanwhile),
        pytest.raises(ActionRefused, match="exists already") as refused,
    ):
        open_study(by=TEST, code="pacer", title="A study")
    assert refused.value.field == "code"
    assert [study.title for study in Study.objects.all()] == ["Another"]


def test_a_schedule_of_the_same_label_is_refused_and_the_current_one_stays() -> None:
    study = make_study()
    current = ScheduleVersion.objects.get(study=study)
    with pytest.raises(ActionRefused, match="has a schedule") as refused:
        load_schedule(by=TEST, study=study, plan=plan(current.label))
    assert refused.value.field == "label"
    assert ScheduleVersion.objects.get(study=study, is_current=True) == current


@pytest.mark.django_db(transaction=True)
def test_of_schedules_loaded_at_once_the_last_is_the_current_one() -> None:
    study = make_study()

    def load(label: str) -> ScheduleVersion:
        try:
            return load_schedule(by=TEST, study=study, plan=plan(label))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        loaded = list(pool.map(load, ["second", "third"]))
    current = ScheduleVersion.objects.get(study=study, is_current=True)
    assert current in loaded
    assert ScheduleVersion.objects.filter(study=study).count() == 3
