"""Say whether the process runs and whether it can serve."""

from django.http import HttpRequest, JsonResponse

from participants.access import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process runs."""
    return JsonResponse({"status": "ok"})


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer when pages can be served."""
    return JsonResponse({"status": "ok"})
