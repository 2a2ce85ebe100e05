"""Queries: the list, one of them with its answer, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow, holds
from participants.actions.queries import answer_query, close_query, raise_query
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.queries import AnswerForm, CloseForm, RaiseQueryForm
from participants.forms.refusals import attempt, status_of
from participants.models import Participant, Query
from participants.pages.csv_file import csv_response
from participants.pages.queries import (
    QUERIES_CSV_HEAD,
    QueryFilter,
    address_after,
    query_rows,
    read_queries,
    subject_address,
)
from participants.subjects import field_words
from participants.views.about import about_page
from participants.views.form_pages import typed_version


@allow(Capability.READ_PARTICIPANTS)
def queries(request: StaffRequest) -> HttpResponse:
    """List the queries of the person's sites."""
    page = read_queries(request.user, QueryFilter.of(request.GET))
    return render(request, "participants/queries.html", {"page": page})


@allow(Capability.EXPORT)
def queries_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the list as a file."""
    rows = query_rows(request.user, QueryFilter.of(request.GET))
    return csv_response("queries", QUERIES_CSV_HEAD, rows, person=request.user)


@allow(Capability.READ_PARTICIPANTS, Query)
def query(request: StaffRequest, query: Query) -> HttpResponse:
    """Show a query with what the person may do about it."""
    return _show(request, query)


@allow(Capability.WRITE_RECORDS, Query, "POST")
def query_answer(request: StaffRequest, query: Query) -> HttpResponse:
    """Answer a query."""
    form = AnswerForm(request.POST)

    def act() -> Query:
        by, version = Actor.of(request.user), typed_version(request)
        return answer_query(by=by, query=query, answer=form.cleaned_data["answer"], version=version)

    return _carry_out(request, query, form, act, "answered", "answer_form")


@allow(Capability.CLOSE_QUERIES, Query, "POST")
def query_close(request: StaffRequest, query: Query) -> HttpResponse:
    """Close a query."""
    form = CloseForm(request.POST)

    def act() -> Query:
        by, version = Actor.of(request.user), typed_version(request)
        return close_query(by=by, query=query, version=version, reason=form.cleaned_data["reason"])

    return _carry_out(request, query, form, act, "closed", "close_form")


@allow(Capability.RAISE_QUERIES, Participant, "GET POST")
def query_raise(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Ask the site about a participant's record."""
    form = RaiseQueryForm(request.POST or None)
    by = Actor.of(request.user)
    if form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: raise_query(by=by, participant=participant, text=text)) is not None:
            messages.success(request, f"{participant}: query raised.")
            return redirect("participants:queries")
    back = reverse("participants:toxicity", args=[participant.pk])
    return about_page(
        request, participant, form, "Raise a query", tab="participants:toxicity", back=back, action="Raise"
    )


def _carry_out(
    request: StaffRequest, query: Query, form: BaseForm, act: Callable[[], Query], word: str, name: str
) -> HttpResponse:
    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, f"{query.participant}: query {word}.")
        may_write = holds(request.user, Capability.WRITE_RECORDS, query.participant.site)
        return redirect(address_after(query, request.POST.get("back", ""), may_write=may_write))
    return _show(request, query, status=status_of(form), **{name: form})


def _show(request: StaffRequest, query: Query, *, status: int = 200, **bound: Any) -> HttpResponse:
    site = query.participant.site
    query.refresh_from_db()
    context = {
        "query": query,
        "site": site,
        "subject": subject_address(query),
        "about": field_words(query.subject, query.field),
        "may_answer": holds(request.user, Capability.WRITE_RECORDS, site),
        "may_close": holds(request.user, Capability.CLOSE_QUERIES, site),
        "answer_form": AnswerForm(initial={"answer": query.answer}),
        "close_form": CloseForm(),
    }
    return render(request, "participants/query.html", context | bound, status=status)
