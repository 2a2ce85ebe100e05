"""Sign derived grades: the investigator's grade is a second value beside the derived one."""

from __future__ import annotations

from collections.abc import Collection

from participants.access import require
from participants.actions.facts import add_fact
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Death, DerivedGrade, Participant, SignedGrade

HIGHEST = 5


def sign_grade(*, by: Actor, derived: DerivedGrade, value: int, reason: str = "") -> SignedGrade:
    """Sign one grade; a value that differs from the derived one needs a reason.

    The caller has asked for the password anew. Raises ActionRefused for a value outside of 0 to 5, a
    grade 5 without a death of that main cause, a missing reason; StaleVersion when it was derived again
    meanwhile.
    """
    participant = derived.participant
    require(by, Capability.SIGN_GRADES, participant.site)
    if not 0 <= value <= HIGHEST:
        raise ActionRefused("value", "Grade: 0 to 5.")
    deaths = Death.objects.standing().filter(participant=participant, main_cause=derived.scale)
    if value == HIGHEST and not deaths.exists():
        name = derived.get_scale_display()
        raise ActionRefused("value", f"Grade: 5 is a death due to {name}, and none is recorded.")
    if value != derived.value and not reason.strip():
        raise ActionRefused("reason", "Reason: say why your grade differs from the derived one.")
    with audited(by=by, kind="grade.signed", reason=reason or "grade signed", participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        _refuse_stale(derived)
        old = SignedGrade.objects.standing().filter(derived=derived).first()
        return add_fact(_signed(derived, value, reason), by=by, replaces=old)


def sign_as_derived(*, by: Actor, participant: Participant, grades: Collection[int]) -> int:
    """Sign several derived grades, by their keys, as they stand; return how many.

    Grades that are signed already, or lack data, are passed over. Raises StaleVersion when one of them
    was derived again meanwhile: nobody signs what they have not seen.
    """
    require(by, Capability.SIGN_GRADES, participant.site)
    rows = DerivedGrade.objects.filter(participant=participant, pk__in=grades, value__isnull=False)
    with audited(by=by, kind="grade.signed", reason="grades signed as derived", participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        signed = set(
            SignedGrade.objects.standing().filter(participant=participant).values_list("derived", flat=True)
        )
        waiting = [row for row in rows if row.pk not in signed]
        for row in waiting:
            _refuse_stale(row)
            add_fact(_signed(row, row.value or 0, ""), by=by)
    return len(waiting)


def _signed(derived: DerivedGrade, value: int, reason: str) -> SignedGrade:
    return SignedGrade(
        participant=derived.participant,
        scale=derived.scale,
        at=derived.at,
        derived=derived,
        value=value,
        reason=reason.strip(),
    )


def _refuse_stale(derived: DerivedGrade) -> None:
    if not DerivedGrade.objects.filter(pk=derived.pk, stands=True).exists():
        raise StaleVersion(None, "The findings have changed since: look at the grade as it is now.")
