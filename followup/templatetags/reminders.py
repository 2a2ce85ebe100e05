"""What pages say about reminders: a banner when they do not run, and a line beside My day."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils import timezone

from followup.models import Reminder
from followup.pages.reminders import sent_today
from followup.reminder_health import reminder_health
from participants.models import StaffMember

register = template.Library()


@register.inclusion_tag("followup/_reminder_banner.html")
def reminder_banner() -> dict[str, object]:
    """Say that reminders do not run: the mail that would say so is what is broken."""
    return {"health": reminder_health(timezone.now())}


@register.inclusion_tag("followup/_reminder_aside.html")
def reminder_aside(person: StaffMember) -> dict[str, object]:
    """Say when reminders ran last, how many went to this person today, and how many wait."""
    now = timezone.now()
    own = Reminder.objects.visible_to(person)
    return {
        "health": reminder_health(now),
        "has_mailbox": settings.DEMO_MAILBOX is not None,
        "person": person,
        "sent": sent_today(person, now),
        "waiting": own.waiting().filter(visit__isnull=False).count(),
        "failed": own.dead().count(),
    }
