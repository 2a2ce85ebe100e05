"""The form of the analysis plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from followup.domain.boundary_text import read_boundary, write_boundary
from followup.models import AnalysisPlan
from participants.forms.fields import CleanCharField, StudyDateField
from participants.forms.layout import fields_row, plain_helper


class BoundaryField(forms.CharField):
    """A stopping boundary in one text."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """Return the fewest events after each participant."""
        try:
            return read_boundary(str(value or "")[:20_000])
        except ValueError as wrong:
            raise ValidationError(f"{self.label}: {wrong}", code="invalid") from None

    def validate(self, value: Any) -> None:
        """Accept every boundary, an empty one too."""

    def run_validators(self, value: Any) -> None:
        """Leave the list as it is: the validators of a text do not apply."""


class AnalysisPlanForm(forms.Form):
    """What the statistician enters; an empty field stays "set by the protocol"."""

    planned_n = forms.IntegerField(label="Planned number", required=False, min_value=1, max_value=2000)
    accrual_from_on = StudyDateField(label="First day of accrual", required=False)
    accrual_to_on = StudyDateField(label="Last day of accrual", required=False)
    comparison_percent = forms.DecimalField(
        label="Comparison rate of severe CRS, %", required=False, min_value=Decimal(0),
        max_value=Decimal(100), decimal_places=2,
    )  # fmt: skip
    severe_from_grade = forms.TypedChoiceField(
        label="Severe from CRS grade", coerce=int, choices=[(grade, str(grade)) for grade in range(1, 6)]
    )
    evaluable_day = forms.IntegerField(
        label="Evaluable once this trial day is over", min_value=0, max_value=400
    )
    stop_at = BoundaryField(
        label="Stopping boundary", required=False,
        help_text="The fewest severe CRS that call for a review, for n = 1, 2, and so on; a dash where there "
        "is none, such as: - - 3 3 4 4.",
    )  # fmt: skip
    boundary_source = CleanCharField(label="Source of the boundary", max_length=200, required=False)
    reason = CleanCharField(label="Reason", help_text="Kept in the audit trail.")
    helper = plain_helper(
        fields_row("planned_n", "accrual_from_on", "accrual_to_on"),
        fields_row("comparison_percent", "severe_from_grade", "evaluable_day"),
        "stop_at", "boundary_source", "reason",
    )  # fmt: skip

    def plan_fields(self) -> dict[str, Any]:
        """Return what enter_plan is called with."""
        fields = dict(self.cleaned_data)
        percent = fields.pop("comparison_percent")
        return fields | {"comparison_rate": None if percent is None else percent / 100}


def kept(plan: AnalysisPlan) -> dict[str, object]:
    """Return a plan as the form shows it."""
    rate = plan.comparison_rate
    return {
        "planned_n": plan.planned_n,
        "accrual_from_on": plan.accrual_from_on,
        "accrual_to_on": plan.accrual_to_on,
        "comparison_percent": None if rate is None else (rate * 100).quantize(Decimal("0.01")),
        "severe_from_grade": plan.severe_from_grade,
        "evaluable_day": plan.evaluable_day,
        "stop_at": write_boundary(plan.stop_at),
        "boundary_source": plan.boundary_source,
    }
