"""Forms for the criteria, the decision on eligibility, and enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from participants.actions.criteria import Answer
from participants.forms.about import ONLY_IF_ASKED, ParticipantForm
from participants.forms.fields import CleanCharField, StudyDateField, read_from
from participants.forms.layout import fields_row, plain_helper
from participants.models import Criterion, CriterionAnswer
from participants.pages.criteria import CriterionRow
from participants.screening_record import Record

_EXCLUSION = {CriterionAnswer.MET: "Applies", CriterionAnswer.NOT_MET: "Does not apply"}


@dataclass(frozen=True)
class AnswerFields:
    """The fields of one criterion, as the template lays them out."""

    row: CriterionRow
    answer: forms.BoundField
    evidence: forms.BoundField
    evidence_on: forms.BoundField
    seen: forms.BoundField


class CriteriaForm(ParticipantForm):
    """All criteria on one page; those left open stay open."""

    reason = CleanCharField(
        label="Reason", required=False, help_text="Needed when an answer that was given changes."
    )

    def __init__(self, *args: Any, rows: Sequence[CriterionRow], record: Record, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(*args, participant=record.participant, **kwargs)
        for row in rows:
            self._add(row, record)
        read_from(self, day_zero=record.participant.day_zero_on, today=self.today)

    def _add(self, row: CriterionRow, record: Record) -> None:
        key, check = row.criterion.pk, row.check
        words = CriterionAnswer.choices if row.criterion.is_inclusion else list(_EXCLUSION.items())
        evidence, evidence_on = (check.evidence, check.evidence_on) if check else _offer(row, record)
        self.fields[f"answer_{key}"] = forms.TypedChoiceField(
            label=row.criterion.text,
            choices=words,
            coerce=CriterionAnswer,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            initial=check.answer if check else None,
        )
        self.fields[f"evidence_{key}"] = CleanCharField(label="Evidence", required=False, initial=evidence)
        self.fields[f"evidence_on_{key}"] = StudyDateField(
            label="Evidence dated", required=False, initial=evidence_on
        )
        self.fields[f"seen_{key}"] = forms.CharField(
            required=False, initial=check.pk if check else "", widget=forms.HiddenInput, max_length=19
        )

    @property
    def answer_fields(self) -> list[AnswerFields]:
        """The fields by criterion, in their order."""
        return [
            AnswerFields(row, *(self[f"{name}_{row.criterion.pk}"] for name in _NAMES)) for row in self.rows
        ]

    @property
    def answers(self) -> list[Answer]:
        """What was answered."""
        data = self.cleaned_data
        return [
            Answer(
                row.criterion,
                data[f"answer_{key}"],
                data[f"evidence_{key}"],
                data[f"evidence_on_{key}"],
                _key(data[f"seen_{key}"]),
            )
            for row in self.rows
            if data[f"answer_{(key := row.criterion.pk)}"] is not None
        ]


_NAMES = ("answer", "evidence", "evidence_on", "seen")


def _offer(row: CriterionRow, record: Record) -> tuple[str, Any]:
    """Offer what the record holds as evidence, so that nobody types it twice."""
    if not row.criterion.evidence_expires:
        return "", None
    return max(record.burden.qualifying(), key=lambda found: found[1], default=("", None))


def _key(written: str) -> int | None:
    if not written:
        return None
    return int(written) if written.isascii() and written.isdecimal() else -1


class EligibleForm(ParticipantForm):
    """An investigator's decision that somebody is eligible."""

    decided_on = StudyDateField(label="Decided on")
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)
    helper = plain_helper(fields_row("decided_on"), "reason")

    def __init__(self, *args: Any, open_codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_codes = open_codes
        self.initial.setdefault("decided_on", self.today)

    def clean(self) -> dict[str, Any]:
        """Refuse a decision on criteria that nobody has answered."""
        if self.open_codes:
            raise ValidationError(f"Answer these criteria first: {', '.join(self.open_codes)}.")
        return super().clean() or {}


class CriterionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A criterion by its code and text."""

    def label_from_instance(self, obj: Criterion) -> str:
        """Name the criterion as the log does."""
        return f"{obj.code}: {obj.text}"


class FailureForm(ParticipantForm):
    """Why somebody does not take part."""

    failed_criterion = CriterionField(
        label="Because of", queryset=Criterion.objects.none(), required=False, empty_label="Another reason"
    )
    decided_on = StudyDateField(label="Decided on")
    reason = CleanCharField(
        label="Reason", help_text="In words that the screening log can show: what was found, no names."
    )
    helper = plain_helper(fields_row("failed_criterion", "decided_on"), "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = Criterion.objects.filter(study=self.participant.site.study_id).order_by("position", "pk")
        cast(CriterionField, self.fields["failed_criterion"]).queryset = criteria
        self.initial.setdefault("decided_on", self.today)


class AgainForm(ParticipantForm):
    """Why screening begins again."""

    on = StudyDateField(label="Screened again from")
    reason = CleanCharField(label="Reason")
    helper = plain_helper(fields_row("on"), "reason")


class StepForm(ParticipantForm):
    """The corrected day of pre-screening or enrolment, and why."""

    on = StudyDateField(label="Date")
    reason = CleanCharField(label="Reason")
    helper = plain_helper(fields_row("on"), "reason")


class EnrolForm(ParticipantForm):
    """The day of enrolment."""

    on = StudyDateField(label="Enrolled on")
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)
    helper = plain_helper(fields_row("on"), "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", self.today)
