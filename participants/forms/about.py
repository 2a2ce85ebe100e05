"""What the forms about one participant share: dates are read as their site reads them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from participants.forms.fields import read_from
from participants.forms.layout import plain_helper
from participants.models import Participant

ONLY_IF_ASKED = "Only if PACER asks for it."


class ParticipantForm(forms.Form):
    """A form about one participant; dates lie in the past of the site unless named in `ahead`."""

    ahead: tuple[str, ...] = ()
    helper = plain_helper()

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant = participant
        self.today = participant.today(timezone.now())
        read_from(self, day_zero=participant.day_zero_on, today=self.today, ahead=self.ahead)
