"""Import the people of a study: who they are, and the dated facts of their course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from followup.actions.import_rows import CHUNK, ImportRun, add_facts, add_missing
from followup.exchange.sdtm_plan import Person, StudyPlan
from participants.domain.lifecycle import Phase, Step, phase_on_latest
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import (
    Consent,
    ConsentKind,
    ConsentVersion,
    Death,
    EligibilityDecision,
    LifecycleStep,
    Milestone,
    OffStudy,
    Participant,
    Site,
    Study,
)

_CONSENT_FORM = "as imported"
_NOT_ELIGIBLE = "Screen failure, as imported; the reason is not in the files"


def import_people(
    run: ImportRun, plan: StudyPlan, study: Study, sites: Mapping[str, Site]
) -> dict[str, Participant]:
    """Add participants and facts that are not on record; return the participants by study id."""
    people = _participants(run, plan, study, sites)
    _milestones(run, plan, study, people)
    _consents(run, plan, study, people)
    _endings(run, plan, study, people)
    _steps(run, plan, study, people)
    _bring_up_to_date(run, plan, study, people)
    return people


def steps_of(person: Person) -> list[Step]:
    """Return the dated steps of the lifecycle, as far as the files tell of them."""
    ended = person.ended
    dated: list[tuple[Phase, date | None]] = [
        (Phase.SCREENING, person.screened_on),
        (Phase.ENROLLED, person.started_on),
        (Phase.SCREEN_FAILURE, ended.failed_on),
        (Phase.SURVIVAL_FOLLOW_UP, _contact_kept_from(person)),
        (Phase.OFF_STUDY, ended.contact_on if ended.reason else None),
    ]
    return [Step(on, entry, phase) for entry, (phase, on) in enumerate(dated, start=1) if on is not None]


def _contact_kept_from(person: Person) -> date | None:
    """Return the day on which visits ended while contact went on, None where both ended together."""
    ended = person.ended
    return ended.visits_on if ended.reason and ended.visits_on != ended.contact_on else None


def _participants(
    run: ImportRun, plan: StudyPlan, study: Study, sites: Mapping[str, Site]
) -> dict[str, Participant]:
    wanted = {
        person.study_id: Participant(
            study_id=person.study_id,
            enrolment_number=person.study_id if person.started_on else None,
            site=sites[person.site],
            sex=person.sex,
            age_at_consent_years=person.age_years,
            phase=phase_on_latest(steps_of(person)),
        )
        for person in plan.people
    }
    on_record = {
        row.study_id: row for row in Participant.objects.filter(site__study=study).select_related("site")
    }
    _refuse_ids_of_others(study, wanted.keys() - on_record.keys())
    return add_missing(run, wanted, on_record, ["site_id", "sex", "age_at_consent_years"])


def _refuse_ids_of_others(study: Study, new: Iterable[str]) -> None:
    """Raise ActionRefused for a study id that a participant of another study has."""
    ids = sorted(new)
    for start in range(0, len(ids), CHUNK):
        taken = Participant.objects.exclude(site__study=study).filter(study_id__in=ids[start : start + CHUNK])
        if clash := taken.first():
            raise ActionRefused(
                None, f"The study id {clash} is in use in another study. Nothing was imported."
            )


def _milestones(run: ImportRun, plan: StudyPlan, study: Study, people: Mapping[str, Participant]) -> None:
    dates = {
        MilestoneKind.TREATMENT_START: {person.study_id: person.started_on for person in plan.people},
        MilestoneKind.VISITS_ENDED: {person.study_id: _contact_kept_from(person) for person in plan.people},
    }
    for kind, by_person in dates.items():
        wanted = [Milestone(participant=people[who], kind=kind, on=on) for who, on in by_person.items() if on]
        rows = Milestone.objects.filter(kind=kind, course=1, is_planned=False)
        add_facts(run, study, rows, wanted, ["on"])


def _consents(run: ImportRun, plan: StudyPlan, study: Study, people: Mapping[str, Participant]) -> None:
    dates = {person.study_id: person.consented_on for person in plan.people if person.consented_on}
    if not dates:
        return
    form, _ = ConsentVersion.objects.get_or_create(
        study=study, label=_CONSENT_FORM, defaults={"approved_on": plan.begins_on}
    )
    wanted = [
        Consent(participant=people[who], kind=ConsentKind.CONSENT, consent_version=form, signed_on=on)
        for who, on in dates.items()
    ]
    rows = Consent.objects.filter(kind=ConsentKind.CONSENT, consent_version=form)
    add_facts(run, study, rows, wanted, ["signed_on"])


def _endings(run: ImportRun, plan: StudyPlan, study: Study, people: Mapping[str, Participant]) -> None:
    """Add deaths, ends of participation and screen failures; of the reason only the coded term."""
    deaths: list[Death] = []
    left: list[OffStudy] = []
    failed: list[EligibilityDecision] = []
    for person in plan.people:
        who, ended = people[person.study_id], person.ended
        if ended.died_on:
            deaths.append(Death(participant=who, on=ended.died_on))
        if ended.reason and ended.contact_on:
            note = ended.term.capitalize()
            left.append(OffStudy(participant=who, reason=str(ended.reason), on=ended.contact_on, note=note))
        if ended.failed_on:
            failed.append(
                EligibilityDecision(
                    participant=who, is_eligible=False, decided_on=ended.failed_on, reason=_NOT_ELIGIBLE
                )
            )
    add_facts(run, study, Death.objects.all(), deaths, ["on"])
    add_facts(run, study, OffStudy.objects.all(), left, ["reason", "on"])
    add_facts(run, study, EligibilityDecision.objects.all(), failed, ["is_eligible", "decided_on"])


def _steps(run: ImportRun, plan: StudyPlan, study: Study, people: Mapping[str, Participant]) -> None:
    by_phase: dict[Phase, list[LifecycleStep]] = defaultdict(list)
    for person in plan.people:
        for step in steps_of(person):
            row = LifecycleStep(
                participant=people[person.study_id], phase=step.phase, on=step.on, entry=step.entry
            )
            by_phase[step.phase].append(row)
    for phase, wanted in by_phase.items():
        add_facts(run, study, LifecycleStep.objects.filter(phase=phase), wanted, ["on"])


def _bring_up_to_date(
    run: ImportRun, plan: StudyPlan, study: Study, people: Mapping[str, Participant]
) -> None:
    """Give the phase and number that later facts have brought to who was on record before."""
    steps: dict[int, list[Step]] = defaultdict(list)
    rows = LifecycleStep.objects.standing().filter(participant__site__study=study)
    for owner, on, entry, phase in rows.values_list("participant", "on", "entry", "phase"):
        steps[owner].append(Step(on, entry, Phase(phase)))
    changed = []
    for person in plan.people:
        row = people[person.study_id]
        phase = phase_on_latest(steps[row.pk])
        number = row.enrolment_number or (person.study_id if person.started_on else None)
        if (row.phase, row.enrolment_number) != (phase, number):
            row.phase, row.enrolment_number, row.version = phase, number, row.version + 1
            changed.append(row)
    Participant.objects.bulk_update(changed, ["phase", "enrolment_number", "version"], batch_size=CHUNK)
    run.changed["participants"] += len(changed)
