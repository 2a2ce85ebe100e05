"""Forms for infections, adverse events and what makes them serious."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.urls import reverse_lazy

from participants.domain.clocks import REPORT_NAMES, ReportKind
from participants.domain.ctcae import VERSIONS
from participants.forms.about import ONLY_IF_ASKED, ParticipantForm
from participants.forms.facts import FactForm
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    StrictDecimalField,
    StudyDateField,
    YesNoUnknownField,
)
from participants.forms.layout import fields_row, plain_helper
from participants.models import (
    Attribution,
    EventOutcome,
    InfectionOutcome,
    InfectionRoute,
    InfectionSeverity,
    InfectionSite,
    InfectionType,
    SeriousnessCriterion,
)

GRADES = [(grade, f"Grade {grade}") for grade in range(1, 6)]
CHOOSE = ("", "Choose")
NOT_JUDGED = ("", "Not judged yet")
# The suggestions, and the words of the grades of the term that is being written.
_TERM_WORDS = HTML('{% include "participants/safety/_term_words.html" %}')


def part(title: str, *fields: Any) -> Fieldset:
    """Group fields under a heading."""
    return Fieldset(title, *fields, css_class="form-part")


def _inline(*names: str) -> list[InlineRadios]:
    return [InlineRadios(name) for name in names]


def term_field(*, required: bool) -> CleanCharField:
    """Return a field that suggests CTCAE terms while somebody types."""
    return CleanCharField(
        label="CTCAE term",
        max_length=120,
        required=required,
        help_text="Type a few letters and choose. A term outside of the list is kept as written.",
        widget=forms.TextInput(
            attrs={
                "list": "ctcae-terms",
                "autocomplete": "off",
                "hx-get": reverse_lazy("participants:ctcae_terms"),
                "hx-trigger": "input changed delay:150ms, focus once",
                "hx-target": "#ctcae-terms",
                "hx-include": "#id_ctcae_version",
            }
        ),
    )


def version_field() -> forms.ChoiceField:
    """Return the choice of a CTCAE version; it is kept with the event."""
    return forms.ChoiceField(
        label="CTCAE version", choices=[(version, f"v{version}") for version in VERSIONS], initial=VERSIONS[0]
    )


def grade_field(label: str = "Grade", *, required: bool) -> forms.TypedChoiceField:
    """Return the choice of a grade."""
    none = ("", "Choose" if required else "Not graded")
    return forms.TypedChoiceField(
        label=label, choices=[none, *GRADES], coerce=int, required=required, empty_value=None
    )


class InfectionForm(ParticipantForm):
    """An infection episode."""

    onset_on = StudyDateField(label="Onset")
    kind = forms.ChoiceField(label="Type", choices=[CHOOSE, *InfectionType.choices])
    body_site = forms.ChoiceField(label="Site of infection", choices=[CHOOSE, *InfectionSite.choices])
    organism = CleanCharField(label="Organism", required=False, max_length=80)
    specimen = CleanCharField(label="Specimen", required=False, max_length=80)
    is_documented = forms.TypedChoiceField(
        label="Found by",
        choices=[("no", "Clinical judgement"), ("yes", "Microbiology")],
        coerce=lambda written: written == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    anc_at_onset = StrictDecimalField(
        label="ANC, 10⁹/L", required=False, max_digits=6, decimal_places=2, min_value=0
    )
    igg_at_onset = StrictDecimalField(
        label="IgG, g/L", required=False, max_digits=6, decimal_places=2, min_value=0
    )
    on_anakinra = YesNoUnknownField(label="On anakinra", initial="unknown")
    on_steroid = YesNoUnknownField(label="On a steroid", initial="unknown")
    on_tocilizumab = YesNoUnknownField(label="On tocilizumab", initial="unknown")
    treatment = CleanCharField(label="Treatment", required=False, max_length=200)
    route = forms.ChoiceField(
        label="Route", choices=[("", "Not recorded"), *InfectionRoute.choices], required=False
    )
    was_hospitalised = YesNoUnknownField(label="In hospital for it", initial="unknown")
    was_in_icu = YesNoUnknownField(label="In intensive care for it", initial="unknown")
    severity = forms.ChoiceField(
        label="Severity",
        choices=[("", "As its treatment says"), *InfectionSeverity.choices],
        required=False,
        help_text="None mild, oral moderate, IV or hospital severe, intensive care life-threatening.",
    )
    ctcae_version = version_field()
    term = term_field(required=False)
    ctcae_grade = grade_field(required=False)
    outcome = forms.ChoiceField(label="Outcome", choices=InfectionOutcome.choices)
    ended_on = StudyDateField(label="End", required=False)
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)

    helper = plain_helper(
        part(
            "What it was",
            fields_row("onset_on", "kind", "body_site"),
            fields_row("organism", "specimen", *_inline("is_documented")),
        ),
        part(
            "At onset",
            fields_row("anc_at_onset", "igg_at_onset"),
            fields_row(*_inline("on_anakinra", "on_steroid", "on_tocilizumab")),
        ),
        part(
            "Treatment",
            fields_row("treatment", "route", "severity"),
            fields_row(*_inline("was_hospitalised", "was_in_icu")),
        ),
        part(
            "CTCAE, where it is reported as an event",
            fields_row("term", "ctcae_version", "ctcae_grade"),
            _TERM_WORDS,
        ),
        part("Outcome", fields_row("outcome", "ended_on"), "reason"),
    )

    def clean(self) -> dict[str, Any]:
        """Name the term as the record does."""
        data = super().clean() or self.cleaned_data
        data["ctcae_term"] = data.pop("term", "")
        return data


class EventForm(ParticipantForm):
    """An adverse event; its grade is asked for once, later grades have a form of their own."""

    ctcae_version = version_field()
    term = term_field(required=True)
    grade = grade_field("Grade at onset", required=True)
    onset_on = StudyDateField(label="Onset")
    outcome = forms.ChoiceField(label="Outcome", choices=EventOutcome.choices)
    ended_on = StudyDateField(label="End", required=False)
    attribution_anakinra = forms.ChoiceField(
        label="Anakinra", choices=[NOT_JUDGED, *Attribution.choices], required=False
    )
    attribution_car_t = forms.ChoiceField(
        label="CAR-T cells", choices=[NOT_JUDGED, *Attribution.choices], required=False
    )
    attribution_ld = forms.ChoiceField(
        label="Lymphodepletion", choices=[NOT_JUDGED, *Attribution.choices], required=False
    )
    attribution_disease = forms.ChoiceField(
        label="Disease", choices=[NOT_JUDGED, *Attribution.choices], required=False
    )
    action_taken = CleanCharField(label="Action taken", required=False, max_length=200)
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["grade"]
        grade = ["grade"] if is_new else []
        self.helper = plain_helper(
            part("What happened", fields_row("term", "ctcae_version", *grade), _TERM_WORDS),
            part("When", fields_row("onset_on", "outcome", "ended_on")),
            part(
                "How likely each is a cause; possible or more counts as related",
                fields_row(
                    "attribution_anakinra", "attribution_car_t", "attribution_ld", "attribution_disease"
                ),
            ),
            part("What followed", "action_taken", "reason"),
        )


class GradeForm(ParticipantForm):
    """A grade from a day on."""

    grade = grade_field(required=True)
    on = StudyDateField(label="From")
    reason = CleanCharField(
        label="Reason", required=False, help_text="Needed when the grade of that day is corrected."
    )
    helper = plain_helper(fields_row("grade", "on"), "reason")


class SeriousForm(FactForm):
    """Why an event is serious and when the site became aware of it."""

    moments = (("aware_on", "aware_clock", "site_aware_at"),)
    helper = plain_helper("criteria", fields_row("aware_on", "aware_clock"), "narrative", "reason")

    criteria = forms.TypedMultipleChoiceField(
        label="Serious because",
        choices=SeriousnessCriterion.choices,
        coerce=SeriousnessCriterion,
        widget=forms.CheckboxSelectMultiple,
        help_text="Serious is not severe: the grade says nothing about it (ICH E2A).",
        error_messages={"required": "Serious because: choose at least one."},
    )
    aware_on = StudyDateField(label="The site became aware on")
    aware_clock = ClockTimeField(label="Time")
    narrative = CleanCharField(
        label="Narrative", is_note=True, rows=6, required=False, max_length=4000, help_text="Without names."
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["reason"]
            self.helper = plain_helper("criteria", fields_row("aware_on", "aware_clock"), "narrative")

    def values(self) -> dict[str, Any]:
        """Return what the action asks for."""
        return _without(self.cleaned_data, "aware_on", "aware_clock")


class SponsorForm(FactForm):
    """The sponsor's receipt and judgement."""

    moments = (
        ("received_on", "received_clock", "sponsor_aware_at"),
        ("found_on", "found_clock", "determined_at"),
    )
    helper = plain_helper(
        fields_row("received_on", "received_clock"),
        fields_row(*_inline("is_expected", "is_suspected_reaction")),
        fields_row("found_on", "found_clock"),
        "reason",
    )

    received_on = StudyDateField(label="The sponsor became aware on", required=False)
    received_clock = ClockTimeField(label="Time", required=False)
    is_expected = YesNoUnknownField(label="Expected", unknown="Not judged yet")
    is_suspected_reaction = YesNoUnknownField(label="Suspected reaction", unknown="Not judged yet")
    found_on = StudyDateField(label="Found serious and unexpected on", required=False)
    found_clock = ClockTimeField(label="Time of the finding", required=False)

    def values(self) -> dict[str, Any]:
        """Return what the action asks for."""
        return _without(self.cleaned_data, "received_on", "received_clock", "found_on", "found_clock")


class ReportForm(FactForm):
    """A report that was sent."""

    moments = (("sent_on", "sent_clock", "sent_at"),)
    helper = plain_helper("kind", fields_row("sent_on", "sent_clock", "reference"))

    kind = forms.TypedChoiceField(label="Report", choices=[], coerce=ReportKind, widget=forms.RadioSelect)
    sent_on = StudyDateField(label="Sent on")
    sent_clock = ClockTimeField(label="Time")
    reference = CleanCharField(label="Reference", required=False, max_length=100)

    def __init__(self, *args: Any, kinds: Iterable[ReportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        choices: Any = self.fields["kind"]
        choices.choices = [(kind.value, REPORT_NAMES[kind]) for kind in kinds]

    def values(self) -> dict[str, Any]:
        """Return what the action asks for."""
        return _without(self.cleaned_data, "sent_on", "sent_clock")


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}
