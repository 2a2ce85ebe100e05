"""Give every request an id that the audit trail, the logs and an error page share."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from participants.log_lines import request_id


class RequestIdMiddleware:
    """Name a request by a random id, and answer with it as X-Request-Id.

    An id that the client sends is ignored: it could carry anything into the trail and the logs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
        finally:
            request_id.reset(token)
        return response
