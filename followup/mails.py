"""The mail of a reminder: three templates, one context, headers that never change between two tries."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import reverse

from followup.domain.wording import SUBJECT_MOST_CHARACTERS, MailContext
from followup.models import Reminder


class Unwritable(Exception):
    """A mail that cannot be made: nothing of its text is repeated here."""


def mail_domain() -> str:
    """Return the host in our Message-IDs: the one that the links lead to."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def link_to(reminder: Reminder) -> str:
    """Return the address that a mail leads to; it asks for a login and names nobody."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("followup:reminder_link", args=[reminder.link_reference])


def sender_address() -> str:
    """Return the bare address that mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def write_mail(reminder: Reminder, *, count: int, now: datetime) -> EmailMessage:
    """Write the mail of a reminder that carries `count` items; raises Unwritable.

    Two tries of one reminder have the same Message-ID, which is how a mailbox knows a copy.
    """
    try:
        context = {"mail": MailContext(count, link_to(reminder))}
        subject = render_to_string("emails/reminder_subject.txt", context).strip()
        text = render_to_string("emails/reminder_body.txt", context)
        html = render_to_string("emails/reminder_body.html", context)
        return _compose(reminder, subject, text, html, now)
    except (TemplateDoesNotExist, TemplateSyntaxError, TypeError, ValueError) as fault:
        raise Unwritable(type(fault).__name__) from fault


def _compose(reminder: Reminder, subject: str, text: str, html: str, now: datetime) -> EmailMessage:
    if not subject.isascii() or len(subject) > SUBJECT_MOST_CHARACTERS:
        raise ValueError("A subject is short and plain.")
    # Refuses line breaks and anything a mail server might read as a second header or recipient.
    recipient = Address(addr_spec=reminder.recipient.email)
    if not recipient.addr_spec.isascii():
        raise ValueError("Not every mail server takes such an address.")
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(now.astimezone(UTC))
    message["Message-ID"] = reminder.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
