"""Forms for sites, accounts and the delegation log; every choice is one that the person may make."""

from __future__ import annotations

from functools import cache
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from participants.actions.administer import Task
from participants.domain.addresses import read_address
from participants.domain.roles import ROLE_NAMES, Role
from participants.forms.fields import CleanCharField, IdentifierField, StudyDateField
from participants.forms.layout import fields_row, plain_helper
from participants.models import Site, StaffMember, Study
from participants.powers import Powers, managed_sites, manages_sites_of

DEFAULT_ZONE = "America/Chicago"
Choices = list[tuple[str, str]]


@cache
def zone_choices() -> Choices:
    """List the time zones that carry the name of a region and a place."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]


class StaffAddressField(forms.CharField):
    """An e-mail address that this installation writes to; a hidden character is refused, not removed."""

    widget = forms.EmailInput(attrs={"autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        """Return the address as it is kept, "" for nothing."""
        written = "" if value is None else str(value)
        if not written.strip():
            return ""
        try:
            return read_address(written, settings.STAFF_MAIL_DOMAINS)
        except ValueError as refused:
            raise ValidationError(f"{self.label}: {refused}", code="invalid") from None


class SiteForm(forms.Form):
    """A new site."""

    study = forms.ChoiceField()
    code = IdentifierField(label="Code", max_length=3, help_text="Three letters or digits, such as A01.")
    name = CleanCharField(label="Name", max_length=200)
    zone = forms.ChoiceField(label="Time zone", choices=zone_choices, initial=DEFAULT_ZONE)

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.studies = {
            str(study.pk): study for study in Study.objects.all() if manages_sites_of(person, study)
        }
        _choices(self, "study", [(key, study.code) for key, study in self.studies.items()])
        self.helper = plain_helper(fields_row("study", "code"), "name", "zone")

    def site_fields(self) -> dict[str, Any]:
        """Return what add_site is called with."""
        return self.cleaned_data | {"study": self.studies[self.cleaned_data["study"]]}


class SiteEditForm(forms.Form):
    """What may change of a site; its code stays."""

    name = CleanCharField(label="Name", max_length=200)
    zone = forms.ChoiceField(label="Time zone", choices=zone_choices)
    is_active = forms.TypedChoiceField(
        label="Takes part",
        choices=[("yes", "Yes"), ("no", "No, closed")],
        coerce=lambda written: written == "yes",
    )
    reason = CleanCharField(label="Reason", help_text="Kept in the history of the site.")
    helper = plain_helper("name", fields_row("zone", "is_active"), "reason")


class TaskForm(forms.Form):
    """What is delegated: a role, a place and a time."""

    role = forms.ChoiceField(label="Role")
    place = forms.ChoiceField(label="Place")
    starts_on = StudyDateField(label="From", required=False, help_text="Empty: from now on.")
    ends_on = StudyDateField(label="To, that day included", required=False, help_text="Empty: until ended.")
    helper = plain_helper(fields_row("role", "place", "starts_on", "ends_on"))

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        powers = Powers.of(person)
        self.places = _places(person, powers)
        given = {
            role
            for study, site in self.places.values()
            for role in powers.roles_at(study.pk, site.pk if site else None)
        }
        _choices(self, "role", [(role, ROLE_NAMES[role]) for role in Role if role in given])
        _choices(self, "place", [(key, _place_name(*place)) for key, place in self.places.items()])

    def task(self) -> Task:
        """Return what the actions are called with."""
        study, site = self.places[self.cleaned_data["place"]]
        starts_on, ends_on = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        return Task(Role(self.cleaned_data["role"]), study, site, starts_on, ends_on)


class InviteForm(TaskForm):
    """A person to invite, with their first role."""

    email = StaffAddressField(label="E-mail address", max_length=254)
    name = CleanCharField(
        label="Printed name", max_length=150, help_text="As it shall stand beside what they sign."
    )
    helper = plain_helper("email", "name", fields_row("role", "place", "starts_on", "ends_on"))


class ReasonForm(forms.Form):
    """Why something is ended or switched."""

    reason = CleanCharField(label="Reason")
    helper = plain_helper("reason")


class LogFilterForm(forms.Form):
    """What to show of the delegation log."""

    STATES = (("", "All"), ("now", "Holds now"), ("later", "Not yet begun"), ("ended", "Ended"))

    site = forms.ChoiceField(required=False)
    role = forms.ChoiceField(
        required=False, choices=[("", "All"), *((role, ROLE_NAMES[role]) for role in Role)]
    )
    state = forms.ChoiceField(required=False, choices=STATES)

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "site", [("", "All"), *((str(site.pk), site.code) for site in managed_sites(person))])


def _places(person: StaffMember, powers: Powers) -> dict[str, tuple[Study, Site | None]]:
    """Map the values of the place field to study and site; whole studies come first."""
    whole: dict[str, tuple[Study, Site | None]] = {
        f"study-{study.pk}": (study, None) for study in Study.objects.filter(pk__in=powers.whole_studies)
    }
    return whole | {f"site-{site.pk}": (site.study, site) for site in managed_sites(person)}


def _place_name(study: Study, site: Site | None) -> str:
    return f"{site.code} - {site.name}" if site else f"All sites of {study.code}"


def _choices(form: forms.Form, name: str, choices: Choices) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices
