"""What cannot be: the checks that several actions make before they write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from participants.domain.bounds import AFTER_RULES, Bounds
from participants.errors import ActionRefused, NeedsReason
from participants.models import Consent, Death, Participant, Withdrawal, WithdrawalScope
from participants.refusal_words import name_of, rule_words


def refuse_impossible_day(field: str, name: str, day: date, participant: Participant) -> None:
    """Raise ActionRefused for a day after the site's today, or before the participant's birth."""
    refuse_future_day(field, name, day, participant)
    refuse_before_birth(field, name, day, participant)


def refuse_future_day(field: str, name: str, day: date, participant: Participant) -> None:
    """Raise ActionRefused for a day after the site's today."""
    if day > participant.today(timezone.now()):
        raise ActionRefused(field, f"{name}: this lies in the future at the site.")


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
        field, errors = next(iter(error.error_dict.items()))
        name = name_of(row._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
        raise ActionRefused(field, f"{name}: {' '.join(map(rule_words, errors))}") from error


def bounds_of(participants: Collection[int]) -> dict[int, Bounds]:
    """Return the days between which events are probable, for each participant, in three statements."""
    here = {"participant__in": participants}
    deaths = dict(Death.objects.standing().filter(**here).values_list("participant", "on"))
    everything = Withdrawal.objects.standing().filter(scope=WithdrawalScope.EVERYTHING, **here)
    left = dict(everything.values_list("participant", "on"))
    signed = Consent.objects.standing().agreements().filter(**here).order_by("-signed_on")
    consents = dict(signed.values_list("participant", "signed_on"))
    return {pk: Bounds(consents.get(pk), left.get(pk), deaths.get(pk)) for pk in participants}


def improbable_days(day: date, participant: Participant) -> list[tuple[str, str]]:
    """List what is improbable about something dated on a day: (rule, sentence), nothing when all is plain."""
    return bounds_of([participant.pk])[participant.pk].improbable(day)


def improbable_after(day: date, participant: Participant) -> list[tuple[str, str]]:
    """List as improbable_days does, of what can come before consent: only what lies after the end."""
    return [found for found in improbable_days(day, participant) if found[0] in AFTER_RULES]


def ask_for_reason(found: list[tuple[str, str]], reason: str) -> None:
    """Raise NeedsReason when something is improbable and nobody has said why."""
    if found and not reason.strip():
        sentences = " ".join(sentence for _, sentence in found)
        raise NeedsReason(
            "reason", f"{sentences} Check the date; if it is right, give the reason to save it."
        )
