"""Response, relapse and what somebody died of."""

from decimal import Decimal

import pytest

from participants.actions.death_causes import record_causes
from participants.actions.respond import (
    CAUSE_RULE,
    record_relapse,
    record_response,
    remove_relapse,
    remove_response,
)
from participants.actions.treat import record_milestone
from participants.domain.death_causes import DeathCause
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import (
    Death,
    Milestone,
    Participant,
    Query,
    Relapse,
    RelapseSite,
    Response,
    ResponseKind,
)
from tests.factories import TEST, days_ago, make_infused
from tests.factories.safety import make_death

pytestmark = pytest.mark.django_db


def respond(participant: Participant, days: int, **values: object) -> Response:
    known: dict[str, object] = {"on": days_ago(days, participant.site), "response": ResponseKind.CR}
    return record_response(by=TEST, participant=participant, **(known | values))  # type: ignore[arg-type]


def relapse(participant: Participant, days: int, **values: object) -> Relapse:
    known: dict[str, object] = {"on": days_ago(days, participant.site), "site": RelapseSite.MARROW}
    return record_relapse(by=TEST, participant=participant, **(known | values))  # type: ignore[arg-type]


def relapse_event() -> Milestone | None:
    return Milestone.objects.standing().actual().filter(kind=MilestoneKind.RELAPSE).first()


@pytest.mark.parametrize(("percent", "is_negative"), [("0.00999", True), ("0.01", False)])
def test_mrd_is_negative_below_a_hundredth_of_a_percent(percent: str, is_negative: bool) -> None:
    response = respond(make_infused(day=40), 12, mrd_percent=Decimal(percent))
    assert response.is_mrd_negative is is_negative


def test_mrd_that_contradicts_its_judgement_is_refused() -> None:
    with pytest.raises(ActionRefused, match=r"not below 0\.01"):
        respond(make_infused(day=40), 12, mrd_percent=Decimal("0.5"), is_mrd_negative=True)


def test_a_second_assessment_on_one_day_is_refused() -> None:
    participant = make_infused(day=40)
    respond(participant, 12)
    with pytest.raises(ActionRefused, match="already"):
        respond(participant, 12, response=ResponseKind.NR)


def test_a_corrected_response_keeps_the_old_entry() -> None:
    participant = make_infused(day=40)
    first = respond(participant, 12)
    with pytest.raises(ActionRefused, match="corrected"):
        respond(participant, 12, response=ResponseKind.CRI, replaces=first)
    second = respond(participant, 12, response=ResponseKind.CRI, replaces=first, reason="counts came later")
    assert list(Response.objects.standing()) == [second]
    remove_response(by=TEST, response=second, reason="another participant")
    assert not Response.objects.standing().exists()


def test_a_relapse_is_an_event_of_the_course() -> None:
    participant = make_infused(day=90)
    relapse(participant, 10)
    event = relapse_event()
    assert event is not None
    assert event.on == days_ago(10, participant.site)
    assert Participant.objects.get(pk=participant.pk).phase == Phase.SURVIVAL_FOLLOW_UP


def test_an_mrd_relapse_ends_no_visit() -> None:
    relapse(make_infused(day=90), 10, is_mrd_only=True)
    assert relapse_event() is None


def test_the_event_follows_the_first_relapse() -> None:
    participant = make_infused(day=90)
    relapse(participant, 10)
    earlier = relapse(participant, 20)
    event = relapse_event()
    assert event is not None
    assert event.on == days_ago(20, participant.site)
    remove_relapse(by=TEST, relapse=earlier, reason="misread")
    event = relapse_event()
    assert event is not None
    assert event.on == days_ago(10, participant.site)


def test_a_relapse_that_is_taken_back_takes_its_event_along() -> None:
    participant = make_infused(day=90)
    remove_relapse(by=TEST, relapse=relapse(participant, 10), reason="misread")
    assert relapse_event() is None


def recorded_by_itself(days: int) -> Participant:
    """Return somebody whose relapse was recorded as an event of the treatment, without its detail."""
    participant = make_infused(day=90)
    on = days_ago(days, participant.site)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=on)
    return participant


@pytest.mark.parametrize("change", ["record", "correct", "correct to more than MRD", "remove"])
def test_an_event_recorded_by_itself_stays_whatever_a_later_relapse_says(change: str) -> None:
    participant = recorded_by_itself(20)
    later = relapse(participant, 9, is_mrd_only=change != "remove")
    if change == "remove":
        remove_relapse(by=TEST, relapse=later, reason="misread")
    elif change != "record":
        relapse(participant, 8, is_mrd_only=change == "correct", replaces=later, reason="misread")
    event = relapse_event()
    assert event is not None
    assert event.on == days_ago(20, participant.site)
    assert Participant.objects.get(pk=participant.pk).phase == Phase.SURVIVAL_FOLLOW_UP


def test_an_event_recorded_by_itself_stays_when_the_detail_of_its_day_is_taken_back() -> None:
    participant = recorded_by_itself(20)
    remove_relapse(by=TEST, relapse=relapse(participant, 20), reason="entered twice")
    assert relapse_event() is not None


def test_an_event_recorded_by_itself_moves_to_an_earlier_relapse() -> None:
    participant = recorded_by_itself(20)
    relapse(participant, 30)
    event = relapse_event()
    assert event is not None
    assert event.on == days_ago(30, participant.site)


def test_a_relapse_that_turns_out_to_be_mrd_only_takes_its_event_back() -> None:
    participant = make_infused(day=90)
    first = relapse(participant, 10)
    relapse(participant, 10, is_mrd_only=True, replaces=first, reason="the smear was clean")
    assert relapse_event() is None


def test_the_main_cause_after_a_relapse_is_the_leukaemia() -> None:
    participant = make_infused(day=90)
    relapse(participant, 10)
    death = make_death(participant, days_ago(2, participant.site))
    with pytest.raises(ActionRefused, match="leukaemia is the main cause"):
        record_causes(by=TEST, death=death, main_cause=DeathCause.INFECTION)
    kept = record_causes(
        by=TEST,
        death=death,
        main_cause=DeathCause.LEUKAEMIA,
        contributory_causes=[DeathCause.INFECTION],
    )
    assert kept.causes == {DeathCause.LEUKAEMIA, DeathCause.INFECTION}


def test_a_relapse_that_is_learned_later_asks_about_the_cause_and_stops_asking() -> None:
    participant = make_infused(day=90)
    make_death(participant, days_ago(2, participant.site), DeathCause.INFECTION)
    relapse(participant, 10)
    question = Query.objects.unsettled().get(rule=CAUSE_RULE)
    assert "leukaemia" in question.text
    record_causes(
        by=TEST,
        death=Death.objects.standing().get(),
        main_cause=DeathCause.LEUKAEMIA,
        contributory_causes=[DeathCause.INFECTION],
        reason="relapse found",
    )
    assert not Query.objects.unsettled().filter(rule=CAUSE_RULE).exists()
