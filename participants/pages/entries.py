"""The kinds of entry in a chart: how each is asked for, kept, taken back, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from participants.actions.entries import record_entry
from participants.audit import Actor
from participants.bedside_now import read_bedside
from participants.domain.dosing import Schedule, calculate_dose
from participants.forms.bedside import typed_moment
from participants.forms.chart import IntensiveCareForm, LabForm, MedicationForm, StayForm, WeightForm
from participants.forms.doses import DoseForm, plain
from participants.forms.facts import FactForm, now_at_site
from participants.forms.neuro import NeuroForm
from participants.forms.vitals import VitalsForm
from participants.models import (
    AnakinraDose,
    DoseReason,
    DoseState,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    Weight,
)
from participants.models.base import Fact
from participants.toxicity import read_toxicity

TREATMENT, TOXICITY = "participants:treatment", "participants:toxicity"
Make = Callable[[Participant, Any, QueryDict | None, QueryDict], FactForm]


@dataclass(frozen=True)
class Entry:
    """One kind of entry; `make` builds its form for a participant, a fact to correct or None, and data."""

    slug: str
    name: str
    model: type[Fact]
    make: Make
    tab: str = TREATMENT
    template: str = "participants/entry.html"

    def save(self, by: Actor, form: Any, fact: Fact | None) -> object:
        """Keep what was typed, as a new entry or in place of one."""
        why = form.cleaned_data.get("reason", "")
        return record_entry(by=by, row=form.row(), replaces=fact, reason=why)


def _simple(form: type[FactForm], *, is_dated: bool = False) -> Make:
    def make(participant: Participant, fact: Any, data: QueryDict | None, asked: QueryDict) -> FactForm:
        initial = now_at_site(participant) if is_dated and fact is None else None
        return form(data, participant=participant, fact=fact, initial=initial)

    return make


def _make_drug(participant: Participant, fact: Any, data: QueryDict | None, asked: QueryDict) -> FactForm:
    # At the bedside a drug is recorded as it is given; from the chart nobody knows when it was.
    is_now = fact is None and asked.get("from") == "bedside"
    now = now_at_site(participant)
    initial = {"started_on": now["on"], "clock": now["clock"]} if is_now else None
    return MedicationForm(data, participant=participant, fact=fact, initial=initial)


def _make_weight(participant: Participant, fact: Any, data: QueryDict | None, asked: QueryDict) -> FactForm:
    initial = {"on": participant.today(timezone.now())} if fact is None else None
    return WeightForm(data, participant=participant, fact=fact, initial=initial)


def _make_neuro(participant: Participant, fact: Any, data: QueryDict | None, asked: QueryDict) -> FactForm:
    at = typed_moment(participant, data) or (fact.at if fact is not None else timezone.now())
    instrument = read_toxicity(participant).instrument(at)
    initial = now_at_site(participant) if fact is None else None
    return NeuroForm(data, participant=participant, fact=fact, initial=initial, instrument=instrument)


def _make_dose(participant: Participant, fact: Any, data: QueryDict | None, asked: QueryDict) -> FactForm:
    weights = list(Weight.objects.standing().filter(participant=participant).order_by("-on", "-pk")[:5])
    initial = _next_dose(participant, weights, asked) if fact is None else None
    return DoseForm(data, participant=participant, fact=fact, weights=weights, initial=initial)


def _next_dose(participant: Participant, weights: list[Weight], asked: QueryDict) -> dict[str, Any]:
    state = read_bedside([participant.pk], timezone.now()).get(participant.pk)
    is_escalation = asked.get("schedule") == Schedule.Q6H
    schedule = Schedule.Q6H if is_escalation else state.plan.schedule if state else Schedule.Q12H
    return {
        "state": DoseState.GIVEN,
        "schedule": schedule,
        "because": DoseReason.ESCALATION if schedule is Schedule.Q6H else DoseReason.TRIGGER,
        "weight": str(weights[0].pk) if weights else None,
        "dose_mg": plain(calculate_dose(weights[0].weight_kg).dose_mg) if weights else None,
    }


def address_of(fact: Fact, what: str) -> str:
    """Return the address at which an entry is corrected, taken back, asked about or moved."""
    slug = next(entry.slug for entry in ENTRIES if entry.model is type(fact))
    return reverse(f"participants:{slug}_{what}", args=[fact.pk])


ENTRIES: tuple[Entry, ...] = (
    Entry("weight", "weight", Weight, _make_weight),
    Entry("stay", "stay in hospital", HospitalStay, _simple(StayForm)),
    Entry("care", "stay in intensive care", IntensiveCareStay, _simple(IntensiveCareForm)),
    Entry("drug", "drug", Medication, _make_drug),
    Entry("lab", "laboratory value", LabResult, _simple(LabForm, is_dated=True)),
    Entry("dose", "dose of anakinra", AnakinraDose, _make_dose),
    Entry(
        "observation", "vital signs", Observation, _simple(VitalsForm, is_dated=True),
        TOXICITY, "participants/entry_vitals.html",
    ),
    Entry(
        "assessment", "neurological assessment", NeuroAssessment, _make_neuro,
        TOXICITY, "participants/entry_neuro.html",
    ),
)  # fmt: skip
