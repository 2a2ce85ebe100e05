"""Error pages: calm, without a trace, and with the number that finds the line in the log."""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from pacer.urls import handler400, handler403, handler404, handler500
from pacer.urls import urlpatterns as real_addresses
from participants.access import public
from participants.domain.roles import Role
from participants.log_lines import LogLine, request_id
from tests import factories

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@public
def broken(request: HttpRequest) -> HttpResponse:
    """Break with a value in hand."""
    raise RuntimeError("secret value")


@public
def without_database(request: HttpRequest) -> HttpResponse:
    """Break because the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    return HttpResponse()


urlpatterns = [*real_addresses, path("broken", broken), path("without-database", without_database)]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["broken", "without-database"])
def test_fault_shows_a_calm_page_with_the_number_of_its_line(
    visitor: Client, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(LogLine("%(request_id)s %(message)s"))
    with override_settings(ROOT_URLCONF=__name__):
        answer = visitor.get(f"/{place}")

    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.content.decode()
    assert number in caplog.text


@pytest.mark.django_db
def test_fault_shows_nothing_of_the_fault(visitor: Client) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        text = visitor.get("/broken").content.decode()

    assert not re.search(r"secret|Traceback|RuntimeError|/work|\.py|SELECT", text)


def test_page_of_a_fault_asks_no_database(rf: object) -> None:
    # Outside of a database test every query raises.
    from participants.views.errors import server_error

    assert server_error(HttpRequest()).status_code == 500


@pytest.mark.django_db
def test_missing_page_is_drawn_for_a_stranger(visitor: Client) -> None:
    answer = visitor.get("/nowhere/")

    assert (answer.status_code, answer.headers["X-Request-Id"] in answer.content.decode()) == (404, True)


@pytest.mark.django_db
def test_missing_right_is_explained(visitor: Client) -> None:
    visitor.force_login(factories.make_staff(Role.READ_ONLY, site=factories.make_site()))

    answer = visitor.get("/administration/")

    assert answer.status_code == 403
    assert "delegation log" in answer.content.decode()
    assert answer.headers["X-Request-Id"] in answer.content.decode()


@pytest.mark.django_db
def test_forged_form_is_refused(visitor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/sign-in/", {"login": "a@b.org", "password": "x"})

    assert (answer.status_code, "expired" in answer.content.decode()) == (403, True)


def test_log_line_stays_one_line_whatever_it_holds() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "", 0, "user %s", ("bob\n2026 INFO ok\r\x1b[31m\u2028",), None
    )

    assert LogLine("%(message)s").format(record) == r"user bob\x0a2026 INFO ok\x0d\x1b[31m\u2028"


def test_log_line_carries_the_number_of_its_request() -> None:
    token = request_id.set("abc")
    try:
        line = LogLine("%(request_id)s %(message)s").format(
            logging.LogRecord("x", 20, "", 0, "hello", (), None)
        )
    finally:
        request_id.reset(token)

    assert line == "abc hello"
