"""The page tells what the record holds, in the same statements for two facts as for six hundred."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from followup.timeline.page import TimelinePage, read_timeline
from participants.domain.partial_dates import Precision
from participants.domain.roles import Role
from participants.models import (
    AuditChange,
    DerivedGrade,
    Medication,
    Observation,
    Participant,
    Scale,
    SignedGrade,
)
from tests.factories import as_test, make_infused, make_participant, make_site, make_staff
from tests.factories.clinical import (
    TEMPERATURES,
    assess,
    day,
    infect,
    make_severe_course,
    medicate,
    moment,
    observe,
    settle,
    suffer,
)

pytestmark = pytest.mark.django_db

LONG_ORGANISM = "Stenotrophomonas maltophilia, resistant to trimethoprim and sulfamethoxazole 80c"


@pytest.fixture
def severe() -> Participant:
    """Return a participant on study day 84, after severe toxicity."""
    return make_severe_course()


@pytest.fixture
def at_desk(severe: Participant) -> Client:
    """Return the browser of a coordinator of the participant's site."""
    client = Client()
    client.force_login(make_staff(Role.COORDINATOR, severe.site))
    return client


def page_of(participant: Participant, **values: str) -> TimelinePage:
    return read_timeline(participant, values, timezone.now())


def told(page: TimelinePage, lane: str) -> list[str]:
    """Return what the marks of a lane say."""
    return [f"{mark.when}: {mark.words}" for name, mark in page.figure.marks if name == lane]


def test_every_reading_is_a_mark_by_the_hour(severe: Participant) -> None:
    assert len(told(page_of(severe, zoom="hour"), "Temperature")) == len(TEMPERATURES)


def test_the_trigger_is_what_the_reader_is_told_first(severe: Participant) -> None:
    lead = page_of(severe, zoom="hour").figure.lead
    assert lead is not None
    assert lead.words == "39.1 °C, second reading above 38.5 °C, 6 h 30 after the first: trigger met"


def test_the_first_dose_says_how_long_after_the_trigger(severe: Participant) -> None:
    first, second, *_ = told(page_of(severe, zoom="hour"), "Anakinra")
    assert "anakinra 68.5 mg IV, q12h (2.5 mg/kg × 27.4 kg)" in first
    assert first.endswith("; 1 h 12 after the trigger")
    assert "after the trigger" not in second


def test_a_dose_that_was_held_says_why(severe: Participant) -> None:
    doses = told(page_of(severe, zoom="hour"), "Anakinra")
    assert sum("anakinra dose held: line change" in words for words in doses) == 1


def test_a_grade_tells_its_reason(severe: Participant) -> None:
    worst = [words for words in told(page_of(severe, zoom="hour"), "CRS") if "grade 4" in words]
    assert len(worst) == 1
    assert "2 vasopressors" in worst[0]


def test_the_signed_grade_counts_and_says_what_was_derived(severe: Participant) -> None:
    derived = DerivedGrade.objects.get(
        participant=severe, scale=Scale.CRS, at=moment(severe, 138), stands=True
    )
    with as_test():
        SignedGrade.objects.create(
            participant=severe,
            scale=Scale.CRS,
            at=derived.at,
            derived=derived,
            value=2,
            reason="artefact",
        )
    steps = told(page_of(severe, zoom="hour"), "CRS")
    assert any("CRS grade 2" in words and "derived grade 3: artefact" in words for words in steps)


def test_a_corrected_reading_is_no_longer_shown(severe: Participant) -> None:
    wrong = Observation.objects.get(participant=severe, at=moment(severe, 102))
    with as_test():
        Observation.objects.filter(pk=wrong.pk).update(stands=False)
    assert len(told(page_of(severe, zoom="hour"), "Temperature")) == len(TEMPERATURES) - 1


def test_a_temperature_in_fahrenheit_is_told_as_typed(severe: Participant) -> None:
    observe(severe, 400, "101.3", "F")
    shown = told(page_of(severe, **{"from": "D16", "to": "D17"}), "Temperature")
    assert shown[0].endswith("101.3 °F, fever")


def test_a_drug_that_grading_does_not_read_is_not_shown(severe: Participant) -> None:
    medicate(severe, "Levetiracetam", [], 10, None)
    assert not any("Levetiracetam" in mark.words for _, mark in page_of(severe).figure.marks)


def in_part(participant: Participant, precision: Precision) -> None:
    """Record ibuprofen of the day of the infusion, of which only the month or the year is known."""
    zero = moment(participant, 0).date()
    first = zero.replace(day=1) if precision is Precision.MONTH else zero.replace(day=1, month=1)
    with as_test():
        Medication.objects.create(
            participant=participant, name="Ibuprofen", classes=["antipyretic"], started_on=first,
            started_precision=precision, stopped_on=first, stopped_precision=precision,
        )  # fmt: skip


@pytest.mark.parametrize(("precision", "shape"), [(Precision.MONTH, "%b %Y"), (Precision.YEAR, "%Y")])
def test_a_drug_dated_in_part_is_told_as_far_as_it_is_known(
    severe: Participant, precision: Precision, shape: str
) -> None:
    in_part(severe, precision)
    known = f"{moment(severe, 0):{shape}}, the day is not known"
    page = page_of(severe, zoom="day")
    assert f"{known}: Ibuprofen" in told(page, "Other drugs")
    written = {words for row in page.rows for words in row.other if words.startswith("Ibuprofen")}
    assert written <= {f"Ibuprofen ({known})"}


def test_a_drug_that_was_stopped_in_this_month_is_not_drawn_beyond_now(severe: Participant) -> None:
    first = severe.today(timezone.now()).replace(day=1)
    with as_test():
        Medication.objects.create(
            participant=severe, name="Ibuprofen", classes=["antipyretic"], started_on=day(severe, 1),
            stopped_on=first, stopped_precision=Precision.YEAR,
        )  # fmt: skip
    figure = page_of(severe, zoom="month").figure
    mark = next(mark for _, mark in figure.marks if mark.words.startswith("Ibuprofen"))
    assert mark.hit.left + mark.hit.wide <= float(figure.now_x) + 9


def test_a_drug_dated_in_part_does_not_widen_the_course(severe: Participant) -> None:
    before = page_of(severe).figure.width
    in_part(severe, Precision.YEAR)
    assert page_of(severe).figure.width == before


def test_what_counts_for_no_grade_of_icans_is_told_beside_it(severe: Participant) -> None:
    assess(severe, 160, ice_score=5, has_tremor=True)
    settle(severe)
    assert any("ICE 5; tremor (to" in words for words in told(page_of(severe, zoom="hour"), "ICANS"))


def test_a_long_organism_is_told_in_full_and_drawn_shortened(severe: Participant) -> None:
    infect(severe, 10, 12, organism=LONG_ORGANISM)
    marks = [mark for name, mark in page_of(severe).figure.marks if name == "Infections"]
    assert any(LONG_ORGANISM in mark.words for mark in marks)


def test_the_table_has_the_worst_of_each_day(severe: Participant) -> None:
    rows = {row.day: row for row in page_of(severe, zoom="hour").rows}
    day = rows["D+7"]
    assert (day.t_max, day.crs and day.crs.value, day.icans and day.icans.value) == ("38.8 °C", "4", "2")
    assert (day.vasopressors, day.anakinra) == ("Norepinephrine, Epinephrine", "4 × 68.5 mg")
    assert rows["D+9"].anakinra == "3 × 68.5 mg, 1 held"


def test_somebody_with_two_facts_has_a_timeline() -> None:
    page = page_of(Participant.objects.for_pages().get(pk=make_participant().pk))
    assert page.figure.title == "Before day zero"
    assert told(page, "Phase")[0].endswith("Pre-screened, since then")


def test_two_facts_take_as_many_statements_as_six_hundred(severe: Participant) -> None:
    few = Participant.objects.for_pages().get(pk=make_infused(severe.site).pk)
    for hours in range(400, 700):
        observe(severe, hours, "37.0")
    for number in range(40):
        suffer(severe, "Fever", [(number % 30, 1)], 40, serious=f"SAE-{number}" if number % 8 == 0 else "")
    counts = []
    for participant in (few, severe):
        with CaptureQueriesContext(connection) as captured:
            page_of(
                participant, zoom="hour", **({"from": "D0", "to": "D40"} if participant is severe else {})
            )
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_file_has_a_row_for_every_mark_by_the_hour(at_desk: Client, severe: Participant) -> None:
    answer = at_desk.get(reverse("followup:timeline_csv", args=[severe.pk]), {"from": "D-1", "to": "D14"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    readings = [row for row in rows if row["track"] == "Temperature"]
    assert len(readings) == len(TEMPERATURES)
    assert (readings[0]["study_day"], readings[0]["value"]) == ("-1", "36.7 °C")


def test_the_file_tells_the_hours_of_a_grade(at_desk: Client, severe: Participant) -> None:
    answer = at_desk.get(reverse("followup:timeline_csv", args=[severe.pk]), {"from": "D-1", "to": "D14"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    grades = [row for row in rows if row["track"] == "CRS"]
    spans = [(datetime.fromisoformat(row["begins"]), datetime.fromisoformat(row["ends"])) for row in grades]
    assert len(spans) > 1
    assert spans == sorted(set(spans))
    assert all(began < ended for began, ended in spans)


def test_the_file_has_every_event_however_many_there_are(at_desk: Client, severe: Participant) -> None:
    for number in range(30):
        suffer(severe, f"Event {number}", [(1, 1)], 13)
    answer = at_desk.get(reverse("followup:timeline_csv", args=[severe.pk]), {"from": "D-1", "to": "D14"})
    assert all(f"Event {number}:" in answer.content.decode() for number in range(30))


def test_the_picture_stands_alone(at_desk: Client, severe: Participant) -> None:
    answer = at_desk.get(reverse("followup:timeline_svg", args=[severe.pk]))
    picture = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert not re.search(r"var\(|/visits/|tabindex", picture)
    assert set(re.findall(r'href="#(s-[\w-]+)"', picture)) <= set(
        re.findall(r'symbol id="(s-[\w-]+)"', picture)
    )


def test_a_picture_taken_away_is_recorded(at_desk: Client, severe: Participant) -> None:
    at_desk.get(reverse("followup:timeline_svg", args=[severe.pk]))
    assert AuditChange.objects.filter(kind="export", reason="timeline as SVG", participant=severe.pk).exists()


@pytest.mark.parametrize("name", ["timeline", "timeline_csv", "timeline_svg"])
def test_a_participant_of_another_site_is_not_found(severe: Participant, name: str) -> None:
    stranger = Client()
    stranger.force_login(make_staff(Role.COORDINATOR, make_site()))
    assert stranger.get(reverse(f"followup:{name}", args=[severe.pk])).status_code == 404


def test_an_address_that_is_not_understood_is_answered_in_words(at_desk: Client, severe: Participant) -> None:
    answer = at_desk.get(reverse("followup:timeline", args=[severe.pk]), {"from": "03/04/2026"})
    assert "“from” was not understood" in answer.content.decode()


def test_only_one_mark_is_a_tab_stop(at_desk: Client, severe: Participant) -> None:
    page = at_desk.get(reverse("followup:timeline", args=[severe.pk]), {"zoom": "hour"}).content.decode()
    assert page.count('tabindex="0"><title>') == 1
