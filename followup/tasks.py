"""What Celery rings for; every task has a command that does the same without it."""

from celery import shared_task
from django.utils import timezone

from followup.actions.schedule import sweep_schedules
from followup.actions.standing import refresh_figures
from followup.cycle import run_cycle
from participants.audit import Actor


@shared_task(name="followup.reminder_cycle")
def reminder_cycle() -> None:
    """Plan and hand over reminders; the same as manage.py reminder_cycle."""
    run_cycle(now=timezone.now())


@shared_task(name="followup.sweep_schedules")
def sweep() -> None:
    """Bring every schedule in step with its record; the same as manage.py sweep_schedules."""
    sweep_schedules(by=Actor.machine("system:sweep"))


# Drawing the figures of a million participants takes minutes, and harms nobody meanwhile.
@shared_task(name="followup.refresh_figures", time_limit=30 * 60)
def refresh() -> None:
    """Draw the standing figures again that have changed; the same as manage.py refresh_figures."""
    refresh_figures(now=timezone.now())
