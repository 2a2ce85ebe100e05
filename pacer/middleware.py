"""Input that no page could read, answered before any page sees it."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class RefuseUnreadableInput:
    """Answer 400 to a path or query with a NUL byte or bytes that are not UTF-8.

    PostgreSQL cannot store NUL and raises deep inside a query, SQLite accepts it: refused
    here, both databases give the same answer. Form bodies are checked by the form fields.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
        asked += request.META.get("PATH_INFO", "").encode("utf-8", "surrogateescape")
        if b"\x00" in asked or not _is_utf8(asked):
            return HttpResponseBadRequest(
                "The address holds characters that no page can read.", content_type="text/plain"
            )
        return self.get_response(request)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
