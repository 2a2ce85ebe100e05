"""Forms for who a participant is: pre-screening, details, disease history and product."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.bootstrap import InlineRadios
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from participants.domain.roles import Capability
from participants.forms.about import ParticipantForm
from participants.forms.fields import (
    CleanCharField,
    IdentifierField,
    PartialDateField,
    StrictDecimalField,
    StrictIntegerField,
    StudyDateField,
    YesNoUnknownField,
    read_from,
)
from participants.forms.layout import fields_row, plain_helper
from participants.models import (
    CnsStatus,
    Delegation,
    DiseaseState,
    Participant,
    Product,
    Sex,
    Site,
    StaffMember,
    sites_where,
)

OLDEST_YEARS = 120
BIRTH_HELP = "As far as the site may keep it: 2016, May 2016 or 1 May 2016."
AGE_HELP = "In years, where no birth date is kept."
REPLACED = "Needed when a recorded value changes."


def writers_at(sites: Any) -> Any:
    """Return the staff who keep records at one of the sites now, by name."""
    held = Delegation.objects.valid_at(timezone.now()).giving(Capability.WRITE_RECORDS)
    return StaffMember.objects.filter(
        Exists(held.filter(staff=OuterRef("pk"), site__in=sites)), is_active=True
    ).order_by("name")


class _WhoForm(forms.Form):
    """The details that pre-screening and editing have in common."""

    sex = forms.ChoiceField(label="Sex", choices=Sex.choices, initial=Sex.UNKNOWN)
    birth = PartialDateField(label="Birth date", required=False, help_text=BIRTH_HELP)
    age_at_consent_years = StrictIntegerField(
        label="Age at consent", required=False, min_value=0, max_value=OLDEST_YEARS, help_text=AGE_HELP
    )
    coordinator = forms.ModelChoiceField(
        label="Coordinator", queryset=StaffMember.objects.none(), required=False, empty_label="Nobody yet"
    )

    def offer_coordinators(self, staff: Any) -> None:
        """Offer these people, and nobody of another site."""
        cast("forms.ModelChoiceField[StaffMember]", self.fields["coordinator"]).queryset = staff


class PreScreenForm(_WhoForm):
    """Somebody new in the screening log."""

    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)
    study_id = IdentifierField(
        label="Study id",
        max_length=20,
        help_text="3 to 20 letters, digits and hyphens, such as P-014. No name, initials or hospital number.",
    )
    on = StudyDateField(label="Pre-screened on")
    field_order = ("site", "study_id", "on", "sex", "birth", "age_at_consent_years", "coordinator")
    helper = plain_helper(
        fields_row("study_id", "on"),
        fields_row("birth", "age_at_consent_years"),
        fields_row("sex", "coordinator", "site"),
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        sites = sites_where(person, Capability.WRITE_RECORDS).active().order_by("code")
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = sites
        if len(sites) == 1:
            self.fields["site"].widget = forms.HiddenInput()
            self.initial["site"] = sites[0]
        self.offer_coordinators(writers_at(sites))
        today = max((site.today(now) for site in sites), default=now.date())
        read_from(self, day_zero=None, today=today)
        self.initial.setdefault("on", today)
        if person in self.fields["coordinator"].queryset:  # type: ignore[attr-defined]
            self.initial.setdefault("coordinator", person)


class DetailsForm(_WhoForm, ParticipantForm):
    """Who a participant is; the study id has been printed and stays."""

    reason = CleanCharField(label="Reason", required=False, help_text=REPLACED)
    helper = plain_helper(
        fields_row("birth", "age_at_consent_years"), fields_row("sex", "coordinator"), "reason"
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        offered = writers_at([participant.site])
        if participant.coordinator_id is not None:
            offered = StaffMember.objects.filter(
                Q(pk__in=offered.values("pk")) | Q(pk=participant.coordinator_id)
            ).order_by("name")
        self.offer_coordinators(offered)


class DiseaseForm(ParticipantForm):
    """The disease before the trial, and its burden at baseline."""

    diagnosed_on = StudyDateField(label="Diagnosed on", required=False)
    disease_state = forms.ChoiceField(
        label="State when CAR-T was planned",
        required=False,
        choices=[("", "Not known"), *DiseaseState.choices],
    )
    cns_status = forms.ChoiceField(
        label="CNS status", required=False, choices=[("", "Not known"), *CnsStatus.choices]
    )
    prior_lines = StrictIntegerField(
        label="Lines of treatment before", required=False, min_value=0, max_value=50
    )
    had_hsct = YesNoUnknownField(label="Stem cell transplantation before", initial="unknown")
    hsct_on = StudyDateField(label="Date of the last transplantation", required=False)
    has_developmental_delay = YesNoUnknownField(
        label="Developmental delay at baseline",
        initial="unknown",
        help_text="If yes, ICANS is assessed by CAPD at any age.",
    )
    marrow_blasts_percent = StrictDecimalField(
        label="Marrow blasts, %", required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    marrow_on = StudyDateField(label="Marrow examined on", required=False)
    peripheral_blasts = YesNoUnknownField(label="Blasts detectable in blood", initial="unknown")
    peripheral_on = StudyDateField(label="Blood examined on", required=False)
    reason = CleanCharField(label="Reason", required=False, help_text=REPLACED)
    helper = plain_helper(
        fields_row("marrow_blasts_percent", "marrow_on"),
        fields_row(InlineRadios("peripheral_blasts"), "peripheral_on"),
        fields_row("diagnosed_on", "disease_state", "cns_status", "prior_lines"),
        fields_row(InlineRadios("had_hsct"), "hsct_on"),
        InlineRadios("has_developmental_delay"),
        "reason",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a transplantation before the disease was known, and one that comes with a "no"."""
        data = super().clean() or {}
        diagnosed, transplanted = data.get("diagnosed_on"), data.get("hsct_on")
        if diagnosed and transplanted and transplanted < diagnosed:
            self.add_error(
                "hsct_on",
                ValidationError("Date of the last transplantation: this is before the diagnosis."),
            )
        return data


class ProductForm(ParticipantForm):
    """The CAR-T product and its leukapheresis."""

    product = forms.ChoiceField(label="Product", choices=[("", "Choose"), *Product.choices])
    leukapheresis_on = StudyDateField(label="Leukapheresis on", required=False)
    lot = CleanCharField(label="Lot", required=False, max_length=40)
    dose_million_cells = StrictDecimalField(
        label="Dose, million CAR-positive cells",
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=3,
    )
    reason = CleanCharField(label="Reason", required=False, help_text=REPLACED)
    helper = plain_helper(
        fields_row("product", "leukapheresis_on"), fields_row("lot", "dose_million_cells"), "reason"
    )
