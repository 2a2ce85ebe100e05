"""A session lives on with use, and keeps what each of two requests at the same time wrote."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

from pacer.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    session = SessionStore()
    session["signed_in_at"] = 1
    session.create()
    session.save()
    return str(session.session_key)


def opened(key: str) -> SessionStore:
    """Return the session as a request reads it."""
    session = SessionStore(key)
    assert session["signed_in_at"] == 1
    return session


def test_a_request_that_only_reads_keeps_what_another_wrote(key: str) -> None:
    reading, writing = opened(key), opened(key)
    writing["saved"] = ["a"]
    writing.save()
    reading.save()
    assert SessionStore(key)["saved"] == ["a"]


def test_a_request_that_only_reads_prolongs_the_session(key: str) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Session.objects.filter(pk=key).update(expire_date=soon)
    opened(key).save()
    assert Session.objects.get(pk=key).expire_date > soon + timedelta(minutes=10)


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(key: str) -> None:
    session = opened(key)
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()
