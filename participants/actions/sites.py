"""Add and edit sites."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db.models.functions import Upper

from participants.access import require
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Site, Study
from participants.powers import manages_sites_of

SITE_CODE = re.compile(r"[A-Z0-9]{3}")


def add_site(*, by: Actor, study: Study, code: str, name: str, zone: str) -> Site:
    """Add a hospital to a study.

    Raises ActionRefused for a code of another form or one that is taken, whatever its case, and
    when the actor does not administer the whole study.
    """
    if by.staff is not None and not manages_sites_of(by.staff, study):
        raise ActionRefused(None, "Only an administrator of the whole study adds a site.")
    if not SITE_CODE.fullmatch(code.upper()):
        raise ActionRefused("code", "Code: use three letters or digits, such as A01.")
    site = Site(study=study, code=code.upper(), name=name, zone=zone)
    _check(site)
    with audited(by=by, kind="site.added", reason="site added"):
        # The row of the study keeps two at once apart, on both databases.
        Study.objects.select_for_update().get(pk=study.pk)
        if Site.objects.annotate(upper=Upper("code")).filter(study=study, upper=code.upper()).exists():
            raise ActionRefused("code", f"Code: this study has a site {code.upper()} already.")
        site.save()
    return site


def edit_site(
    *, by: Actor, site: Site, version: int, name: str, zone: str, is_active: bool, reason: str
) -> Site:
    """Change a site's name, clock or participation; its code is part of what has been printed and stays.

    Raises StaleVersion when somebody else has changed it, ActionRefused without a reason.
    """
    require(by, Capability.MANAGE_SITES, site)
    with audited(by=by, kind="site.edited", reason=reason, site=site):
        current = Site.objects.select_for_update().get(pk=site.pk)
        if current.version != version:
            raise StaleVersion(None, "Somebody else has changed this site since you opened it.")
        current.name, current.zone, current.is_active = name, zone, is_active
        current.version += 1
        _check(current)
        current.save()
    return current


def _check(site: Site) -> None:
    try:
        site.clean_fields(exclude=["study"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ActionRefused(field, " ".join(messages)) from error
