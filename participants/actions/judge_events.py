"""Judge recorded events again when what they are held against has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from participants.actions.checks import bounds_of
from participants.actions.dated_entries import PREFIXES, DatedEntry, dated_entries, spoken
from participants.actions.deviations import Departure, judge_deviations
from participants.audit import Actor
from participants.domain.bounds import AFTER_DEATH, BEFORE_CONSENT, DAY_RULES, Bounds
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import Deviation, LifecycleStep, Milestone, Participant

ENROLMENT = "enrolment"
AFTER_START = "enrolment after treatment began"
BEGINS_TREATMENT = frozenset({MilestoneKind.LD_START, MilestoneKind.INFUSION})


def judge_events(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Draft or take back what consent, withdrawal and death say about the days of all that happened.

    Whatever was entered first, the record drafts the same: one deviation for each event and each thing
    reported, and one for all entries of a kind.
    """
    bounds = bounds_of([participant.pk])[participant.pk]
    found = _departures(participant, dated_entries(participant), bounds)
    enrolled = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.ENROLLED)
    for on in enrolled.values_list("on", flat=True):
        found += [
            Departure(participant, rule, ENROLMENT, "No consent was signed by this day.")
            for rule, _ in bounds.improbable(on)
            if rule == BEFORE_CONSENT
        ]
    drafted = Deviation.objects.filter(participant=participant, rule__in=DAY_RULES)
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=DAY_RULES,
        subjects={each for each in drafted.values_list("subject", flat=True) if _is_judged_here(each)}
        | {each.subject for each in found},
        found=found,
        reason=reason,
    )


def after_death(participant: Participant, died_on: date) -> list[tuple[str, str]]:
    """Say as (rule, sentence) what the record already tells of the time after a day of death."""
    later = [entry for entry in dated_entries(participant) if entry.on > died_on]
    if not later:
        return []
    told = "; ".join(spoken(entries) for entries in _by_subject(later).values())
    return [(AFTER_DEATH, f"The record goes on after this day: {told}.")]


def _departures(participant: Participant, entries: Collection[DatedEntry], bounds: Bounds) -> list[Departure]:
    found: list[Departure] = []
    for subject, all_of_it in _by_subject(entries).items():
        odd: dict[tuple[str, str], list[DatedEntry]] = defaultdict(list)
        for entry in all_of_it:
            for rule, sentence in bounds.improbable(entry.on):
                if rule in entry.rules:
                    odd[rule, sentence].append(entry)
        for (rule, sentence), some in odd.items():
            summary = f"{spoken(some)}. {sentence}" if some[0].kind else sentence
            found.append(Departure(participant, rule, subject, summary))
    return found


def _by_subject(entries: Collection[DatedEntry]) -> dict[str, list[DatedEntry]]:
    found: dict[str, list[DatedEntry]] = defaultdict(list)
    for entry in entries:
        found[entry.subject].append(entry)
    return found


def _is_judged_here(subject: str) -> bool:
    return subject == ENROLMENT or subject.partition(":")[0] in PREFIXES


def judge_enrolment(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Draft or take back that somebody was enrolled after the first lymphodepletion or infusion."""
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.ENROLLED)
    on = steps.order_by("on").values_list("on", flat=True).first()
    found = begun_before(participant, on) if on is not None else []
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=[AFTER_START],
        subjects=[ENROLMENT],
        found=[Departure(participant, rule, ENROLMENT, sentence) for rule, sentence in found],
        reason=reason,
    )


def begun_before(participant: Participant, enrolled_on: date) -> list[tuple[str, str]]:
    """Say as (rule, sentence) that treatment had begun before a day of enrolment."""
    events = Milestone.objects.standing().actual().filter(participant=participant, kind__in=BEGINS_TREATMENT)
    began = events.order_by("on").values_list("on", flat=True).first()
    if began is None or began >= enrolled_on:
        return []
    sentence = f"Enrolled {enrolled_on:%d %b %Y}, after the treatment had begun on {began:%d %b %Y}."
    return [(AFTER_START, sentence)]
