"""The mailbox of a demo: nothing of it leaves this computer, so it is shown here."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from followup.pages.mailbox import read_mailbox
from participants.access import StaffRequest, allow


@allow(None)
def mailbox(request: StaffRequest) -> HttpResponse:
    """Show the mails that the demo has sent; outside of a demo there is no such page."""
    if settings.DEMO_MAILBOX is None:
        raise Http404
    return render(request, "followup/mailbox.html", {"mails": read_mailbox(settings.DEMO_MAILBOX)})
