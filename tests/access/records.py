"""One of everything that a place records, and the place's own word in every text of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from followup.actions.contacts import log_contact
from followup.actions.snapshots import freeze
from followup.dashboards.choice import Choice
from followup.models import ContactChannel, ContactResult, Reminder, ReminderState
from participants.actions.conclude import record_death, record_withdrawal
from participants.actions.deviations import draft_deviation
from participants.actions.observe import record_finding
from participants.actions.propose import propose_serious
from participants.actions.queries import raise_query
from participants.actions.respond import record_relapse, record_response
from participants.actions.serious import send_report
from participants.audit import Actor
from participants.domain.clocks import ReportKind
from participants.domain.roles import Role
from participants.models import (
    AnakinraDose,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    RelapseSite,
    ResponseKind,
    Site,
    Weight,
    WithdrawalScope,
)
from participants.models.base import ScopedQuerySet
from tests import factories
from tests.access.place import Place
from tests.factories.safety import make_infection, make_serious

# Text that rules read: another word in it would be another record, not a marked one.
KEPT_TEXT = {
    "analyte",
    "unit",
    "status",
    "rule_version",
    "code",
    "field",
    "zone",
    "study_id",
    "rule",
    "subject",
    "outcome_reason",
    "dedupe_key",
    "message_id",
}
SHORTEST_MARKED = 20


def record_everything(place: Place) -> None:
    """Record at a place one of everything that there is to record, marked with the place's word."""
    _draft_something(place)
    _let_depart(place)
    _record_bedside(place)
    _record_safety(place)
    _record_outcome(place)
    _mark_texts(place)
    _fail_to_remind(place)
    _freeze(place)


def _draft_something(place: Place) -> None:
    assert place.participant is not None
    draft_deviation(
        by=factories.TEST,
        participant=place.participant,
        rule="test",
        subject="test",
        summary="A departure",
        days=3,
    )


def _let_depart(place: Place) -> None:
    """Record a withdrawal and a death, of somebody whose pages the matrix does not ask for."""
    assert place.departed is not None
    scope, on = WithdrawalScope.VISITS, factories.days_ago(5, place.site)
    record_withdrawal(by=factories.TEST, participant=place.departed, scope=scope, on=on, reason="moved away")
    record_death(
        by=factories.TEST, participant=place.departed, on=factories.days_ago(3, place.site), reason="told"
    )


def _record_bedside(place: Place) -> None:
    """Record one of everything that is entered at the bedside."""
    assert place.participant is not None
    at, on = timezone.now() - timedelta(hours=3), factories.days_ago(1, place.site)
    of_them: dict[str, Any] = {"participant": place.participant}
    fever = Observation(**of_them, at=at, temperature=Decimal("39.5"), temperature_unit="C")
    record_finding(by=factories.TEST, finding=fever)
    record_finding(by=factories.TEST, finding=NeuroAssessment(**of_them, at=at, ice_score=9))
    dose = {"dosing_weight_kg": Decimal(20), "weighed_on": on, "schedule": "q12h"}
    with factories.as_test():
        Weight.objects.create(**of_them, on=on, weight_kg=Decimal(20))
        HospitalStay.objects.create(**of_them, admitted_at=at, reason="Infusion")
        IntensiveCareStay.objects.create(**of_them, entered_at=at, reason="Watching")
        Medication.objects.create(**of_them, name="Levetiracetam", started_on=on)
        LabResult.objects.create(**of_them, analyte="ferritin", value=Decimal(500), unit="ng/mL", at=at)
        AnakinraDose.objects.create(**of_them, at=at, state="given", dose_mg=Decimal(50), **dose)
    raise_query(by=factories.TEST, participant=place.participant, text="Is this so?")


def _record_safety(place: Place) -> None:
    """Record an infection, and a serious event with a report of it; intensive care is proposed by rule."""
    assert place.participant is not None
    make_infection(place.participant)
    serious = make_serious(place.participant)
    now = timezone.now()
    for kind in (ReportKind.TO_SPONSOR, ReportKind.TO_REGULATOR):
        send_report(by=factories.TEST, serious=serious, kind=kind, sent_at=now)
    propose_serious(by=factories.TEST, participant=place.participant)


def _record_outcome(place: Place) -> None:
    assert place.participant is not None
    by, on = factories.TEST, factories.days_ago(9, place.site)
    record_response(by=by, participant=place.participant, on=on, response=ResponseKind.CR)
    record_relapse(by=by, participant=place.participant, on=on, site=RelapseSite.MARROW, is_mrd_only=True)
    log_contact(
        by=by,
        participant=place.participant,
        tried_on=on,
        channel=ContactChannel.PHONE,
        result=ContactResult.REACHED,
        note="Spoke to them",
    )


def _mark_texts(place: Place) -> None:
    """Write the place's word into every free text of every row that belongs to its site."""
    for model in (
        *apps.get_app_config("participants").get_models(),
        *apps.get_app_config("followup").get_models(),
    ):
        rows = model._default_manager.all()
        if (
            not isinstance(rows, ScopedQuerySet)
            or model is Site
            or model._meta.label == "participants.AuditChange"
        ):
            continue
        texts = [text for text in model._meta.local_fields if _is_free_text(text)]
        for row in rows.filter(**{rows.site_path: place.site}):
            marked = {text.name: f"{place.word} {text.name} {row.pk}"[: text.max_length] for text in texts}
            if marked:
                with factories.as_test():
                    model._default_manager.filter(pk=row.pk).update(**marked)


def _is_free_text(column: models.Field[Any, Any]) -> bool:
    if not isinstance(column, models.CharField | models.TextField) or column.choices or not column.editable:
        return False
    return column.name not in KEPT_TEXT and (column.max_length or SHORTEST_MARKED) >= SHORTEST_MARKED


def _fail_to_remind(place: Place) -> None:
    """Keep a reminder to the place's coordinator that no mail server took."""
    now = timezone.now()
    Reminder.objects.create(
        rule="due",
        participant=place.participant,
        recipient=place.staff[Role.COORDINATOR],
        due_at=now,
        expires_at=now + timedelta(days=1),
        next_attempt_at=now,
        state=ReminderState.DEAD,
        dedupe_key=place.word,
        message_id=f"<{place.word}@example.org>",
        link_reference=place.word,
    )


def _freeze(place: Place) -> None:
    """Freeze the figures of the place; the word is in the reason, and in all that the figures name."""
    investigator = place.staff[Role.INVESTIGATOR]
    choice = Choice(study=place.study.code, site=place.site.code)
    freeze(by=Actor.of(investigator), choice=choice, now=timezone.now(), reason=f"Meeting {place.word}")
