"""Open a study with its criteria, its first consent form and a schedule."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from django.utils import timezone

from participants.audit import Actor, audited
from participants.default_study import CRITERIA
from participants.errors import ActionRefused
from participants.models import ConsentVersion, Criterion, Study
from participants.powers import manages_sites_of
from participants.signals import study_opened


def open_study(
    *, by: Actor, code: str, title: str, is_demo: bool = False, consent_approved_on: date | None = None
) -> Study:
    """Open a study with the criteria known of PACER and the default schedule.

    `consent_approved_on` is when the first consent form was approved; None means today. Raises
    ActionRefused when the code is taken, whatever its case, or the approval lies in the future.
    """
    approved_on = consent_approved_on or timezone.now().date()
    if approved_on > timezone.now().date():
        raise ActionRefused("consent_approved_on", "Consent form approved on: this lies in the future.")
    if Study.objects.annotate(upper=Upper("code")).filter(upper=code.upper()).exists():
        raise _taken(code)
    with audited(by=by, kind="study.opened", reason="study opened"):
        try:
            with transaction.atomic():
                study = Study.objects.create(code=code, title=title, is_demo=is_demo)
        except IntegrityError as error:
            # The unique index has seen what two people opened at the same moment.
            raise _taken(code) from error
        Criterion.objects.bulk_create(
            Criterion(study=study, position=position, **criterion)
            for position, criterion in enumerate(CRITERIA)
        )
        ConsentVersion.objects.create(study=study, label="1.0", approved_on=approved_on)
        study_opened.send(sender=Study, study=study, by=by)
    return study


def _taken(code: str) -> ActionRefused:
    return ActionRefused("code", f"Code: a study {code} exists already.")


def add_consent_version(
    *, by: Actor, study: Study, label: str, approved_on: date, asks_for_reconsent: bool
) -> ConsentVersion:
    """Add a version of the consent form; an amendment may ask everybody in the study to consent again.

    Raises ActionRefused when the label is taken, whatever its case, when the approval lies in the
    future, or when the actor does not administer the whole study.
    """
    if by.staff is not None and not manages_sites_of(by.staff, study):
        raise ActionRefused(None, "Only an administrator of the whole study adds a consent form.")
    if approved_on > timezone.now().date():
        raise ActionRefused("approved_on", "Approved on: this lies in the future.")
    with audited(by=by, kind="consent_version.added", reason=f"consent form {label} added"):
        # The row of the study keeps two at once apart, on both databases.
        Study.objects.select_for_update().get(pk=study.pk)
        if ConsentVersion.objects.filter(study=study, label__iexact=label).exists():
            raise ActionRefused("label", f"Version: this study has a version {label} already.")
        return ConsentVersion.objects.create(
            study=study, label=label, approved_on=approved_on, asks_for_reconsent=asks_for_reconsent
        )
