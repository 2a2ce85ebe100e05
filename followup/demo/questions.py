"""Invented queries of the demo: asked by the data manager, answered by the site, some of them closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from followup.demo.story import Crew
from participants.actions.queries import answer_query, close_query, raise_query
from participants.audit import Actor, audited
from participants.domain.roles import Role
from participants.models import Delegation, Participant, Query, Study


@dataclass(frozen=True)
class Question:
    """One query: days ago, then days to the answer and to the closing; None is not yet."""

    about: str
    text: str
    days_ago: int
    answer: str = ""
    answered_after: int | None = None
    closed_after: int | None = None


QUESTIONS = (
    Question("P-001", "Which ward took the temperature of D+2?", 60, "The transplant ward.", 1, 3),
    Question("P-002", "Was CMV tested before lymphodepletion?", 55, "Yes, on the day of admission.", 4, 5),
    Question("P-003", "When was the vasopressor stopped?", 52, "At 06:30, from the chart.", 2, 9),
    Question("P-004", "Weight of D0: measured or carried over?", 40, "Measured.", 1, 2),
    Question("P-006", "Is the second marrow of month 3 a repeat?", 33, "Yes, the first was diluted.", 6, 8),
    Question("P-008", "Oxygen device of D+6: mask or high flow?", 21, "High flow.", 3),
    Question("P-011", "Please add the day on which antibiotics began.", 17),
    Question("P-014", "Who saw the participant at the visit of month 1?", 6),
)


def ask_questions(study: Study, crews: list[Crew], by: Actor, now: datetime) -> None:
    """Raise the queries about the participants that there are, and date them back."""
    manager = Delegation.objects.get(study=study, role=Role.DATA_MANAGER).staff
    sites = {crew.site.pk: crew for crew in crews}
    people = {one.study_id: one for one in Participant.objects.filter(site__study=study)}
    for question in QUESTIONS:
        if question.about in people:
            participant = people[question.about]
            query = _play(question, participant, Actor.of(manager), sites[participant.site_id].coordinator)
            _date_back(question, query, by, now)


def _play(question: Question, participant: Participant, manager: Actor, site: Actor) -> Query:
    query = raise_query(by=manager, participant=participant, text=question.text)
    if question.answered_after is not None:
        query = answer_query(by=site, query=query, answer=question.answer, version=query.version)
    if question.closed_after is not None:
        query = close_query(by=manager, query=query, version=query.version)
    return query


def _date_back(question: Question, query: Query, by: Actor, now: datetime) -> None:
    raised = now - timedelta(days=question.days_ago)
    moments = {"raised_at": raised}
    if question.answered_after is not None:
        moments["answered_at"] = raised + timedelta(days=question.answered_after)
    if question.closed_after is not None:
        moments["closed_at"] = raised + timedelta(days=question.closed_after)
    with audited(by=by, kind="demo.seeded", reason="as if asked in time"):
        Query.objects.filter(pk=query.pk).update(**moments)
