"""Enter what the statistician decides for the figures of a study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from followup.domain.boundary_text import read_boundary, write_boundary
from followup.models import AnalysisPlan
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Study, delegations_where


def enter_plan(
    *,
    by: Actor,
    study: Study,
    version: int,
    planned_n: int | None,
    accrual_from_on: date | None,
    accrual_to_on: date | None,
    comparison_rate: Decimal | None,
    stop_at: Sequence[int | None],
    boundary_source: str,
    severe_from_grade: int,
    evaluable_day: int,
    reason: str,
) -> AnalysisPlan:
    """Enter or change the analysis plan of a study; `version` is 0 where there was none.

    Raises StaleVersion when somebody else has changed it, ActionRefused for what cannot be, without
    a reason, and for who does not hold the right for the whole study.
    """
    if by.staff is not None and not may_enter_plan(by, study):
        raise ActionRefused(None, "Only who answers for the data of the whole study enters its plan.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the plan is entered or changed.")
    with audited(by=by, kind="plan.entered", reason=reason):
        # The row of the study keeps two first plans apart, on both databases.
        Study.objects.select_for_update().get(pk=study.pk)
        plan = AnalysisPlan.objects.filter(study=study).first()
        if (plan.version if plan else 0) != version:
            raise StaleVersion(None, "Somebody else has changed the plan since you opened it.")
        plan = plan or AnalysisPlan(study=study, version=0)
        plan.planned_n, plan.comparison_rate = planned_n, comparison_rate
        plan.accrual_from_on, plan.accrual_to_on = accrual_from_on, accrual_to_on
        plan.stop_at, plan.boundary_source = list(stop_at), boundary_source
        plan.severe_from_grade, plan.evaluable_day = severe_from_grade, evaluable_day
        plan.version += 1
        _check(plan)
        plan.save()
    return plan


def may_enter_plan(by: Actor, study: Study) -> bool:
    """Say whether somebody holds the right to enter the plan, for the whole of a study."""
    if by.staff is None:
        return True
    held = delegations_where(by.staff, Capability.ENTER_ANALYSIS_PLAN)
    return held.filter(study=study, site__isnull=True).exists()


def _check(plan: AnalysisPlan) -> None:
    first, last = plan.accrual_from_on, plan.accrual_to_on
    if (first is None) != (last is None):
        missing = "accrual_from_on" if first is None else "accrual_to_on"
        raise ActionRefused(missing, "Accrual: enter the first and the last day, or neither.")
    if first is not None and last is not None and first >= last:
        raise ActionRefused("accrual_to_on", "Last day of accrual: it must lie after the first.")
    try:
        read_boundary(write_boundary(plan.stop_at))
    except ValueError as wrong:
        raise ActionRefused("stop_at", str(wrong)) from wrong
    try:
        plan.clean_fields()
    except ValidationError as wrong:
        field, sentences = next(iter(wrong.message_dict.items()))
        raise ActionRefused(field, sentences[0]) from wrong
