"""The signals that the record listens to: migrations, sign-ins and sign-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.http import HttpRequest
from django.utils import timezone

from participants import audit_triggers, routes
from participants.audit import Actor, record_event

if TYPE_CHECKING:
    from participants.models import StaffMember


def connect() -> None:
    """Connect every receiver once."""
    connection_created.connect(audit_triggers.prepare_connection, dispatch_uid="prepare for audit triggers")
    # A remake of a table on SQLite loses triggers silently and fails where they stand, so they
    # come off before every migrate and go on after it.
    pre_migrate.connect(_drop_triggers, dispatch_uid="drop audit triggers")
    post_migrate.connect(_install_triggers, dispatch_uid="install audit triggers")
    user_logged_in.connect(_signed_in, dispatch_uid="signed in")
    user_logged_out.connect(_signed_out, dispatch_uid="signed out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="sign-in failed")
    user_locked_out.connect(_locked_out, dispatch_uid="sign-in closed for a time")
    register(audit_triggers.check_triggers, Tags.database)
    register(routes.check_policies, Tags.urls)


def _drop_triggers(app_config: Any, using: str, **kwargs: Any) -> None:
    if app_config.name == "participants":
        audit_triggers.drop(using)


def _install_triggers(app_config: Any, using: str, **kwargs: Any) -> None:
    # Sent once an app, in the order of INSTALLED_APPS: followup is the last of ours.
    if app_config.name == "followup":
        audit_triggers.install(using)


def _signed_in(request: HttpRequest, user: StaffMember, **kwargs: Any) -> None:
    request.session["signed_in_at"] = timezone.now().timestamp()
    record_event(by=Actor.of(user), kind="login", reason="signed in")


def _signed_out(user: StaffMember | None, **kwargs: Any) -> None:
    if user is not None:
        record_event(by=Actor.of(user), kind="logout", reason="signed out")


def _locked_out(**kwargs: Any) -> None:
    record_event(by=Actor.machine("system:login"), kind="login.locked_out", reason="too many attempts")


def _sign_in_failed(**kwargs: Any) -> None:
    # What was typed may be a password in the wrong field: only the fact is kept.
    record_event(by=Actor.machine("system:login"), kind="login.failed", reason="sign-in refused")
