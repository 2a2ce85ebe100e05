"""The installation's addresses, and beside them faults that the matrix must find."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pacer.urls import handler400, handler403, handler404, handler500
from pacer.urls import urlpatterns as real_addresses
from participants.access import StaffRequest, allow, policy_of, public
from participants.domain.roles import Capability
from participants.models import Participant

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def _everybody() -> str:
    return "\n".join(Participant.objects.values_list("study_id", flat=True))


@allow(Capability.EXPORT)
def unscoped_export(request: StaffRequest) -> HttpResponse:
    """Give rows of all sites."""
    return HttpResponse(_everybody(), content_type="text/csv")


@public
def missing_login(request: HttpRequest) -> HttpResponse:
    """Answer whoever asks."""
    return HttpResponse("Welcome")


@allow(Capability.READ_PARTICIPANTS)
def leaking_search(request: StaffRequest) -> HttpResponse:
    """Count the rows of all sites, without a word of them."""
    found = Participant.objects.filter(study_id__icontains=request.GET.get("q", ""))
    return HttpResponse(f"{found.count()} found")


def undeclared(request: HttpRequest) -> HttpResponse:
    """Say nothing about who may ask."""
    return HttpResponse("Welcome")


@allow(Capability.READ_PARTICIPANTS)
def unscoped_object(request: StaffRequest, pk: int) -> HttpResponse:
    """Look a row up by itself."""
    return HttpResponse(Participant.objects.get(pk=pk).study_id)


@allow(Capability.READ_PARTICIPANTS, Participant, "GET POST")
def changing_reader(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Let those who only read change something."""
    return HttpResponse("Saved")


@allow(Capability.READ_PARTICIPANTS, Participant)
def leaking_file_name(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Name a file after somebody else."""
    other = Participant.objects.exclude(site=participant.site).order_by("-pk").first()
    name = other.study_id if other else "nobody"
    return HttpResponse("", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


@allow(Capability.READ_PARTICIPANTS, Participant)
def _scoped(request: StaffRequest, participant: Participant) -> HttpResponse:
    return HttpResponse(participant.study_id)


def unlike_missing(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer for a foreign row in other words than for none."""
    try:
        return _scoped(request, pk=pk)
    except Http404:
        if not Participant.objects.filter(pk=pk).exists():
            raise
        return HttpResponse("Not yours", status=404)


unlike_missing.policy = policy_of(_scoped)  # type: ignore[attr-defined]

urlpatterns = [
    *real_addresses,
    path("planted/export", unscoped_export, name="unscoped_export"),
    path("planted/open", missing_login, name="missing_login"),
    path("planted/search", leaking_search, name="leaking_search"),
    path("planted/undeclared", undeclared, name="undeclared"),
    path("planted/object/<int:pk>", unscoped_object, name="unscoped_object"),
    path("planted/reader/<int:pk>", changing_reader, name="changing_reader"),
    path("planted/unlike/<int:pk>", unlike_missing, name="unlike_missing"),
    path("planted/file/<int:pk>", leaking_file_name, name="leaking_file_name"),
]
