"""Passwords: the link by which somebody sets their own, and the setting of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Literal

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36

from participants.audit import Actor, audited
from participants.errors import ActionRefused
from participants.models import StaffMember

log = logging.getLogger(__name__)

# However often somebody asks, no mailbox gets more than one link in this time [setting].
BETWEEN_LINKS = timedelta(minutes=5)

Letter = Literal["invitation", "password_link"]


def set_password(*, by: Actor, person: StaffMember, password: str) -> None:
    """Set a password that its owner has chosen; all their sessions end.

    The trail keeps the fact, never the hash. Raises ActionRefused when somebody else acts.
    """
    if by.staff != person:
        raise ActionRefused(None, "Only its owner sets a password.")
    with audited(by=by, kind="password.set", reason="chosen through a link sent to their address"):
        person.set_password(password)
        person.save(update_fields=["password"])


def send_password_link(*, by: Actor, person: StaffMember, letter: Letter) -> bool:
    """Mail a link by which a person sets their password once; say whether the mail server took it.

    Nothing is sent to a disabled account, nor twice within BETWEEN_LINKS.
    """
    now = timezone.now()
    not_lately = Q(link_sent_at__isnull=True) | Q(link_sent_at__lt=now - BETWEEN_LINKS)
    with audited(by=by, kind="password.link_sent", reason=f"letter: {letter}"):
        rows = StaffMember.objects.filter(not_lately, pk=person.pk, is_active=True)
        if not rows.update(link_sent_at=now):
            return False
    try:
        _letter(person, letter).send()
    except (SMTPException, OSError):
        # The server's own words may hold the address.
        log.warning("The mail server did not take a letter of the kind %s.", letter)
        with audited(by=by, kind="password.link_failed", reason="the mail server did not take the letter"):
            StaffMember.objects.filter(pk=person.pk).update(link_sent_at=None)
        return False
    return True


def _letter(person: StaffMember, letter: Letter) -> EmailMultiAlternatives:
    context = {"link": _link(person), "days": settings.PASSWORD_RESET_TIMEOUT // 86400}
    subject, text, html = (
        render_to_string(f"emails/{letter}_{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    message = EmailMultiAlternatives(subject.strip(), text, to=[person.email])
    message.attach_alternative(html, "text/html")
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


def _link(person: StaffMember) -> str:
    """Return the address that sets the password once.

    It is built on the installation's own address, never on the host that a request names.
    """
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    return settings.PUBLIC_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)
