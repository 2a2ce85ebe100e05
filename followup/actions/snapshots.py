"""Freeze the figures of a data cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from followup.dashboards.choice import Choice
from followup.dashboards.frozen import freeze_record, write
from followup.dashboards.page import read_page
from followup.models import Snapshot, SnapshotSite
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import StaffMember


def freeze(*, by: Actor, choice: Choice, now: datetime, reason: str) -> Snapshot:
    """Keep all figures of one choice as they stand, over the sites at which the person holds the right.

    Raises ActionRefused without a reason, for a machine, for a data cut that cannot be read, and where
    the person holds the right at none of the chosen sites.
    """
    if choice.refusal:
        raise ActionRefused(None, choice.refusal)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the figures are frozen, such as the meeting.")
    if by.staff is None:
        raise ActionRefused(None, "A person freezes figures, and answers for it.")
    with transaction.atomic():
        _read_one_moment()
        with audited(by=by, kind="figures.frozen", reason=reason):
            return _keep(by.staff, choice, now, reason.strip())


def _keep(person: StaffMember, choice: Choice, now: datetime, reason: str) -> Snapshot:
    page = read_page(person, choice, now, Capability.FREEZE_FIGURES)
    frame = page.frame
    if frame.study is None or not frame.sites:
        raise ActionRefused(None, f"{person.name} may not {Capability.FREEZE_FIGURES} at this site.")
    page = read_page(person, replace(choice, cut_on=frame.cut_on), now, Capability.FREEZE_FIGURES)
    content, sha256 = write(freeze_record(page, by=person.name, at=now, reason=reason))
    snapshot = Snapshot.objects.create(
        study=frame.study, cut_on=frame.cut_on, reason=reason, content=content, sha256=sha256,
        frozen_at=now, frozen_by=person,
    )  # fmt: skip
    SnapshotSite.objects.bulk_create(SnapshotSite(snapshot=snapshot, site=site) for site in frame.sites)
    return snapshot


def _read_one_moment() -> None:
    """Let all figures read the record of one moment, whoever saves meanwhile; SQLite does by itself.

    PostgreSQL takes this before the first statement of a transaction: inside another it stays as it is.
    """
    is_outermost = not connection.savepoint_ids
    if connection.vendor == "postgresql" and is_outermost:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
