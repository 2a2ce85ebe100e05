"""Three sites at which everything carries the site's own word, and people of every kind.

OWN and OTHER belong to one study, FAR to another: a role for all sites of the first study reaches
OWN and OTHER, never FAR. Everybody who asks works at OWN, or nowhere: somebody of OWN who asks for
what is OTHER's is a role of another site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.apps import apps
from django.db import models
from django.test import Client, override_settings
from django.utils import timezone

from followup.models import Reminder, ReminderState, Visit
from participants.actions.conclude import record_death, record_withdrawal
from participants.actions.deviations import draft_deviation
from participants.actions.observe import record_finding
from participants.actions.queries import raise_query
from participants.domain.roles import Role
from participants.models import (
    AnakinraDose,
    Consent,
    Death,
    Delegation,
    DerivedGrade,
    Deviation,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Query,
    Site,
    StaffMember,
    Study,
    Weight,
    Withdrawal,
    WithdrawalScope,
)
from participants.models.base import ScopedQuerySet
from tests import factories
from tests.access.expected import ALL_SITES

# Text that rules read: another word in it would be another record, not a marked one.
KEPT_TEXT = {
    "analyte",
    "unit",
    "status",
    "rule_version",
    "code",
    "zone",
    "study_id",
    "rule",
    "subject",
    "outcome_reason",
    "dedupe_key",
    "message_id",
}
SHORTEST_MARKED = 20


@dataclass
class Place:
    """A site with its people and its participants; `word` occurs in all its texts and nowhere else."""

    name: str
    word: str
    site: Site
    study: Study
    staff: dict[Role, StaffMember] = field(default_factory=dict)
    participant: Participant | None = None
    departed: Participant | None = None


@dataclass(frozen=True)
class Actor:
    """Somebody who asks; `role` None holds nothing at present, `person` None has not signed in.

    `foreign` is the nearest place that they do not reach.
    """

    label: str
    person: StaffMember | None
    role: Role | None = None
    places: frozenset[str] = frozenset()
    foreign: str = "OWN"

    @property
    def is_signed_in(self) -> bool:
        """Whether a request of theirs is anybody's at all."""
        return self.person is not None and self.person.is_active


@dataclass
class World:
    """Everything that the matrix asks with and asks for."""

    places: dict[str, Place] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, actor: Actor) -> Client:
        """Return the browser of an actor, signed in if they can be."""
        if actor.label not in self.clients:
            client = Client(raise_request_exception=False)
            if actor.person is not None:
                client.force_login(actor.person)
            self.clients[actor.label] = client
        return self.clients[actor.label]

    def row(self, model: type[models.Model], place: str) -> models.Model:
        """Return a row of a model at a place. Raises KeyError for a model without a builder."""
        return BUILDERS[model](self.places[place])


@contextmanager
def in_one_minute() -> Iterator[None]:
    """Stop the clock, for pages say the minute, and keep the session where it can be taken back."""
    cookies = override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
    with cookies, time_machine.travel(timezone.now(), tick=False):
        yield


def build_world() -> World:
    """Build all places and all people."""
    world = World()
    add_place(world, "OWN", factories.make_study("ONE"))
    add_place(world, "OTHER", world.places["OWN"].study)
    add_place(world, "FAR", factories.make_study("TWO"))
    return world


def add_place(world: World, name: str, study: Study) -> Place:
    """Add a site with a member of staff in every role, a participant and their records."""
    word = f"zqx{name.lower()}"
    site = factories.make_site(study, code=f"{name[:2]}1", name=f"Hospital {word}")
    place = Place(name, word, site, study)
    world.places[name] = place
    for role in Role:
        # A role for all sites is nobody's in particular, and one person holds it for the study.
        if role not in ALL_SITES:
            place.staff[role] = _member(place, f"{word} {role}", role)
        elif name != "OTHER":
            place.staff[role] = _member(place, f"{role} of {study.code}", role)
    place.participant = factories.make_infused(site, study_id=f"{word.upper()}-1", day=40)
    place.departed = factories.make_enrolled(site, study_id=f"{word.upper()}-2")
    _draft_something(place)
    _let_depart(place)
    _record_bedside(place)
    _mark_texts(place)
    if name == "OWN":
        world.actors += _actors(place)
        # Signing in leaves a mark in the trail: not in the middle of what is measured.
        for actor in world.actors:
            world.client(actor)
    return place


def _member(place: Place, name: str, role: Role | None, **period: Any) -> StaffMember:
    address = f"{name.replace(' ', '.')}@example.org"
    person = factories.make_staff(None, email=address, name=name)
    if role is not None:
        factories.delegate(
            person, role, site=None if role in ALL_SITES else place.site, study=place.study, **period
        )
    return person


def _actors(place: Place) -> Iterator[Actor]:
    for role, person in place.staff.items():
        whole_study = role in ALL_SITES
        reached = frozenset({"OWN", "OTHER"} if whole_study else {"OWN"})
        yield Actor(str(role), person, role, reached, foreign="FAR" if whole_study else "OTHER")
    yield from _outsiders(place)


def _outsiders(place: Place) -> Iterator[Actor]:
    """People who hold nothing now, each for another reason."""
    now = timezone.now()
    past = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=1)}
    disabled = _member(place, "disabled", Role.COORDINATOR)
    with factories.as_test():
        StaffMember.objects.filter(pk=disabled.pk).update(is_active=False)
    disabled.refresh_from_db()
    future = {"starts_at": now + timedelta(days=1)}
    yield Actor("anonymous", None)
    yield Actor("no role", _member(place, "no role", None))
    yield Actor("disabled", disabled)
    yield Actor("expired", _member(place, "expired", Role.COORDINATOR, **past))
    yield Actor("not begun", _member(place, "not begun", Role.INVESTIGATOR, **future))


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


def _of_participant(model: type[models.Model]) -> Callable[[Place], models.Model]:
    """Take the first row of the place's infused participant, or of the one who has departed."""

    def take(place: Place) -> models.Model:
        for participant in (place.participant, place.departed):
            found = model._default_manager.filter(participant=participant).order_by("pk").first()
            if found is not None:
                return found
        raise LookupError(f"{model.__name__}: nobody in the matrix has one; build it")

    return take


def _the_participant(place: Place) -> Participant:
    assert place.participant is not None
    return place.participant


def _a_delegation(place: Place) -> Delegation:
    return Delegation.objects.get(staff=place.staff[Role.COORDINATOR])


def _a_reminder(place: Place) -> Reminder:
    """Build a reminder to the place's coordinator that no mail server took."""
    now = timezone.now()
    found, _ = Reminder.objects.get_or_create(
        dedupe_key=place.word,
        defaults={
            "rule": "due",
            "participant": place.participant,
            "recipient": place.staff[Role.COORDINATOR],
            "due_at": now,
            "expires_at": now + timedelta(days=1),
            "next_attempt_at": now,
            "state": ReminderState.DEAD,
            "message_id": f"<{place.word}@example.org>",
            "link_reference": place.word,
        },
    )
    return found


# How the matrix comes by a row of each model that an address names: add one line for a new model.
BUILDERS: dict[type[models.Model], Callable[[Place], models.Model]] = {
    Participant: _the_participant,
    Site: lambda place: place.site,
    StaffMember: lambda place: place.staff[Role.COORDINATOR],
    Delegation: _a_delegation,
    Visit: _of_participant(Visit),
    Deviation: _of_participant(Deviation),
    Consent: _of_participant(Consent),
    Death: _of_participant(Death),
    Milestone: _of_participant(Milestone),
    AnakinraDose: _of_participant(AnakinraDose),
    DerivedGrade: _of_participant(DerivedGrade),
    HospitalStay: _of_participant(HospitalStay),
    IntensiveCareStay: _of_participant(IntensiveCareStay),
    LabResult: _of_participant(LabResult),
    Medication: _of_participant(Medication),
    NeuroAssessment: _of_participant(NeuroAssessment),
    Observation: _of_participant(Observation),
    Query: _of_participant(Query),
    Weight: _of_participant(Weight),
    Withdrawal: _of_participant(Withdrawal),
    Reminder: _a_reminder,
}
