"""What the pages about reminders show: what will go out, what went, what did not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from followup.domain.local_time import local_moment
from followup.domain.recipients import recipients
from followup.domain.reminders import KIND_NAMES, OVERDUE_UNTIL_DAYS, Kind, moments
from followup.models import Reminder, ReminderAttempt, ReminderState, Visit
from followup.models.reminder import WAITING
from followup.reminded import holders_at, sites_told_of, subject_of
from participants.models import Participant, StaffMember
from participants.pages.keyset import KeysetPage, keyset_page

COMING_DAYS = 14
COMING_MOST = 30
FAILED_MOST = 50
# More open visits than a coordinator has are not looked through for a page.
VISITS_MOST = 2000

WENT = (ReminderState.SENT, ReminderState.UNCONFIRMED)
NOT_SAID = (ReminderState.CANCELLED, ReminderState.EXPIRED, ReminderState.SUPPRESSED, ReminderState.DEAD)
CHOICES = {"": "All", "waiting": "Waiting", "went": "Went out", "not": "Did not go out"}
SIGNS = {**dict.fromkeys(WAITING, "clock"), **dict.fromkeys(NOT_SAID, "missed"), ReminderState.SENT: "done"}


@dataclass(frozen=True)
class Row:
    """One reminder with its fate: its own, or that of the mail that carries it."""

    reminder: Reminder

    @property
    def _mail(self) -> Reminder:
        carried_by = self.reminder.covered_by
        return carried_by if carried_by is not None else self.reminder

    @property
    def label(self) -> str:
        """What it is about."""
        return KIND_NAMES[Kind(self.reminder.rule)]

    @property
    def state(self) -> str:
        """What became of it, in words."""
        if self.reminder.state == ReminderState.COVERED:
            return f"{self._mail.get_state_display()}, with others in one mail"
        return self.reminder.get_state_display()

    @property
    def reason(self) -> str:
        """Why it is in its state, "" where the state says all."""
        return self.reminder.state_reason or self._mail.state_reason

    @property
    def sent_at(self) -> datetime | None:
        """When the mail server took it."""
        return self._mail.sent_at

    @property
    def sign_name(self) -> str:
        """The sign of its state."""
        state = self._mail.state if self.reminder.state == ReminderState.COVERED else self.reminder.state
        return SIGNS.get(ReminderState(state), "query")


@dataclass(frozen=True)
class Coming:
    """A reminder that will be planned if the visit stays as it is."""

    visit: Visit
    label: str
    due_at: datetime


@dataclass(frozen=True)
class Held:
    """What was held back for one participant."""

    participant: Participant
    number: int
    oldest_at: datetime


def read_rows(person: StaffMember, choice: str, after: str) -> KeysetPage[Reminder]:
    """Read a page of the person's own reminders about visits, newest first."""
    own = Reminder.objects.visible_to(person).filter(visit__isnull=False)
    own = own.select_related("visit__planned_visit", "participant", "covered_by")
    return keyset_page(_chosen(own, choice), "id", after, descending=True)


def _chosen(own: QuerySet[Reminder], choice: str) -> QuerySet[Reminder]:
    states = {"waiting": WAITING, "went": WENT, "not": NOT_SAID}.get(choice)
    if states is None:
        return own
    return own.filter(Q(state__in=states) | Q(state=ReminderState.COVERED, covered_by__state__in=states))


def read_failed(person: StaffMember) -> list[Reminder]:
    """List the person's mails that could not be handed over for certain, with each try."""
    failed = Reminder.objects.visible_to(person).dead().select_related("visit", "participant")
    tries = Prefetch("tries", queryset=ReminderAttempt.objects.order_by("started_at", "pk"))
    failed = failed.prefetch_related(tries).annotate(carried=Count("covers"))
    return list(failed.order_by("-due_at", "-pk")[:FAILED_MOST])


def read_held(person: StaffMember) -> list[Held]:
    """List what waits to be let go at the sites whose records the person writes, by participant."""
    held = Reminder.objects.held_where(person).select_related("participant")
    found: dict[int, Held] = {}
    for reminder in held.order_by("participant__study_id", "due_at"):
        if reminder.participant is not None:
            known = found.get(reminder.participant.pk, Held(reminder.participant, 0, reminder.due_at))
            found[reminder.participant.pk] = Held(known.participant, known.number + 1, known.oldest_at)
    return list(found.values())


def read_coming(person: StaffMember, now: datetime) -> list[Coming]:
    """List what will be said to a person within a fortnight if nothing changes, soonest first."""
    return sorted(_coming(person, now), key=lambda coming: coming.due_at)[:COMING_MOST]


def _coming(person: StaffMember, now: datetime) -> Iterator[Coming]:
    for visit in _own_visits(person, now):
        subject = subject_of(visit)
        for moment in moments(subject) if subject else []:
            due_at = local_moment(moment.due_on, moment.rule.at, visit.participant.site.tz)
            if now < due_at <= now + timedelta(days=COMING_DAYS):
                yield Coming(visit, KIND_NAMES[moment.rule.kind], due_at)


def _own_visits(person: StaffMember, now: datetime) -> Iterator[Visit]:
    """Yield the open visits near their dates about which this person would be told now."""
    near = Q(closes_on__gte=now.date() - timedelta(days=OVERDUE_UNTIL_DAYS + 1))
    near &= Q(opens_on__lte=now.date() + timedelta(days=2 * COMING_DAYS + 1)) | Q(scheduled_on__isnull=False)
    told_of = Participant.objects.visible_to(person).filter(site__in=sites_told_of(person, now))
    near_own = Visit.objects.open().filter(near, participant__in=told_of.order_by().values("pk"))
    visits = near_own.for_pages().order_by("target_on", "pk")[:VISITS_MOST]
    holders = holders_at({visit.participant.site_id for visit in visits}, now)
    for visit in visits:
        participant = visit.participant
        there = holders.get(participant.site_id, [])
        if person.pk in recipients(participant.coordinator_id, there, due_at=now, now=now):
            yield visit


def sent_today(person: StaffMember, now: datetime) -> int:
    """Count the mails that went to a person since midnight on their own clock."""
    midnight = now.astimezone(person.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    return Reminder.objects.visible_to(person).filter(sent_at__gte=midnight).count()
