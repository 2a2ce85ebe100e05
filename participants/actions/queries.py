"""Queries: raised by a rule or a person, answered by the site, closed by who raised or oversees them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from participants.access import require
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Participant, Query, QueryState
from participants.models.base import Fact
from participants.subjects import columns_of, subject_of

Wanted = Mapping[tuple[str, str], str]
NO_FIELDS: Wanted = {}


def settle_queries(
    *,
    by: Actor,
    participant: Participant,
    rules: frozenset[str],
    wanted: Wanted,
    fields: Wanted = NO_FIELDS,
) -> None:
    """Bring the queries of some rules in step: `wanted` maps (rule, subject) to the question.

    `fields` maps the same to the field that the question is about; one that it leaves out is about the
    whole. A new question is raised, a changed one asked again, and one that the record has settled closed.
    What a person has closed is not asked again in the same words.
    """
    rows = Query.objects.filter(participant=participant, rule__in=rules)
    standing = {(row.rule, row.subject): row for row in rows.unsettled()}
    closed = rows.filter(state=QueryState.CLOSED, closed_by__isnull=False)
    decided = set(closed.values_list("rule", "subject", "text"))
    raised = []
    for (rule, subject), text in wanted.items():
        question, query = text[:300], standing.pop((rule, subject), None)
        field = fields.get((rule, subject), "")
        if query is not None:
            _ask_again(query, question, field)
        elif (rule, subject, question) not in decided:
            raised.append(
                Query(participant=participant, rule=rule, subject=subject, field=field, text=question)
            )
    for query in standing.values():
        query.state, query.closed_at = QueryState.CLOSED, timezone.now()
        _save(query)
    Query.objects.bulk_create(raised)


def _ask_again(query: Query, question: str, field: str) -> None:
    if query.text != question:
        query.text, query.state, query.field = question, QueryState.OPEN, field
        _save(query)


def raise_query(
    *, by: Actor, participant: Participant, text: str, about: Fact | None = None, field: str = ""
) -> Query:
    """Ask the site about the record: about an entry, one `field` of it, or neither.

    Raises ActionRefused for an empty question, an entry that is not the participant's or no longer stands,
    or a field that such an entry does not have.
    """
    require(by, Capability.RAISE_QUERIES, participant.site)
    if not text.strip():
        raise ActionRefused("text", "Question: write what the site should look at.")
    if about is not None and (about.participant_id != participant.pk or not about.stands):
        raise ActionRefused(None, "This entry has been corrected or taken back: ask about what stands.")
    if field and (about is None or field not in columns_of(type(about))):
        raise ActionRefused("field", "About: the entry has no such field.")
    subject = subject_of(about) if about is not None else ""
    with audited(by=by, kind="query.raised", reason="query raised", participant=participant):
        return Query.objects.create(
            participant=participant,
            text=text.strip(),
            subject=subject,
            field=field,
            raised_by=by.staff,
        )


def answer_query(*, by: Actor, query: Query, answer: str, version: int) -> Query:
    """Answer a query, or answer it anew; a person closes it afterwards.

    Raises ActionRefused for an empty answer or a closed query, StaleVersion when it was changed meanwhile.
    """
    require(by, Capability.WRITE_RECORDS, query.participant.site)
    if not answer.strip():
        raise ActionRefused("answer", "Answer: say what was found, or what was corrected.")
    with audited(by=by, kind="query.answered", reason="query answered", participant=query.participant):
        current = _lock(query, version)
        current.answer, current.state = answer.strip(), QueryState.ANSWERED
        current.answered_at, current.answered_by = timezone.now(), by.staff
        _save(current)
    return current


def close_query(*, by: Actor, query: Query, version: int, reason: str = "") -> Query:
    """Close a query; one that nobody answered only with a reason.

    Raises ActionRefused for a closed query, or a missing reason; StaleVersion when it was changed meanwhile.
    """
    require(by, Capability.CLOSE_QUERIES, query.participant.site)
    if query.state == QueryState.OPEN and not reason.strip():
        raise ActionRefused("reason", "Reason: nobody has answered; say why the query is closed.")
    why = reason.strip() or "answer accepted"
    with audited(by=by, kind="query.closed", reason=why, participant=query.participant):
        current = _lock(query, version)
        current.state = QueryState.CLOSED
        current.closed_at, current.closed_by = timezone.now(), by.staff
        _save(current)
    return current


def _lock(query: Query, version: int) -> Query:
    current = Query.objects.select_for_update().get(pk=query.pk)
    if current.version != version:
        raise StaleVersion(None, "Somebody else has changed this query since you opened it.")
    if current.state == QueryState.CLOSED:
        raise ActionRefused(None, "This query is closed.")
    return current


def _save(query: Query) -> None:
    query.version += 1
    query.save()
