"""Say whether this process lives and whether it can do its work, without a word about people.

/healthz is for whoever restarts processes, /readyz for whoever sends visitors to them.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from participants.access import public
from participants.audit_triggers import missing_triggers
from participants.models import AuditChange

LEAST_FREE_BYTES = 100 * 1024 * 1024
# Leases of reminders are on the database's clock, due moments on ours.
CLOCKS_APART_AT_MOST = timedelta(seconds=30)
OK = "ok"


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while this process can answer; nothing else is asked."""
    return JsonResponse({"alive": True})


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all that the work needs is in order, else 503 with a sentence for each fault."""
    answers = {name: _ask(check) for name, check in CHECKS.items()}
    is_ready = all(answer == OK for answer in answers.values())
    return JsonResponse({"ready": is_ready, "checks": answers}, status=200 if is_ready else 503)


def check_database() -> str:
    """Ask the database for an answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return OK if cursor.fetchone() == (1,) else "the database gives wrong answers"


def check_migrations() -> str:
    """Compare the database's tables with what this code expects, in both directions."""
    loader = MigrationLoader(connection)
    known, applied = set(loader.graph.nodes), set(loader.applied_migrations)
    ours = {app for app, _ in known}
    if known - applied:
        return f"{len(known - applied)} migrations are not applied: run 'manage.py migrate'"
    if any(app in ours for app, _ in applied - set(loader.disk_migrations)):
        return "the database is newer than this code: deploy the version that belongs to it"
    return OK


def check_audit_triggers() -> str:
    """Ask whether every audited table has the triggers that write its trail."""
    missing = missing_triggers(DEFAULT_DB_ALIAS)
    return f"{len(missing)} audit triggers are missing or altered: run 'manage.py migrate'" if missing else OK


def check_disk() -> str:
    """Write a file where the application keeps its files, and look at the space that is left."""
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as probe:
        probe.write(b"PACER")
        probe.flush()
    free = shutil.disk_usage(settings.VAR_DIR).free
    return OK if free >= LEAST_FREE_BYTES else f"{free // 2**20} MB are left on the disk"


def check_clock() -> str:
    """Compare this machine's clock with the database's and with the newest entry of the audit trail."""
    newest = AuditChange.objects.order_by("-pk").values_list("at", flat=True).first()
    return clock_problem(now=timezone.now(), newest_entry=newest, database_now=_database_now()) or OK


def clock_problem(*, now: datetime, newest_entry: datetime | None, database_now: datetime | None) -> str:
    """Say what is wrong with a clock; "" when nothing is.

    `newest_entry` is None before the first entry, `database_now` None where the database has no
    clock of its own. A difference of exactly CLOCKS_APART_AT_MOST is allowed.
    """
    if database_now is not None and abs(database_now - now) > CLOCKS_APART_AT_MOST:
        return "this machine and its database disagree about the time"
    if newest_entry is not None and newest_entry - now > CLOCKS_APART_AT_MOST:
        return "the clock stands before the newest entry of the audit trail"
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "audit triggers": check_audit_triggers,
    "disk": check_disk,
    "clock": check_clock,
}


def _ask(check: Callable[[], str]) -> str:
    try:
        return check()
    except Error:
        return "the database does not answer"  # its own words may name hosts and accounts
    except OSError as fault:
        return fault.strerror or "the disk does not answer"


def _database_now() -> datetime | None:
    """Return the database's time; None on SQLite, which asks this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
