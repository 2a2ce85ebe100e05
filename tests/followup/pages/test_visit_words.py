"""The sign and the sentence of a visit."""

from datetime import date, timedelta

import pytest

from followup.models import AppointmentState, Visit, VisitMode
from followup.pages.visit_words import sentence_of, sign_of

ZERO = date(2026, 3, 3)
TARGET = ZERO + timedelta(days=28)


def visit(**fields: object) -> Visit:
    found = Visit(code="D28", mode=VisitMode.VISIT, opens_on=TARGET - timedelta(days=3), target_on=TARGET)
    found.closes_on = TARGET + timedelta(days=3)
    for name, value in fields.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize(
    ("days", "name", "beside"),
    [
        (-20, "none", ""),
        (-4, "none", ""),
        (-3, "open", "6 d"),
        (0, "open", "3 d"),
        (3, "open", "0 d"),
        (5, "overdue", "2 d"),
    ],
)
def test_open_visit_shows_days_left_or_late(days: int, name: str, beside: str) -> None:
    sign = sign_of(visit(), TARGET + timedelta(days=days))
    assert (sign.name, sign.beside) == (name, beside)


def test_projected_visit_is_planned_and_never_overdue() -> None:
    assert sign_of(visit(is_projected=True), TARGET + timedelta(days=30)).name == "plan"


@pytest.mark.parametrize(("days", "name"), [(0, "done"), (4, "done-out"), (-4, "done-out")])
def test_done_visit_flags_what_lies_out_of_its_window(days: int, name: str) -> None:
    done = visit(outcome="attended", occurred_on=TARGET + timedelta(days=days))
    assert sign_of(done, TARGET).name == name


@pytest.mark.parametrize(
    ("outcome", "name"),
    [("partial", "part"), ("missed", "missed"), ("not_applicable", "na"), ("cancelled", "na")],
)
def test_every_outcome_has_its_sign(outcome: str, name: str) -> None:
    done = visit(outcome=outcome, occurred_on=TARGET if outcome == "partial" else None)
    assert sign_of(done, TARGET).name == name


def test_visit_without_its_anchor_has_no_date() -> None:
    waiting = visit(opens_on=None, target_on=None, closes_on=None)
    assert sentence_of(waiting, TARGET, ZERO) == "no date yet"


def test_sentence_of_an_overdue_visit() -> None:
    words = sentence_of(visit(), TARGET + timedelta(days=5), ZERO)
    assert words == "overdue, target D+28, window D+25 to D+31, closed 2 d ago"


def test_sentence_names_the_appointment() -> None:
    booked = visit(scheduled_on=TARGET, appointment=AppointmentState.CONFIRMED)
    assert sentence_of(booked, TARGET, ZERO).endswith("confirmed 31 Mar 2026 (Tue)")


def test_sentence_of_a_missed_visit_has_its_reason() -> None:
    missed = visit(outcome="missed", outcome_reason="seen elsewhere")
    assert sentence_of(missed, TARGET, ZERO) == "missed, seen elsewhere"


def test_sentence_says_how_late() -> None:
    done = visit(outcome="attended", occurred_on=TARGET + timedelta(days=4))
    assert sentence_of(done, TARGET, ZERO) == "done out of window, D+32, 1 day late"
