"""What was frozen stays what it was, for whom it was frozen, and says so when somebody altered it."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from django.db import Error, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.actions.snapshots import freeze
from followup.dashboards.choice import Choice
from followup.dashboards.page import FIGURES
from followup.models import Snapshot
from participants import audit_triggers
from participants.audit import Actor
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import AuditChange, Participant, Site, StaffMember
from tests.factories import as_test, make_infused, make_site, make_staff
from tests.followup.dashboards.support import die, grade, on_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(site: Site) -> list[Participant]:
    """Return six participants with grades, one of whom has died."""
    found = [make_infused(site, day=60 + 10 * place) for place in range(6)]
    for place, one in enumerate(found):
        grade(one, 3, place % 5)
    die(found[0], 30)
    return found


@pytest.fixture
def frozen(reader: StaffMember, people: list[Participant]) -> Snapshot:
    """Return the page of the reader's site as it was frozen."""
    return freeze(by=Actor.of(reader), choice=Choice(), now=timezone.now(), reason="Board of March")


def seen(desk: Client, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+|As of [^<]*', "", answer.content.decode())


def undated(content: bytes) -> bytes:
    """Return a file without the moment as of which it holds."""
    return re.sub(rb"as of [^<]*", b"", content)


def everything(desk: Client, frozen: Snapshot) -> dict[str, bytes]:
    base = f"/dashboards/snapshots/{frozen.pk}/"
    paths = [f"{base}content.json", f"{base}tables.zip"]
    paths += [f"{base}{key}.{ending}" for key in FIGURES for ending in ("csv", "svg")]
    files = {path: desk.get(path).content for path in paths}
    return files | {base: seen(desk, base).encode()}


def test_snapshot_is_the_same_to_the_byte_after_the_record_has_changed(
    frozen: Snapshot, desk: Client, people: list[Participant], site: Site
) -> None:
    before = everything(desk, frozen)
    die(people[1], 40)
    grade(people[2], 5, 4)
    grade(make_infused(site), 0, 4)
    assert everything(desk, frozen) == before


def test_snapshot_holds_the_files_of_the_day_it_was_frozen(
    frozen: Snapshot, reader: StaffMember, desk: Client
) -> None:
    cut = frozen.cut_on.isoformat()
    for key in FIGURES:
        for ending in ("csv", "svg"):
            kept = desk.get(f"/dashboards/snapshots/{frozen.pk}/{key}.{ending}")
            live = desk.get(f"/dashboards/{key}.{ending}?cut={cut}")
            assert (kept.status_code, undated(kept.content)) == (live.status_code, undated(live.content)), key


def test_drawing_of_a_snapshot_keeps_its_looks(
    frozen: Snapshot, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/dashboards/snapshots/{frozen.pk}/flow.svg"
    before = desk.get(path).content
    monkeypatch.setattr("followup.dashboards.files.svg_style", lambda: ".bar-c{fill:red}")
    assert desk.get(path).content == before
    assert b"fill:red" in desk.get("/dashboards/flow.svg").content


def test_hash_is_that_of_the_content_which_anybody_can_take(frozen: Snapshot, desk: Client) -> None:
    content = desk.get(f"/dashboards/snapshots/{frozen.pk}/content.json").content
    assert hashlib.sha256(content).hexdigest() == frozen.sha256
    assert frozen.sha256 in seen(desk, f"/dashboards/snapshots/{frozen.pk}/")


def test_content_names_the_choice_the_rules_and_the_reason(frozen: Snapshot, reader: StaffMember) -> None:
    kept = json.loads(frozen.content)
    assert (kept["frozen_by"], kept["reason"]) == (reader.name, "Board of March")
    assert any("CRS" in rule for rule in kept["rules"])
    assert kept["schedules"]


@pytest.mark.parametrize("operation", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["followup_snapshot", "followup_snapshotsite"])
def test_database_refuses_to_change_a_snapshot(frozen: Snapshot, operation: str, table: str) -> None:
    with (
        pytest.raises(Error, match="append-only"),
        as_test(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(operation.format(table))


def alter(frozen: Snapshot, **columns: str) -> None:
    """Write past the triggers, as somebody could who owns the database."""
    # PostgreSQL changes no trigger of a table with foreign keys still to be checked.
    connection.check_constraints()
    audit_triggers.drop("default")
    with connection.cursor() as cursor:
        for column, value in columns.items():
            cursor.execute(f"UPDATE followup_snapshot SET {column} = %s WHERE id = %s", [value, frozen.pk])  # noqa: S608
    connection.check_constraints()
    audit_triggers.install("default")


def test_one_changed_byte_is_said_loudly_and_no_number_is_shown(frozen: Snapshot, desk: Client) -> None:
    alter(frozen, content=frozen.content.replace("Board of March", "Board of Marsh"))
    for path in ("", "flow.csv", "flow.svg", "content.json", "flow/people/?of=infused"):
        answer = desk.get(f"/dashboards/snapshots/{frozen.pk}/{path}")
        assert answer.status_code == 409, path
        assert b"has been altered" in answer.content
        assert b"dash-fig" not in answer.content


def test_content_with_a_new_hash_is_told_from_the_trail(frozen: Snapshot, desk: Client) -> None:
    content = frozen.content.replace("Board of March", "Board of Marsh")
    alter(frozen, content=content, sha256=hashlib.sha256(content.encode()).hexdigest())
    assert desk.get(f"/dashboards/snapshots/{frozen.pk}/").status_code == 409


def test_number_opens_the_participants_as_they_were(
    frozen: Snapshot, desk: Client, people: list[Participant]
) -> None:
    path = f"/dashboards/snapshots/{frozen.pk}/severe/people/?of=severe"
    page = seen(desk, path)
    assert {one.study_id for one in people if one.study_id in page} == {
        people[3].study_id,
        people[4].study_id,
    }


def test_number_opens_only_whom_the_reader_may_see_today(
    frozen: Snapshot, desk: Client, people: list[Participant], site: Site
) -> None:
    elsewhere = make_site(site.study)
    with as_test():
        Participant.objects.filter(pk=people[3].pk).update(site=elsewhere)
    page = seen(desk, f"/dashboards/snapshots/{frozen.pk}/severe/people/?of=severe")
    assert people[3].study_id not in page


def test_snapshot_of_more_sites_than_the_readers_is_not_found(
    site: Site, desk: Client, people: list[Participant]
) -> None:
    make_infused(make_site(site.study))
    manager = make_staff(Role.DATA_MANAGER, study=site.study)
    whole = freeze(by=Actor.of(manager), choice=Choice(), now=timezone.now(), reason="All sites")
    assert desk.get(f"/dashboards/snapshots/{whole.pk}/").status_code == 404
    assert "All sites" not in seen(desk, "/dashboards/snapshots/")


def test_snapshot_holds_no_site_where_the_person_may_not_freeze(
    site: Site, reader: StaffMember, people: list[Participant]
) -> None:
    make_infused(make_site(site.study))
    kept = freeze(by=Actor.of(reader), choice=Choice(), now=timezone.now(), reason="Mine")
    assert [one.site for one in kept.sites.all()] == [site]


def test_freezing_asks_for_a_reason(reader: StaffMember, people: list[Participant]) -> None:
    with pytest.raises(ActionRefused, match="Reason"):
        freeze(by=Actor.of(reader), choice=Choice(), now=timezone.now(), reason=" ")


def test_coordinator_may_not_freeze(site: Site, people: list[Participant]) -> None:
    coordinator = make_staff(Role.COORDINATOR, site)
    with pytest.raises(ActionRefused, match="may not freeze"):
        freeze(by=Actor.of(coordinator), choice=Choice(), now=timezone.now(), reason="Mine")


def test_freezing_on_the_page_is_audited_and_opens_what_was_frozen(
    desk: Client, people: list[Participant]
) -> None:
    cut = on_day(people[0], 20).isoformat()
    answer = desk.post(f"/dashboards/freeze/?cut={cut}", {"reason": "For the board"}, follow=True)
    assert "For the board" in answer.content.decode()
    assert AuditChange.objects.get(kind="figures.frozen").reason == "For the board"
    assert Snapshot.objects.get().cut_on.isoformat() == cut


@pytest.mark.django_db(transaction=True)
def test_freezing_begins_a_transaction_of_its_own_in_which_the_record_stands_still() -> None:
    site = make_site()
    make_infused(site, day=60)
    person = make_staff(Role.INVESTIGATOR, site)
    with CaptureQueriesContext(connection) as captured:
        row = freeze(by=Actor.of(person), choice=Choice(), now=timezone.now(), reason="Alone")
    asked = [query["sql"] for query in captured]
    assert Snapshot.objects.get().sha256 == row.sha256
    stands_still = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    assert (stands_still in asked) == (connection.vendor == "postgresql")


def test_freezing_refuses_an_unreadable_data_cut(site: Site, reader: StaffMember, desk: Client) -> None:
    choice = Choice.of(QueryDict("cut=31/10/2026"))
    with pytest.raises(ActionRefused):
        freeze(by=Actor.of(reader), choice=choice, now=timezone.now(), reason="Board")
    answer = desk.post("/dashboards/freeze/?cut=31/10/2026", {"reason": "Board"}, follow=True)
    assert "The data cut was not read." in answer.content.decode()
    assert not Snapshot.objects.exists()
