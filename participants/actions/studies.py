"""Open a study with its criteria, its first consent form and a schedule."""

from __future__ import annotations

from django.db.models.functions import Upper
from django.utils import timezone

from participants.audit import Actor, audited
from participants.default_study import CRITERIA
from participants.errors import ActionRefused
from participants.models import ConsentVersion, Criterion, Study
from participants.signals import study_opened


def open_study(*, by: Actor, code: str, title: str, is_demo: bool = False) -> Study:
    """Open a study with the criteria known of PACER and the default schedule.

    Raises ActionRefused when the code is taken, whatever its case.
    """
    if Study.objects.annotate(upper=Upper("code")).filter(upper=code.upper()).exists():
        raise ActionRefused("code", f"Code: a study {code} exists already.")
    with audited(by=by, kind="study.opened", reason="study opened"):
        study = Study.objects.create(code=code, title=title, is_demo=is_demo)
        Criterion.objects.bulk_create(
            Criterion(study=study, position=position, **criterion)
            for position, criterion in enumerate(CRITERIA)
        )
        ConsentVersion.objects.create(study=study, label="1.0", approved_on=timezone.now().date())
        study_opened.send(sender=Study, study=study, by=by)
    return study
