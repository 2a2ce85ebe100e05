"""Nothing of the record gets into a mail, its address or the log, whatever is written in the record."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.apps import apps
from django.db import models

from followup.cycle import run_cycle
from followup.domain.reminders import Kind
from followup.models import Reminder, Visit
from followup.transports import Transport
from participants.audit import APPEND_ONLY_TABLES
from participants.models import (
    CarTProduct,
    Consent,
    Deviation,
    Milestone,
    Participant,
    Product,
    Site,
    StaffMember,
    Study,
)
from tests.factories import as_test, make_infused, make_site
from tests.followup.reminder_support import CHICAGO, LONG_AGO, change, make_coordinator, morning
from tests.servers.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

# Ours to choose, but the form is not: what fits these is written in by hand below.
BY_HAND = {"study_id", "code", "email", "zone", "password", "enrolment_number"}
# Written by the machinery of mails itself.
NOT_A_RECORD = {"followup.reminder", "followup.reminderattempt", "followup.remindercycle"}
# What the database lets nobody overwrite is not filled.
NOT_TO_FILL = NOT_A_RECORD | APPEND_ONLY_TABLES


def free_text(model: type[models.Model]) -> list[models.Field[object, object]]:
    """List the columns of a table that take any text."""
    texts = (models.CharField, models.TextField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, texts) and not field.choices and field.name not in BY_HAND
    ]


def fill_every_text() -> set[str]:
    """Write a word of its own into every text of the record; return the words."""
    words: set[str] = set()
    for model in [
        *apps.get_app_config("participants").get_models(),
        *apps.get_app_config("followup").get_models(),
    ]:
        if model._meta.label_lower in NOT_TO_FILL or model._meta.db_table.startswith("audit"):
            continue
        for field in free_text(model):
            word = f"canary{len(words)}x"[: field.max_length or 20]
            if model._default_manager.filter(**{f"{field.name}__isnull": False}).update(**{field.name: word}):
                words.add(word)
    return words


def write_in_by_hand(participant: Participant) -> set[str]:
    Participant.objects.filter(pk=participant.pk).update(
        study_id="CANARY-ID-7", enrolment_number="CANARY-EN-7"
    )
    Site.objects.filter(pk=participant.site_id).update(code="ZQX")
    Study.objects.update(code="CANARYSTUDY")
    Visit.objects.update(code="CANARYVISIT")
    return {"CANARY-ID-7", "CANARY-EN-7", "ZQX", "CANARYSTUDY", "CANARYVISIT"}


def a_full_record() -> tuple[Participant, set[str]]:
    """Make a participant with rows in the tables of the record, every text of them a canary."""
    site = make_site()
    participant = make_infused(site, day=10, coordinator=make_coordinator(site))
    with as_test():
        CarTProduct.objects.create(participant=participant, product=Product.OTHER, lot="x")
        Deviation.objects.create(participant=participant, rule="x", subject="x", summary="x")
        for visit, shift in zip(
            Visit.objects.filter(mode="visit", outcome=""), (-17, -3, 0, 2, 4, 12), strict=False
        ):
            target = morning(-shift).astimezone(CHICAGO).date()
            change(
                visit,
                opens_on=target - timedelta(days=3),
                target_on=target,
                closes_on=target + timedelta(days=3),
                dates_set_at=LONG_AGO,
                changed_at=LONG_AGO,
                is_projected=False,
            )
        words = fill_every_text() | write_in_by_hand(participant)
    assert {Milestone, Consent} <= {model for model in (Milestone, Consent) if model.objects.exists()}
    assert len(words) > 20
    return participant, words


def everything_in(message: EmailMessage) -> str:
    """Return all that a reader of a mail could see, decoded."""
    headers = " ".join(str(value) for name, value in message.items() if name not in {"To", "Date"})
    return headers + " ".join(str(part.get_content()) for part in message.iter_parts()) + message.as_string()


@pytest.mark.parametrize("is_grouped", [True, False])
def test_no_word_of_the_record_leaves(
    smtp_sink: SmtpSink, caplog: pytest.LogCaptureFixture, is_grouped: bool
) -> None:
    participant, words = a_full_record()
    caplog.set_level(logging.DEBUG)
    for offset in range(-15, 5):
        run_cycle(now=morning(offset), transport=Transport("127.0.0.1", smtp_sink.port))
        if not is_grouped:
            Reminder.objects.filter(rule=Kind.GROUP).update(state="cancelled")
            Reminder.objects.filter(state="covered").update(state="due", covered_by=None)
            run_cycle(now=morning(offset, minutes=1), transport=Transport("127.0.0.1", smtp_sink.port))
    planned = set(Reminder.objects.values_list("rule", flat=True))
    assert planned >= set(Kind) - {Kind.GROUP}
    assert len(smtp_sink.kept) > 5
    private = words | {str(participant.birth_on), participant.sex + ",", str(participant.pk) + "/visits"}
    logged = " ".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("followup", "pacer"))
    )
    for mail in smtp_sink.kept:
        text = everything_in(mail.message) + logged
        assert not [word for word in private if word and word in text]


def test_the_canaries_would_be_seen(smtp_sink: SmtpSink) -> None:
    message = EmailMessage()
    message["Subject"] = "canary1x"
    message.set_content("canary2x")
    message.add_alternative("<p>canary3x</p>", subtype="html")
    assert all(word in everything_in(message) for word in ("canary1x", "canary2x", "canary3x"))


def test_the_name_of_a_person_is_a_canary() -> None:
    a_full_record()
    assert StaffMember.objects.filter(name__startswith="canary").exists()
