"""Signing, correcting and taking back, and what follows for screening and for deviations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participants.actions.people import edit_participant
from participants.actions.screen import record_consent, record_consents, remove_consent
from participants.actions.studies import open_study
from participants.actions.treat import record_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.errors import ActionRefused, StaleVersion
from participants.models import Consent, ConsentKind, ConsentVersion, LifecycleStep, Participant
from tests.factories import TEST, days_ago, make_infused, make_participant

pytestmark = pytest.mark.django_db


def version_of(participant: Participant) -> ConsentVersion:
    return ConsentVersion.objects.get(study=participant.site.study)


def sign(participant: Participant, kind: ConsentKind, days: int) -> Consent:
    return record_consent(
        by=TEST,
        participant=participant,
        kind=kind,
        version=version_of(participant),
        signed_on=days_ago(days, participant.site),
    )


def correct(consent: Consent, days: int, **changes: object) -> Consent:
    return record_consent(
        by=TEST,
        participant=consent.participant,
        replaces=consent,
        signed_on=days_ago(days, consent.participant.site),
        **{
            "kind": ConsentKind(consent.kind),
            "version": consent.consent_version,
            "reason": "the form says so",
            **changes,
        },  # type: ignore[arg-type]
    )


def step(participant: Participant, phase: Phase) -> LifecycleStep:
    return LifecycleStep.objects.standing().get(participant=participant, phase=phase)


def test_the_first_permission_begins_screening() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION, days=20)
    assert participant.phase == Phase.SCREENING


def test_an_assent_alone_begins_nothing() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.ASSENT, days=20)
    assert participant.phase == Phase.PRE_SCREENED


def test_who_signed_before_the_entry_in_the_log_was_considered_by_then() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION, days=65)
    assert participant.phase == Phase.SCREENING
    assert step(participant, Phase.PRE_SCREENED).on == days_ago(65, participant.site)


def test_a_corrected_date_moves_the_beginning_of_screening_and_keeps_the_old_row() -> None:
    participant = make_participant()
    old = sign(participant, ConsentKind.PERMISSION, days=20)
    correct(old, days=22)
    assert step(participant, Phase.SCREENING).on == days_ago(22, participant.site)
    assert Consent.objects.filter(pk=old.pk, stands=False).exists()


def test_a_signature_corrected_to_before_the_log_leaves_the_participant_in_screening() -> None:
    participant = make_participant()
    correct(sign(participant, ConsentKind.PERMISSION, days=20), days=65)
    assert Participant.objects.get(pk=participant.pk).phase == Phase.SCREENING
    assert step(participant, Phase.PRE_SCREENED).on == days_ago(65, participant.site)


def test_a_correction_without_a_reason_is_refused() -> None:
    old = sign(make_participant(), ConsentKind.PERMISSION, days=20)
    with pytest.raises(ActionRefused, match="say why"):
        correct(old, days=22, reason=" ")


def test_a_corrected_row_cannot_be_corrected_again() -> None:
    old = sign(make_participant(), ConsentKind.PERMISSION, days=20)
    correct(old, days=22)
    with pytest.raises(StaleVersion):
        correct(old, days=23)


def test_the_same_signature_twice_is_refused_also_by_a_correction() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION, days=20)
    assent = sign(participant, ConsentKind.ASSENT, days=20)
    with pytest.raises(ActionRefused, match="recorded already"):
        sign(participant, ConsentKind.ASSENT, days=19)
    with pytest.raises(ActionRefused, match="recorded already"):
        correct(assent, days=20, kind=ConsentKind.PERMISSION)


def test_several_signatures_are_recorded_together_or_not_at_all() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.ASSENT, days=20)
    with pytest.raises(ActionRefused, match="recorded already"):
        record_consents(
            by=TEST,
            participant=participant,
            kinds=[ConsentKind.PERMISSION, ConsentKind.ASSENT],
            version=version_of(participant),
            signed_on=days_ago(20, participant.site),
        )
    assert Consent.objects.get().kind == ConsentKind.ASSENT


def test_a_form_of_another_study_is_refused() -> None:
    participant = make_participant()
    other = ConsentVersion.objects.get(study=open_study(by=TEST, code="OTHER", title="Another"))
    with pytest.raises(ActionRefused, match="another study"):
        record_consent(
            by=TEST,
            participant=participant,
            kind=ConsentKind.PERMISSION,
            version=other,
            signed_on=days_ago(20, participant.site),
        )


@pytest.mark.parametrize("days", [-1, 40000])
def test_a_signature_in_the_future_or_before_birth_is_refused(days: int) -> None:
    with pytest.raises(ActionRefused, match=r"future|before the birth"):
        sign(make_participant(), ConsentKind.PERMISSION, days=days)


def test_a_consent_corrected_to_after_a_procedure_drafts_a_deviation_and_back_takes_it_back() -> None:
    participant = make_infused(day=10)
    consent = Consent.objects.get(participant=participant)
    later = correct(consent, days=12)
    drafts = participant.deviations.drafts().filter(rule="procedure before consent")
    assert set(drafts.values_list("subject", flat=True)) == {f"{MilestoneKind.LD_START}:1", "enrolment"}
    correct(later, days=30)
    assert not drafts.exists()


def test_cells_collected_before_consent_are_no_deviation() -> None:
    participant = make_participant()
    consent = sign(participant, ConsentKind.PERMISSION, days=20)
    kind = MilestoneKind.LEUKAPHERESIS
    record_milestone(by=TEST, participant=participant, kind=kind, on=days_ago(10, participant.site))
    correct(consent, days=5)
    assert not participant.deviations.drafts().exists()


def test_taking_back_the_only_consent_ends_screening() -> None:
    participant = make_participant()
    consent = sign(participant, ConsentKind.PERMISSION, days=20)
    remove_consent(by=TEST, consent=consent, reason="entered on the wrong participant")
    assert Participant.objects.get(pk=participant.pk).phase == Phase.PRE_SCREENED
    assert not Consent.objects.standing().exists()


def edit(participant: Participant, **changes: object) -> Participant:
    kept = {
        "sex": participant.sex,
        "birth": participant.birth,
        "age_at_consent_years": participant.age_at_consent_years,
        "coordinator": participant.coordinator,
        "version": participant.version,
        "reason": "",
    }
    return edit_participant(by=TEST, participant=participant, **(kept | changes))  # type: ignore[arg-type]


def test_filling_what_was_unknown_needs_no_reason_and_changing_it_does() -> None:
    participant = edit(make_participant(), sex="F")
    with pytest.raises(ActionRefused, match="say why"):
        edit(participant, sex="M")
    assert edit(participant, sex="M", reason="misread").sex == "M"


def test_a_birth_after_a_signature_is_refused() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION, days=70)
    born = PartialDate(days_ago(65, participant.site), Precision.DAY)
    with pytest.raises(ActionRefused, match="Birth date: this is after"):
        edit(participant, birth=born, reason="as on the form")


def test_details_changed_meanwhile_are_not_overwritten() -> None:
    participant = make_participant()
    edit(participant, sex="F")
    with pytest.raises(StaleVersion):
        edit(participant, sex="M", reason="misread", version=participant.version)


def test_a_partial_birth_is_held_against_its_earliest_day() -> None:
    participant = make_participant()
    first = days_ago(60, participant.site)
    month = PartialDate(first.replace(day=1), Precision.MONTH)
    assert edit(participant, birth=month, reason="only the month is kept").birth == month
    assert first - month.on < timedelta(days=31)
