"""What cannot be: the checks that several actions make before they write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from participants.errors import ActionRefused, NeedsReason
from participants.models import Death, Participant, Withdrawal, WithdrawalScope


def refuse_impossible_day(field: str, name: str, day: date, participant: Participant) -> None:
    """Raise ActionRefused for a day after the site's today, or before the participant's birth."""
    if day > participant.today(timezone.now()):
        raise ActionRefused(field, f"{name}: this lies in the future at the site.")
    refuse_before_birth(field, name, day, participant)


def refuse_before_birth(field: str, name: str, day: date, participant: Participant) -> None:
    """Raise ActionRefused for a day before the earliest day on which the participant can be born."""
    birth = participant.birth
    if birth is not None and day < birth.earliest:
        raise ActionRefused(field, f"{name}: this is before the birth date.")


def clean_columns(row: Model, *, exclude: Collection[str]) -> None:
    """Raise ActionRefused for a value that its column does not take; `exclude` names relations."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        name = str(row._meta.get_field(field).verbose_name).capitalize()  # type: ignore[union-attr]
        raise ActionRefused(field, f"{name}: {' '.join(sentences)}") from error


def improbable_days(day: date, participant: Participant) -> list[tuple[str, str]]:
    """List what is improbable about something dated on a day: (rule, sentence), nothing when all is plain."""
    found = []
    died_on = Death.objects.standing().filter(participant=participant).values_list("on", flat=True).first()
    if died_on is not None and day > died_on:
        found.append(("event after death", f"This is after the death on {died_on:%d %b %Y}."))
    left = (
        Withdrawal.objects.standing()
        .filter(participant=participant, scope=WithdrawalScope.EVERYTHING)
        .first()
    )
    if left is not None and day > left.on:
        found.append(("event after withdrawal", f"This is after the withdrawal on {left.on:%d %b %Y}."))
    consents = participant.consents.standing().order_by("signed_on")
    first = consents.values_list("signed_on", flat=True).first()
    if first is None or day < first:
        found.append(("procedure before consent", "This is before any consent was signed."))
    return found


def ask_for_reason(found: list[tuple[str, str]], reason: str) -> None:
    """Raise NeedsReason when something is improbable and nobody has said why."""
    if found and not reason.strip():
        sentences = " ".join(sentence for _, sentence in found)
        raise NeedsReason(
            "reason", f"{sentences} Check the date; if it is right, give the reason to save it."
        )
