"""Accounts and the delegation log, from which every right comes.

Nobody changes their own rights. What is given acts on the next request, what is ended too;
nothing is deleted. Source: PACER design, access and audit, Roles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone

from participants.audit import Actor, audited
from participants.domain.addresses import read_address
from participants.domain.roles import ROLE_NAMES, Role, role_against
from participants.errors import ActionRefused
from participants.models import Delegation, Site, StaffMember, Study
from participants.models.staff import DelegationQuerySet
from participants.powers import Powers


@dataclass(frozen=True)
class Task:
    """What is delegated: a role at a site, or in the whole study when `site` is None, for a time.

    Both days are included, on the clock of the site; None begins at once, or lasts until ended.
    """

    role: Role
    study: Study
    site: Site | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def invite_staff(*, by: Actor, email: str, name: str, task: Task) -> StaffMember:
    """Make an account without a password and delegate a first role to it.

    An address that an account has already gets the role too, under the name it has: whether
    somebody works at another site is not told here. Raises ActionRefused.
    """
    address = _read_address(email)
    with audited(by=by, kind="staff.invited", reason="invited", site=task.site):
        person = StaffMember.objects.filter(email__iexact=address).first()
        if person is None:
            zone = task.site.zone if task.site else _zone_of(by)
            person = StaffMember.objects.create_user(address, name, zone=zone)
        delegate(by=by, person=person, task=task)
    return person


def delegate(*, by: Actor, person: StaffMember, task: Task) -> Delegation:
    """Give a person a role; the row stays in the log for good.

    Raises ActionRefused for the actor's own rights, for a role or place beyond theirs, for a role
    held already, and for duties that one person must not hold together.
    """
    _refuse_self(by, person)
    _refuse_beyond(by, task.role, task.study.pk, task.site.pk if task.site else None)
    starts_at, ends_at = _moments(by, task)
    role = ROLE_NAMES[task.role]
    with audited(by=by, kind="delegation.given", reason=f"delegated: {role}", site=task.site):
        # The row of the person keeps two delegations at once apart.
        StaffMember.objects.select_for_update().get(pk=person.pk)
        _refuse_together(_meanwhile(person, task, starts_at, ends_at), task.role)
        return Delegation.objects.create(
            staff=person,
            study=task.study,
            site=task.site,
            role=task.role,
            starts_at=starts_at,
            ends_at=ends_at,
        )


def end_delegation(*, by: Actor, delegation: Delegation, reason: str) -> Delegation:
    """End a role now, or take one back that has not begun.

    Raises ActionRefused for the actor's own, for one beyond theirs, one that has ended, or no reason.
    """
    _refuse_self(by, delegation.staff)
    if by.staff is not None and not Powers.of(by.staff).reach(delegation):
        raise ActionRefused(None, "Only who may give this role at this place ends it.")
    now = timezone.now()
    with audited(by=by, kind="delegation.ended", reason=reason, site=delegation.site):
        current = Delegation.objects.select_for_update().get(pk=delegation.pk)
        if current.ends_at is not None and current.ends_at <= now:
            raise ActionRefused(None, "This delegation has ended already.")
        current.ends_at = max(now, current.starts_at)
        current.save(update_fields=["ends_at"])
    return current


def disable_account(*, by: Actor, person: StaffMember, reason: str) -> StaffMember:
    """Disable an account: its sessions end with their next request, its rows stay.

    Raises ActionRefused for the actor's own account, and for one that works beyond their sites.
    """
    return _switch(by, person, is_active=False, kind="staff.disabled", reason=reason)


def enable_account(*, by: Actor, person: StaffMember, reason: str) -> StaffMember:
    """Enable an account again, with the delegations that still run. Raises as disable_account does."""
    return _switch(by, person, is_active=True, kind="staff.enabled", reason=reason)


def create_administrator(*, by: Actor, email: str, name: str, password: str, study: Study) -> StaffMember:
    """Make the account of a system administrator of a whole study, with its password.

    For installing only: no person may call it. Raises ActionRefused for a known address or a weak
    password.
    """
    if by.staff is not None:
        raise ActionRefused(None, "Administrators are made on the command line.")
    address = _read_address(email)
    if StaffMember.objects.filter(email__iexact=address).exists():
        raise ActionRefused("email", "E-mail address: an account has it already.")
    person = StaffMember(email=address, name=name)
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise ActionRefused("password", "Password: " + " ".join(weak.messages)) from weak
    with audited(by=by, kind="staff.administrator_made", reason="installation"):
        person = StaffMember.objects.create_user(address, name, password)
        delegate(by=by, person=person, task=Task(Role.SYSTEM_ADMINISTRATOR, study))
    return person


def _read_address(email: str) -> str:
    try:
        return read_address(email, settings.STAFF_MAIL_DOMAINS)
    except ValueError as refused:
        raise ActionRefused("email", f"E-mail address: {refused}") from refused


def _refuse_self(by: Actor, person: StaffMember) -> None:
    if by.staff == person:
        raise ActionRefused(None, "Nobody changes their own rights: ask another administrator.")


def _refuse_beyond(by: Actor, role: Role, study_id: int, site_id: int | None) -> None:
    if by.staff is not None and role not in Powers.of(by.staff).roles_at(study_id, site_id):
        raise ActionRefused("role", f"Role: you may not delegate {ROLE_NAMES[role].lower()} here.")


def _zone_of(by: Actor) -> str:
    return by.staff.zone if by.staff else settings.TIME_ZONE


def _moments(by: Actor, task: Task) -> tuple[datetime, datetime | None]:
    """Return when a delegation begins, and when it has ended; today begins now."""
    tz: tzinfo = task.site.tz if task.site else by.staff.tz if by.staff else timezone.get_default_timezone()
    now = timezone.now()
    today = now.astimezone(tz).date()
    starts_on = task.starts_on or today
    if starts_on < today:
        raise ActionRefused("starts_on", "From: a delegation cannot begin in the past.")
    if task.ends_on is not None and task.ends_on < starts_on:
        raise ActionRefused("ends_on", "To: this lies before the first day.")
    starts_at = now if starts_on == today else datetime.combine(starts_on, time.min, tz)
    if task.ends_on is None:
        return starts_at, None
    return starts_at, datetime.combine(task.ends_on + timedelta(days=1), time.min, tz)


def _meanwhile(
    person: StaffMember, task: Task, starts_at: datetime, ends_at: datetime | None
) -> DelegationQuerySet:
    """Return what a person is delegated at the same place at any time of a period.

    What was taken back before it began ends as it begins, and holds at no time.
    """
    held = Delegation.objects.filter(staff=person, study=task.study).exclude(ends_at__lte=starts_at)
    held = held.exclude(ends_at=F("starts_at"))
    if ends_at is not None:
        held = held.filter(starts_at__lt=ends_at)
    if task.site is not None:
        held = held.filter(Q(site=task.site) | Q(site__isnull=True))
    return held


def _refuse_together(held: DelegationQuerySet, wanted: Role) -> None:
    roles = [Role(role) for role in held.values_list("role", flat=True)]
    if wanted in roles:
        raise ActionRefused("role", "Role: it is delegated to this person for that time already.")
    other = role_against(roles, wanted)
    if other is not None:
        raise ActionRefused(
            "role", f"Role: one person is never {ROLE_NAMES[wanted].lower()} and {ROLE_NAMES[other].lower()}."
        )


def _switch(by: Actor, person: StaffMember, *, is_active: bool, kind: str, reason: str) -> StaffMember:
    _refuse_self(by, person)
    _refuse_shared(by, person)
    with audited(by=by, kind=kind, reason=reason):
        current = StaffMember.objects.select_for_update().get(pk=person.pk)
        if current.is_active == is_active:
            raise ActionRefused(None, f"This account is {'enabled' if is_active else 'disabled'} already.")
        current.is_active = is_active
        current.save(update_fields=["is_active"])
    return current


def _refuse_shared(by: Actor, person: StaffMember) -> None:
    """Refuse when an account also carries roles that the actor could not end one by one."""
    if by.staff is None:
        return
    powers = Powers.of(by.staff)
    log = Delegation.objects.filter(staff=person)
    running = log.exclude(ends_at__lte=timezone.now())
    known = any(powers.reach(delegation) for delegation in log)
    if not known or not all(powers.reach(delegation) for delegation in running):
        raise ActionRefused(
            None, "This account is not yours alone to switch: end its delegations at your site instead."
        )
