"""Reading the trail back: typed, the same from both databases, in words for a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from participants.audit import Actor, audited
from participants.audit_history import canonical, changes_of, history, values_of
from participants.audit_words import value_words
from participants.domain.death_causes import CAUSE_NAMES, DeathCause
from participants.domain.lifecycle import Phase
from participants.domain.partial_dates import Precision
from participants.domain.roles import Capability, Role
from participants.models import (
    AuditChange,
    AuditRow,
    Death,
    Delegation,
    DerivedGrade,
    NeuroAssessment,
    Observation,
    Participant,
    SeriousEvent,
    Site,
)
from tests.participants.audit_support import MACHINE, audited_table, change, make_person, make_site
from tests.participants.bedside_support import infused, observe

VALUES: dict[str, object] = {
    "is_flagged": True,
    "dose_mg": Decimal("37.10"),
    "seen_at": datetime(2026, 3, 29, 1, 30, 0, 120000, tzinfo=UTC),
    "seen_on": date(2024, 2, 29),
    "seen_hour": time(2, 30),
    "waited": timedelta(days=2, hours=1, microseconds=5),
    "reference": UUID("12345678-1234-5678-1234-567812345678"),
    "seal": b"\x00\xff",
    "details": {"b": [1, None, "ü"], "a": {"deep": True}},
    "place": "ward",
    "count": -3,
}


def fields() -> dict[str, models.Field[Any, Any]]:
    """Make a field of every kind that VALUES has a value for."""
    return {
        "is_flagged": models.BooleanField(null=True),
        "dose_mg": models.DecimalField("dose in mg", max_digits=8, decimal_places=2, null=True),
        "seen_at": models.DateTimeField(null=True),
        "seen_on": models.DateField(null=True),
        "seen_hour": models.TimeField(null=True),
        "waited": models.DurationField(null=True),
        "reference": models.UUIDField(null=True),
        "seal": models.BinaryField(null=True),
        "details": models.JSONField(null=True),
        "place": models.CharField(max_length=9, choices=[("ward", "On the ward")], null=True),
        "count": models.IntegerField(null=True),
    }


@pytest.mark.django_db(transaction=True)
def test_values_come_back_as_they_were_saved_when_recorded_by_an_insert() -> None:
    with audited_table(**fields()) as model:
        with change():
            record = model._default_manager.create(**VALUES)
        read = {value.field: value.new for value in history(record)}
    assert read == {"id": record.pk, **VALUES}
    assert {name: type(value) for name, value in read.items()} == {
        "id": int,
        **{name: type(value) for name, value in VALUES.items()},
    }


@pytest.mark.django_db(transaction=True)
def test_values_come_back_when_they_became_null_and_values_again() -> None:
    with audited_table(**fields()) as model:
        with change():
            record = model._default_manager.create(**VALUES)
        for values in (dict.fromkeys(VALUES), VALUES):
            with change():
                model._default_manager.filter(pk=record.pk).update(**values)
        filled, emptied = AuditRow.objects.order_by("-id")[:2]
        read = {
            name: {value.field: (value.old, value.new) for value in values_of([row.change])}
            for name, row in (("filled", filled), ("emptied", emptied))
        }
    assert read["emptied"] == {name: (value, None) for name, value in VALUES.items()}
    assert read["filled"] == {name: (None, value) for name, value in VALUES.items()}


@pytest.mark.django_db(transaction=True)
def test_values_are_in_words_when_a_page_shows_them() -> None:
    with audited_table(**fields()) as model:
        with change():
            record = model._default_manager.create(**VALUES)
        words = {value.label: value.new_text for value in history(record) if value.field != "id"}
    assert words == {
        "is flagged": "yes",
        "dose in mg": "37.10",
        "seen at": "29 Mar 2026 01:30 UTC",
        "seen on": "29 Feb 2024",
        "seen hour": "02:30:00",
        "waited": "2 days, 1:00:00.000005",
        "reference": "12345678-1234-5678-1234-567812345678",
        "seal": "00ff",
        "details": '{"a": {"deep": true}, "b": [1, null, "ü"]}',
        "place": "On the ward",
        "count": "-3",
    }


@pytest.mark.parametrize(
    ("field", "stored", "value"),
    [
        (models.BooleanField(), 1, True),
        (models.BooleanField(), False, False),
        (models.DecimalField(max_digits=8, decimal_places=2), 37, Decimal("37.00")),
        (models.DecimalField(max_digits=8, decimal_places=2), Decimal("37.1"), Decimal("37.10")),
        (models.DateTimeField(), "2026-03-03 07:00:00", datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (models.DateTimeField(), "2026-03-03T08:00:00+01:00", datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (models.DurationField(), 1_000_000, timedelta(seconds=1)),
        (models.DateField(), None, None),
        (models.DateField(), "2026-02-30", "2026-02-30"),
        (models.DecimalField(max_digits=8, decimal_places=2), "heavy", "heavy"),
        (models.IntegerField(), "many", "many"),
        (models.UUIDField(), 7.5, 7.5),
    ],
)
def test_stored_value_is_typed_or_left_when_it_cannot_be(
    field: models.Field[object, object], stored: object, value: object
) -> None:
    assert canonical(field, stored) == value
    assert type(canonical(field, stored)) is type(value)


@pytest.mark.django_db
def test_history_lists_newest_first_when_a_value_changed_twice() -> None:
    site = make_site(name="First")
    for name in ("Second", "Third"):
        site.name = name
        with change(reason=f"renamed to {name}"):
            site.save()
    read = [(value.old, value.new, value.change.reason) for value in history(site, "name")]
    assert read == [
        ("Second", "Third", "renamed to Third"),
        ("First", "Second", "renamed to Second"),
        (None, "First", "a test changes it"),
    ]


@pytest.mark.django_db
def test_history_leaves_a_field_out_when_the_reader_may_not_see_it() -> None:
    person = make_person()
    assert "email" in {value.field for value in history(person)}
    assert "email" not in {value.field for value in history(person, hidden={"email"})}


@pytest.mark.django_db
def test_history_names_the_related_record_when_a_foreign_key_changed() -> None:
    first, second = make_site("A01"), make_site("B02")
    person = make_person()
    with change():
        held = Delegation.objects.create(staff=person, study=first.study, site=first, role=Role.MONITOR)
    held.site = second
    with change():
        held.save()
    (moved, given) = history(held, "site")
    assert (moved.old, moved.new, moved.old_text, moved.new_text) == (first.pk, second.pk, "A01", "B02")
    assert (given.old, given.old_text, given.new_text) == (None, "", "A01")
    assert [value.new_text for value in history(held, "role")] == ["Monitor"]


@pytest.mark.django_db
def test_history_asks_as_many_questions_when_it_grows() -> None:
    site = make_site()
    with CaptureQueriesContext(connection) as short:
        history(site)
    for number in range(5):
        with change():
            Site.objects.filter(pk=site.pk).update(study=make_site(f"X{number}0").study)
    with CaptureQueriesContext(connection) as long:
        history(site)
    assert len(long) == len(short)


@pytest.mark.django_db
def test_column_is_shown_as_stored_when_its_field_is_gone() -> None:
    site = make_site()
    made = AuditChange.objects.create(kind="k", reason="r", machine="system:test")
    common = {"change": made, "row_pk": str(site.pk), "operation": "update"}
    AuditRow.objects.create(**common, table_name="participants_site", old={"gone": 1}, new={"gone": None})
    AuditRow.objects.create(**common, table_name="participants_gone", old={"x": "y"}, new={"x": "z"})
    column, table = values_of([made])
    assert (column.record, column.field, column.label, column.old_text) == ("site", "gone", "gone", "1")
    assert (table.record, table.field, table.new_text) == ("participants_gone", "x", "z")


def make_participant(site: Site, study_id: str = "P-001") -> Participant:
    """Record a participant in screening."""
    with change():
        return Participant.objects.create(study_id=study_id, site=site, phase=Phase.SCREENING)


@pytest.mark.django_db
def test_changes_of_a_participant_carry_rows_and_site_when_listed() -> None:
    participant = make_participant(make_site())
    with audited(by=MACHINE, kind="sex.recorded", reason="told by the site", participant=participant):
        Participant.objects.filter(pk=participant.pk).update(sex="F")
    made = changes_of(participant)[0]
    (value,) = values_of([made])
    assert (made.kind, made.site) == ("sex.recorded", participant.site)
    assert (value.record, value.record_pk, value.old_text, value.new_text) == (
        "participant",
        str(participant.pk),
        "Unknown",
        "Female",
    )


@pytest.mark.django_db
def test_changes_begin_with_the_participant_who_was_made_among_others() -> None:
    site = make_site()
    with change():
        mine = Participant.objects.create(study_id="P-001", site=site, phase=Phase.SCREENING)
        Participant.objects.create(study_id="P-002", site=site, phase=Phase.SCREENING)
    (made,) = changes_of(mine)
    assert {value.record_pk for value in values_of([made])} == {str(mine.pk)}


@pytest.mark.django_db
def test_changes_of_another_site_stay_out_of_sight_when_a_person_reads() -> None:
    person, mine, theirs = make_person(), make_site("A01"), make_site("B02")
    with change():
        Delegation.objects.create(staff=person, study=mine.study, site=mine, role=Role.MONITOR)
    for site in (mine, theirs):
        with audited(by=Actor.of(person), kind="site.renamed", reason="moved", site=site):
            Site.objects.filter(pk=site.pk).update(name="Moved")
    seen = AuditChange.objects.visible_to(person, Capability.READ_HISTORY).filter(kind="site.renamed")
    assert [made.site for made in seen] == [mine]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (SeriousEvent._meta.get_field("criteria"), ["hospitalisation", "life_threatening"],
         "Hospitalisation, or prolonged; Life-threatening"),
        (Death._meta.get_field("contributory_causes"), ["crs"], str(CAUSE_NAMES[DeathCause.CRS])),
        (Observation._meta.get_field("vasopressors"), ["angiotensin_ii"], "angiotensin ii"),
        (Observation._meta.get_field("vasopressors"), [], "none"),
        (NeuroAssessment._meta.get_field("ice_items"), {"year": True, "object_1": False},
         "year yes, object 1 no"),
    ],
)  # fmt: skip
def test_codes_are_told_in_their_words(field: models.Field[Any, Any], value: object, words: str) -> None:
    assert value_words(field, value, {}, Precision.DAY, UTC) == words


def test_moment_is_told_on_the_clock_asked_for() -> None:
    at = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    said = [value_words(None, at, {}, Precision.DAY, zone) for zone in (UTC, ZoneInfo("Europe/Berlin"))]
    assert said == ["03 Jul 2026 22:30 UTC", "04 Jul 2026 00:30"]


@pytest.mark.django_db
def test_related_finding_is_named_by_its_moment_on_the_clock_asked_for() -> None:
    person = infused(day=3)
    observe(person, 30, "38.4")
    (grade,) = DerivedGrade.objects.all()
    at = Observation.objects.get().at.astimezone(ZoneInfo("Asia/Tokyo"))
    (value,) = history(grade, "observation", zone=ZoneInfo("Asia/Tokyo"))
    assert value.new_text == f"Observation of {at:%d %b %Y %H:%M}"
