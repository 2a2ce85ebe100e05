"""The demo is invented, deterministic, and keeps away from real studies."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from followup.demo.cast import Role, Stage
from followup.demo.staff import hire
from followup.demo.story import play
from followup.domain.windows import Outcome
from followup.models import AnalysisPlan, Visit
from participants.domain.lifecycle import Phase
from participants.models import (
    Consent,
    CriterionCheck,
    EligibilityDecision,
    Medication,
    Participant,
    Query,
    QueryState,
    StaffMember,
)
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def record() -> list[tuple[object, ...]]:
    return list(
        Visit.objects.order_by("participant__study_id", "planned_visit__position", "occurrence").values_list(
            "participant__study_id", "participant__birth_on", "code", "target_on", "outcome", "occurred_on"
        )
    )


def test_the_demo_has_somebody_in_every_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    phases = set(Participant.objects.values_list("phase", flat=True))
    assert {
        Phase.PRE_SCREENED,
        Phase.SCREENING,
        Phase.SCREEN_FAILURE,
        Phase.OFF_STUDY,
        Phase.INFUSED,
    } <= phases
    assert {Phase.SURVIVAL_FOLLOW_UP, Phase.LYMPHODEPLETION, Phase.ON_ANAKINRA, Phase.FOLLOW_UP} <= phases
    assert set(Outcome) == set(Visit.objects.values_list("outcome", flat=True))
    said = capsys.readouterr().out
    assert all(person.email in said for person in StaffMember.objects.all())


def test_evidence_lies_before_the_decision_that_rests_on_it() -> None:
    call_command("seed_demo", verbosity=0)
    decided = dict(EligibilityDecision.objects.standing().values_list("participant", "decided_on"))
    checks = CriterionCheck.objects.standing().filter(evidence_on__isnull=False)
    dated = {check.participant_id: check.evidence_on for check in checks if check.evidence_on}
    assert dated
    assert all(dated[person] < on for person, on in decided.items() if person in dated)


def test_nobody_signs_a_form_that_is_not_approved_yet() -> None:
    call_command("seed_demo", participants=12)
    assert not Consent.objects.filter(signed_on__lt=F("consent_version__approved_on")).exists()


def test_the_same_seed_and_day_give_the_same_trial() -> None:
    written = []
    for _ in range(2):
        with transaction.atomic():
            call_command("seed_demo", participants=35, seed=4, as_of=date(2026, 2, 3), verbosity=0)
            written.append(record())
            transaction.set_rollback(True)
    assert written[0]
    assert written[0] == written[1]


def test_who_was_infused_three_days_ago_has_no_drug_of_a_later_day() -> None:
    crew = hire(make_study())[0]
    today = crew.site.today(timezone.now())
    for number, (day, dosed) in enumerate([(3, None), (7, None), (7, (2, 6))], start=1):
        play(Role(Stage.INFUSED, day, age_years=8, dosed=dosed), f"P-{number:03d}", crew, today)
    given = Medication.objects.values_list("participant__study_id", "name")
    assert dict(given) == {"P-002": "Paracetamol", "P-003": "Paracetamol"}


def test_the_demo_refuses_to_run_beside_a_real_study() -> None:
    make_study()
    with pytest.raises(CommandError, match="not a demo"):
        call_command("seed_demo")
    assert not Participant.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 5001])
def test_the_demo_refuses_an_impossible_size(number: int) -> None:
    with pytest.raises(CommandError, match="participants"):
        call_command("seed_demo", participants=number)


def test_the_plan_of_the_demo_says_that_it_is_invented() -> None:
    call_command("seed_demo", "--participants", "8")
    plan = AnalysisPlan.objects.get()
    assert "not the protocol's" in plan.boundary_source
    assert len(plan.stop_at) == plan.planned_n


def test_the_demo_has_queries_in_every_state_that_were_not_asked_today() -> None:
    call_command("seed_demo")
    assert set(Query.objects.values_list("state", flat=True)) == set(QueryState.values)
    assert Query.objects.latest("raised_at").raised_at < timezone.now() - timedelta(days=1)
