"""Infections and adverse events."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from participants.actions.conclude import record_death, remove_death
from participants.actions.death_causes import record_causes
from participants.actions.infect import edit_infection, judge_same_episode, remove_infection
from participants.actions.report import edit_event, record_event, record_grade, remove_event, remove_grade
from participants.audit import Actor
from participants.domain.death_causes import DeathCause
from participants.errors import ActionRefused, NeedsReason, StaleVersion
from participants.models import (
    AdverseEvent,
    Death,
    Deviation,
    EventGrade,
    EventOutcome,
    Infection,
    InfectionOutcome,
    InfectionSeverity,
    Participant,
)
from tests.factories import TEST, as_test, days_ago, make_infused, make_site, make_staff
from tests.factories.safety import make_death, make_event, make_infection

pytestmark = pytest.mark.django_db


def kept(infection: Infection) -> dict[str, Any]:
    names = ("onset_on", "kind", "body_site", "organism", "route", "treatment", "outcome")
    return {name: getattr(infection, name) for name in names}


def test_an_infection_is_as_severe_as_its_treatment() -> None:
    participant = make_infused()
    assert make_infection(participant).severity == InfectionSeverity.MODERATE
    assert make_infection(participant, days=2, route="iv").severity == InfectionSeverity.SEVERE


def test_an_infection_of_the_future_is_refused() -> None:
    with pytest.raises(ActionRefused, match="future"):
        make_infection(make_infused(), days=-1)


def test_an_infection_that_goes_on_has_no_end() -> None:
    participant = make_infused()
    with pytest.raises(ActionRefused, match="does not go on"):
        make_infection(participant, ended_on=days_ago(1, participant.site), outcome="ongoing")


def test_an_infection_before_consent_needs_a_reason_and_drafts_a_deviation() -> None:
    participant = make_infused(day=10)
    with pytest.raises(NeedsReason):
        make_infection(participant, days=50)
    infection = make_infection(participant, days=50, reason="known from the referring hospital")
    drafted = Deviation.objects.get(participant=participant, subject=f"infection:{infection.pk}")
    assert drafted.rule == "procedure before consent"


def test_an_infection_grade_that_the_term_does_not_have_is_refused() -> None:
    with pytest.raises(ActionRefused, match="no grade 1"):
        make_infection(make_infused(), ctcae_term="Sepsis", ctcae_grade=1)


def test_an_edited_infection_asks_why_a_recorded_value_changes() -> None:
    infection = make_infection(make_infused())
    changed = kept(infection) | {"organism": "Klebsiella"}
    with pytest.raises(ActionRefused, match="organism"):
        edit_infection(by=TEST, infection=infection, version=infection.version, **changed)
    edit_infection(by=TEST, infection=infection, version=infection.version, reason="final culture", **changed)
    with pytest.raises(StaleVersion):
        edit_infection(by=TEST, infection=infection, version=1, reason="again", **changed)


def test_an_infection_ends_without_a_reason() -> None:
    infection = make_infection(make_infused())
    done = kept(infection) | {"outcome": InfectionOutcome.RESOLVED}
    done["ended_on"] = days_ago(1, infection.participant.site)
    assert edit_infection(by=TEST, infection=infection, version=1, **done).version == 2


def test_the_same_organism_within_14_days_is_joined_only_by_a_person() -> None:
    participant = make_infused(day=40)
    first, second = make_infection(participant, days=30), make_infection(participant, days=16)
    assert second.part_of is None
    joined = judge_same_episode(by=TEST, infection=second, version=1, is_same=True)
    assert joined.part_of == first


def test_the_same_organism_after_15_days_proposes_nothing() -> None:
    participant = make_infused(day=40)
    make_infection(participant, days=31)
    second = make_infection(participant, days=16)
    with pytest.raises(ActionRefused, match="proposes"):
        judge_same_episode(by=TEST, infection=second, version=1, is_same=True)


def test_an_infection_that_is_taken_back_lets_its_parts_go() -> None:
    participant = make_infused(day=40)
    first, second = make_infection(participant, days=30), make_infection(participant, days=20)
    judge_same_episode(by=TEST, infection=second, version=1, is_same=True)
    remove_infection(by=TEST, infection=first, reason="on the wrong participant")
    assert list(Infection.objects.standing().filter(part_of__isnull=True)) == [second]


def test_a_fatal_infection_needs_a_death_of_infection() -> None:
    participant = make_infused()
    with pytest.raises(ActionRefused, match="record the death first"):
        make_infection(participant, outcome="fatal")
    make_death(participant, days_ago(1, participant.site), DeathCause.INFECTION)
    assert make_infection(participant, outcome="fatal").severity == InfectionSeverity.FATAL


def test_an_event_begins_with_a_grade_from_its_onset() -> None:
    event = make_event(make_infused(), grade=2)
    grade = event.grades.get()
    assert (grade.on, grade.grade) == (event.onset_on, 2)


def test_an_event_gets_another_grade_from_a_day_on() -> None:
    event = make_event(make_infused(), days=5)
    record_grade(by=TEST, event=event, on=days_ago(3, event.participant.site), grade=4)
    assert list(event.grades.standing().values_list("grade", flat=True)) == [3, 4]


def test_a_grade_of_the_same_day_is_a_correction_and_needs_a_reason() -> None:
    event = make_event(make_infused())
    with pytest.raises(ActionRefused, match="corrected"):
        record_grade(by=TEST, event=event, on=event.onset_on, grade=4)
    record_grade(by=TEST, event=event, on=event.onset_on, grade=4, reason="saturation misread")
    assert EventGrade.objects.filter(event=event, stands=True).get().replaces is not None


def test_a_grade_before_the_onset_is_refused() -> None:
    event = make_event(make_infused(), days=5)
    with pytest.raises(ActionRefused, match="not going on"):
        record_grade(by=TEST, event=event, on=days_ago(6, event.participant.site), grade=2)


def test_the_grade_at_the_onset_cannot_be_taken_back() -> None:
    event = make_event(make_infused())
    with pytest.raises(ActionRefused, match="corrected, not taken back"):
        remove_grade(by=TEST, grade=event.grades.get(), reason="a mistake")


def test_an_onset_that_moves_takes_its_grade_along() -> None:
    event = make_event(make_infused(), days=5)
    on = days_ago(7, event.participant.site)
    values = {"term": event.term, "ctcae_version": "5.0", "onset_on": on, "outcome": EventOutcome.ONGOING}
    edit_event(by=TEST, event=event, version=1, reason="the ward saw it earlier", **values)
    assert event.grades.standing().get().on == on


def test_grade_5_needs_a_death_that_names_the_cause() -> None:
    participant = make_infused()
    died_on = days_ago(1, participant.site)
    make_death(participant, died_on, DeathCause.INFECTION)
    event = make_event(participant, term="Cytokine release syndrome", grade=4)
    with pytest.raises(ActionRefused, match="cytokine release syndrome"):
        record_grade(by=TEST, event=event, on=died_on, grade=5)
    record_causes(
        by=TEST,
        death=Death.objects.standing().get(),
        main_cause=DeathCause.INFECTION,
        contributory_causes=[DeathCause.CRS],
        reason="autopsy",
    )
    assert record_grade(by=TEST, event=event, on=died_on, grade=5).grade == 5


def test_a_death_with_a_grade_5_cannot_lose_its_cause() -> None:
    participant = make_infused()
    died_on = days_ago(1, participant.site)
    death = make_death(participant, died_on, DeathCause.INFECTION)
    event = make_event(participant, term="Sepsis", grade=4)
    record_grade(by=TEST, event=event, on=died_on, grade=5)
    with pytest.raises(ActionRefused, match="Sepsis"):
        record_causes(by=TEST, death=death, main_cause=DeathCause.CRS, reason="second thoughts")
    with pytest.raises(ActionRefused, match="Sepsis"):
        remove_death(by=TEST, death=Death.objects.standing().get(), reason="a mistake")
    assert Death.objects.standing().get().main_cause == DeathCause.INFECTION


def test_a_corrected_date_of_death_keeps_its_causes() -> None:
    participant = make_infused()
    make_death(participant, days_ago(1, participant.site), DeathCause.CRS)
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site), reason="certificate")
    assert Death.objects.standing().get().main_cause == DeathCause.CRS


def test_an_event_that_is_taken_back_no_longer_stands() -> None:
    event = make_event(make_infused())
    remove_event(by=TEST, event=event, reason="on the wrong participant")
    assert not AdverseEvent.objects.standing().exists()


def test_somebody_of_another_site_may_not_record_an_event() -> None:
    stranger = Actor.of(make_staff(site=make_site()))
    participant = make_infused()
    on = days_ago(1, participant.site)
    with pytest.raises(ActionRefused, match="may not"):
        record_event(by=stranger, participant=participant, grade=1, term="Fever", onset_on=on)


def takes_back_the_death(participant: Participant) -> Callable[..., Any]:
    """Take a participant's death back as soon as somebody has looked whether there is one."""
    seen: list[str] = []

    def look(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        answer = execute(sql, *given)
        if sql.startswith("SELECT") and "participants_death" in sql and not seen:
            seen.append(sql)
            with as_test():
                Death.objects.filter(participant=participant).update(stands=False)
        return answer

    return look


def test_what_is_fatal_is_refused_when_the_death_is_taken_back_between_look_and_save() -> None:
    participant = make_infused(day=30)
    died_on = days_ago(2, participant.site)
    event = make_event(participant, days=5, term="Sepsis")
    make_death(participant, died_on, DeathCause.INFECTION)
    with (
        connection.execute_wrapper(takes_back_the_death(participant)),
        pytest.raises(ActionRefused, match="recorded as fatal"),
    ):
        record_grade(by=TEST, event=event, on=died_on, grade=5)
    assert not event.grades.filter(grade=5).exists()


def test_a_death_stays_while_an_infection_of_fatal_severity_rests_on_it() -> None:
    participant = make_infused(day=30)
    died_on = days_ago(2, participant.site)
    death = make_death(participant, died_on, DeathCause.INFECTION)
    make_infection(participant, severity=InfectionSeverity.FATAL, reason="at the bedside")
    with pytest.raises(ActionRefused, match="recorded as fatal"):
        remove_death(by=TEST, death=death, reason="entered twice")


def test_an_event_that_was_taken_back_gets_no_grade() -> None:
    event = make_event(make_infused())
    remove_event(by=TEST, event=event, reason="entered twice")
    with pytest.raises(ActionRefused, match="taken back"):
        record_grade(by=TEST, event=event, on=days_ago(0, event.participant.site), grade=4)
    assert EventGrade.objects.get(event=event).grade == 3


def test_an_event_that_was_taken_back_is_not_edited() -> None:
    event = make_event(make_infused())
    remove_event(by=TEST, event=event, reason="entered twice")
    event.refresh_from_db()
    values: dict[str, Any] = {"term": event.term, "onset_on": event.onset_on, "action_taken": "oxygen"}
    with pytest.raises(ActionRefused, match="taken back"):
        edit_event(by=TEST, event=event, version=event.version, **values)


def test_an_infection_that_was_taken_back_is_not_edited() -> None:
    infection = make_infection(make_infused())
    remove_infection(by=TEST, infection=infection, reason="entered twice")
    infection.refresh_from_db()
    values = kept(infection) | {"organism": "Klebsiella"}
    with pytest.raises(ActionRefused, match="taken back"):
        edit_infection(by=TEST, infection=infection, version=infection.version, reason="the lab", **values)
