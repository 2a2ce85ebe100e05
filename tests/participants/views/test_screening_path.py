"""The whole path in the browser, from a new participant to the end, and what a form answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from participants.actions.criteria import check_criterion
from participants.domain.lifecycle import Phase
from participants.domain.roles import Role
from participants.models import (
    Consent,
    ConsentVersion,
    Criterion,
    CriterionAnswer,
    CriterionCheck,
    Death,
    DiseaseHistory,
    EligibilityDecision,
    LifecycleStep,
    Participant,
    Site,
    StaffMember,
)
from tests.factories import (
    TEST,
    days_ago,
    make_enrolled,
    make_infused,
    make_participant,
    make_site,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


def browser_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def coordinator(site: Site) -> Client:
    return browser_of(make_staff(Role.COORDINATOR, site))


@pytest.fixture
def investigator(site: Site) -> Client:
    return browser_of(make_staff(Role.INVESTIGATOR, site))


def send(client: Client, name: str, participant: Participant | None, **data: Any) -> HttpResponse:
    address = reverse(f"participants:{name}", args=[participant.pk] if participant else [])
    return client.post(address, data)  # type: ignore[return-value]


def written(on: date) -> str:
    return f"{on:%d %b %Y}"


def all_met(participant: Participant, dated: date) -> dict[str, str]:
    answers = {}
    for criterion in Criterion.objects.filter(study=participant.site.study):
        answers[f"answer_{criterion.pk}"] = "met"
        if criterion.evidence_expires:
            answers[f"evidence_on_{criterion.pk}"] = written(dated)
    return answers


def check_all(participant: Participant) -> None:
    for criterion in Criterion.objects.filter(study=participant.site.study):
        dated = days_ago(62, participant.site) if criterion.evidence_expires else None
        met = CriterionAnswer.MET
        check_criterion(by=TEST, participant=participant, criterion=criterion, answer=met, evidence_on=dated)


def test_a_participant_goes_from_the_log_to_a_number(
    site: Site, coordinator: Client, investigator: Client
) -> None:
    on = written(days_ago(3, site))
    send(coordinator, "pre_screen", None, site=site.pk, study_id="p-077", on=on, sex="F", birth="May 2016")
    participant = Participant.objects.get(study_id="P-077")
    version = ConsentVersion.objects.get(study=site.study)
    kinds = ["permission", "assent"]
    send(coordinator, "consent_add", participant, kinds=kinds, version=version.pk, signed_on=on)
    send(coordinator, "criteria", participant, **all_met(participant, days_ago(3, site)))
    assert send(coordinator, "eligible", participant, decided_on=on).status_code == 403
    send(investigator, "eligible", participant, decided_on=on)
    answer = send(coordinator, "enrol", participant, on=on)
    participant.refresh_from_db()
    assert answer.status_code == 302
    assert (participant.phase, participant.enrolment_number) == (Phase.ENROLLED, participant.enrolment_number)
    assert str(participant.enrolment_number).startswith(f"{site.code}-0001-")


def test_unanswered_criteria_are_named_before_anybody_is_eligible(site: Site, investigator: Client) -> None:
    answer = send(investigator, "eligible", make_participant(site), decided_on=written(days_ago(1, site)))
    assert "Answer these criteria first: AGE, BALL, CD19, BURDEN, CONSENT." in answer.content.decode()
    assert not EligibilityDecision.objects.exists()


def test_a_refused_new_participant_keeps_what_was_typed(site: Site, coordinator: Client) -> None:
    make_participant(site, study_id="P-077")
    values = {"site": site.pk, "study_id": "p-077", "on": "3/4/2026", "sex": "F", "birth": "31 Feb 2016"}
    page = send(coordinator, "pre_screen", None, **values).content.decode()
    assert 'value="3/4/2026"' in page
    assert 'value="31 Feb 2016"' in page
    assert "03 Apr 2026 or 04 Mar 2026" in page or "04 Mar 2026 or 03 Apr 2026" in page
    assert "There is no such day in the calendar" in page
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    "study_id", ["P\u200b-077", "PACER-\u0131", "P 077", "A" * 21, "AB", "Ｐ-077", "\x00"]
)
def test_a_study_id_with_hidden_or_foreign_characters_is_refused(
    site: Site, coordinator: Client, study_id: str
) -> None:
    on = written(days_ago(1, site))
    answer = send(coordinator, "pre_screen", None, site=site.pk, study_id=study_id, on=on, sex="F")
    assert answer.status_code == 200
    assert not Participant.objects.exists()


def test_nobody_is_entered_at_a_foreign_site(coordinator: Client) -> None:
    foreign = make_site()
    on = written(days_ago(1, foreign))
    answer = send(coordinator, "pre_screen", None, site=foreign.pk, study_id="P-077", on=on, sex="F")
    assert answer.status_code == 200
    assert not Participant.objects.exists()


def test_the_evidence_that_the_record_holds_is_offered(site: Site, coordinator: Client) -> None:
    participant = make_participant(site)
    on = days_ago(3, site)
    send(
        coordinator,
        "edit_disease",
        participant,
        marrow_blasts_percent="23.5",
        marrow_on=written(on),
        peripheral_blasts="unknown",
        had_hsct="unknown",
        has_developmental_delay="unknown",
    )
    page = coordinator.get(reverse("participants:criteria", args=[participant.pk])).content.decode()
    assert 'value="marrow blasts 23.5 %"' in page
    assert f'value="{written(on)}"' in page


def test_an_expiring_criterion_without_a_date_is_refused_beside_its_field(
    site: Site, coordinator: Client
) -> None:
    participant = make_participant(site)
    answers = all_met(participant, days_ago(3, site))
    undated = {name: value for name, value in answers.items() if not name.startswith("evidence_on")}
    page = send(coordinator, "criteria", participant, **undated).content.decode()
    assert "this evidence expires, so its date is needed" in page
    assert not CriterionCheck.objects.exists()


def test_a_changed_answer_asks_for_a_reason(site: Site, coordinator: Client) -> None:
    participant = make_participant(site)
    answers = all_met(participant, days_ago(3, site))
    send(coordinator, "criteria", participant, **answers)
    seen = {f"seen_{check.criterion_id}": str(check.pk) for check in CriterionCheck.objects.all()}
    age = Criterion.objects.get(study=site.study, code="AGE")
    changed = answers | seen | {f"answer_{age.pk}": "not_met"}
    page = send(coordinator, "criteria", participant, **changed)
    assert "say why the answer to AGE changes" in page.content.decode()
    send(coordinator, "criteria", participant, **changed, reason="misread")
    assert CriterionCheck.objects.standing().get(criterion=age).answer == "not_met"


def test_a_stale_answer_is_a_conflict(site: Site, coordinator: Client) -> None:
    participant = make_participant(site)
    answers = all_met(participant, days_ago(3, site))
    send(coordinator, "criteria", participant, **answers)
    age = Criterion.objects.get(study=site.study, code="AGE")
    late = answers | {f"answer_{age.pk}": "not_met", "reason": "misread"}
    assert send(coordinator, "criteria", participant, **late).status_code == 409


def test_a_stale_disease_history_shows_both_versions(site: Site, coordinator: Client) -> None:
    participant = make_participant(site)
    unknown = dict.fromkeys(("peripheral_blasts", "had_hsct", "has_developmental_delay"), "unknown")
    send(coordinator, "edit_disease", participant, prior_lines="2", **unknown)
    answer = send(
        coordinator, "edit_disease", participant, prior_lines="3", reason="counted", version="7", **unknown
    )
    assert answer.status_code == 409
    assert DiseaseHistory.objects.get().prior_lines == 2


def test_a_wrong_consent_is_corrected_and_taken_back(site: Site, coordinator: Client) -> None:
    participant = make_enrolled(site)
    consent = Consent.objects.get()
    later = written(days_ago(50, site))
    values = {"kind": "permission", "version": consent.consent_version_id, "signed_on": later}
    address = reverse("participants:consent_correct", args=[consent.pk])
    assert coordinator.post(address, values).status_code == 200
    coordinator.post(address, values | {"reason": "the form says so"})
    standing = Consent.objects.standing().get()
    assert standing.replaces == consent
    coordinator.post(reverse("participants:consent_remove", args=[standing.pk]), {"reason": "wrong person"})
    assert not participant.consents.standing().exists()


def test_a_death_ends_participation_and_is_taken_back(site: Site, coordinator: Client) -> None:
    participant = make_enrolled(site)
    send(coordinator, "death", participant, on=written(days_ago(1, site)))
    participant.refresh_from_db()
    assert participant.phase == Phase.OFF_STUDY
    death = Death.objects.get()
    coordinator.post(reverse("participants:death_remove", args=[death.pk]), {"reason": "wrong person"})
    participant.refresh_from_db()
    assert participant.phase == Phase.ENROLLED


def test_a_death_after_which_the_record_goes_on_is_kept_with_a_reason(
    site: Site, coordinator: Client
) -> None:
    participant, on = make_infused(site, day=5), written(days_ago(6, site))
    page = send(coordinator, "death", participant, on=on)
    assert "The record goes on after this day: CAR-T infusion" in page.content.decode()
    assert not Death.objects.exists()
    send(coordinator, "death", participant, on=on, reason="told by the ward")
    assert Death.objects.get().on == days_ago(6, site)


def test_a_death_in_the_future_is_refused_in_words(site: Site, coordinator: Client) -> None:
    page = send(coordinator, "death", make_enrolled(site), on=written(days_ago(-1, site)))
    assert "this lies in the future at the site" in page.content.decode()
    assert not Death.objects.exists()


@pytest.mark.parametrize("name", ["withdrawal", "off_study"])
def test_the_end_asks_for_its_fields(site: Site, coordinator: Client, name: str) -> None:
    participant = make_enrolled(site)
    assert send(coordinator, name, participant).status_code == 200
    participant.refresh_from_db()
    assert participant.phase == Phase.ENROLLED


def test_lost_and_found(site: Site, coordinator: Client) -> None:
    participant = make_enrolled(site)
    send(coordinator, "off_study", participant, reason="lost", on=written(days_ago(1, site)))
    participant.refresh_from_db()
    assert participant.phase == Phase.OFF_STUDY
    send(coordinator, "come_back", participant, reason="the family called")
    participant.refresh_from_db()
    assert participant.phase == Phase.ENROLLED


def test_nobody_who_has_not_left_comes_back(site: Site, coordinator: Client) -> None:
    page = send(coordinator, "come_back", make_enrolled(site), reason="the family called")
    assert "has not left the study" in page.content.decode()


def test_an_amendment_is_added_by_who_administers_the_study(site: Site) -> None:
    administrator = browser_of(make_staff(Role.SYSTEM_ADMINISTRATOR, study=site.study))
    values = {
        "study": site.study_id,
        "label": "2.0",
        "approved_on": "1 Mar 2026",
        "asks_for_reconsent": "yes",
    }
    address = reverse("participants:consent_version_add")
    assert administrator.post(address, values).status_code == 302
    assert ConsentVersion.objects.get(study=site.study, label="2.0").asks_for_reconsent
    assert "has a version 2.0 already" in administrator.post(address, values).content.decode()


def test_nobody_adds_a_consent_form_to_a_foreign_study(site: Site) -> None:
    administrator = browser_of(make_staff(Role.SYSTEM_ADMINISTRATOR, study=make_site().study))
    values = {
        "study": site.study_id,
        "label": "2.0",
        "approved_on": "1 Mar 2026",
        "asks_for_reconsent": "yes",
    }
    administrator.post(reverse("participants:consent_version_add"), values)
    assert not ConsentVersion.objects.filter(label="2.0").exists()


def test_the_day_of_enrolment_is_corrected_where_it_is_read(site: Site, coordinator: Client) -> None:
    participant = make_enrolled(site)
    page = coordinator.get(reverse("participants:screening", args=[participant.pk])).content.decode()
    step = LifecycleStep.objects.standing().get(participant=participant, phase=Phase.ENROLLED)
    address = reverse("participants:step_correct", args=[step.pk])
    assert address in page
    on = days_ago(58, site)
    refused = coordinator.post(address, {"on": written(on), "reason": ""})
    assert "Reason" in refused.content.decode()
    assert coordinator.post(address, {"on": written(on), "reason": "misread"}).status_code == 302
    assert LifecycleStep.objects.standing().get(participant=participant, phase=Phase.ENROLLED).on == on


def test_a_step_that_follows_a_consent_has_no_correction_of_its_own(site: Site, coordinator: Client) -> None:
    participant = make_enrolled(site)
    step = LifecycleStep.objects.standing().get(participant=participant, phase=Phase.SCREENING)
    address = reverse("participants:step_correct", args=[step.pk])
    page = coordinator.get(reverse("participants:screening", args=[participant.pk])).content.decode()
    assert address not in page
    answer = coordinator.post(address, {"on": written(days_ago(61, site)), "reason": "misread"})
    assert "follows what it rests on" in answer.content.decode()


def test_an_investigator_corrects_the_day_of_the_decision(
    site: Site, coordinator: Client, investigator: Client
) -> None:
    participant = make_enrolled(site)
    page, address = (
        reverse(f"participants:{name}", args=[participant.pk]) for name in ("screening", "eligible")
    )
    assert address not in coordinator.get(page).content.decode()
    assert address in investigator.get(page).content.decode()
    decided = EligibilityDecision.objects.standing().get(participant=participant)
    assert written(decided.decided_on) in investigator.get(address).content.decode()
    check_all(participant)
    early = investigator.post(address, {"decided_on": written(days_ago(61, site)), "reason": "misread"})
    assert "screening was on" in early.content.decode()
    on = days_ago(59, site)
    answer = investigator.post(address, {"decided_on": written(on), "reason": "misread"})
    assert answer.status_code == 302
    assert EligibilityDecision.objects.standing().get(participant=participant).decided_on == on
    assert Participant.objects.get(pk=participant.pk).phase == Phase.ENROLLED
