"""CTCAE terms while somebody types, and the words of their grades: parts of a form, by htmx."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest, allow
from participants.ctcae import ctcae_term, ctcae_terms
from participants.domain.ctcae import VERSIONS, find_terms
from participants.domain.roles import Capability

LONGEST = 120


@allow(Capability.READ_PARTICIPANTS)
def terms(request: StaffRequest) -> HttpResponse:
    """Suggest the terms that a text being typed may mean."""
    found = find_terms(ctcae_terms(_version(request)), _typed(request))
    return render(request, "participants/safety/_terms.html", {"terms": found})


@allow(Capability.READ_PARTICIPANTS)
def grades(request: StaffRequest) -> HttpResponse:
    """Show the words of the grades of a term in a version."""
    name, version = _typed(request), _version(request)
    context = {"term": ctcae_term(version, name), "version": version, "typed": name}
    return render(request, "participants/safety/_grades.html", context)


def _typed(request: StaffRequest) -> str:
    return request.GET.get("term", "")[:LONGEST]


def _version(request: StaffRequest) -> str:
    asked = request.GET.get("ctcae_version", "")
    return asked if asked in VERSIONS else VERSIONS[0]
