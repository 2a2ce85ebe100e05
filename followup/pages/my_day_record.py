"""The cards of My day that are about the record: deviations, consent, evidence, planned dates that passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from followup.domain.urgency import Urgency, urgency_of_day
from followup.pages.tabs import tab_address
from followup.pages.tasks import Task
from followup.pages.todays import Todays, by_today
from participants.anchors import known_dates
from participants.domain.day_words import away, full_day, short_day
from participants.domain.eligibility import SignedConsent, expires_on, needs_adult_consent
from participants.domain.lifecycle import ENDED, Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.models import Consent, CriterionCheck, Deviation, Milestone, Participant, StaffMember

# [setting] how long before the 18th birthday own consent is prepared.
ADULT_CONSENT_DAYS = 30
_BEFORE_LD = (Phase.SCREENING, Phase.ELIGIBLE, Phase.ENROLLED)
# More than these need a list of their own, which is there.
DRAFTS_SHOWN = 40
LAST, FIRST = 1000, -1000


def record_tasks(person: StaffMember, days: Todays) -> list[Task]:
    """List what the record wants of a person; the same number of statements for any number of rows."""
    return [
        *_deviations(person),
        *_passed_plans(person, days),
        *_adult_consents(person, days),
        *_expiring_evidence(person, days),
    ]


def _deviations(person: StaffMember) -> Iterator[Task]:
    rows = Deviation.objects.visible_to(person, Capability.CLASSIFY_DEVIATIONS).drafts()
    for deviation in rows.select_related("participant__site").order_by("-drafted_at", "-pk")[:DRAFTS_SHOWN]:
        site = deviation.participant.site
        drafted_on = site.today(deviation.drafted_at)
        yield Task(
            urgency=Urgency.WEEK,
            rank=LAST,
            sign="dev",
            verb="Classify the deviation of",
            participant=deviation.participant,
            rest="",
            detail=f"{deviation.summary} · drafted by the system",
            when="Draft",
            when_sub=f"since {short_day(drafted_on)}",
            button="Classify",
            href=reverse("participants:deviation", args=[deviation.pk]),
        )


def _passed_plans(person: StaffMember, days: Todays) -> Iterator[Task]:
    """Ask for the event, or a new date, where a planned one has passed."""
    passed = by_today(days, lambda day: Q(on__lt=day))
    rows = Milestone.objects.visible_to(person, Capability.WRITE_RECORDS).standing().planned().filter(passed)
    plans = [row for row in rows.select_related("participant__site") if row.participant.phase not in ENDED]
    known = known_dates([row.participant_id for row in plans])
    for plan in plans:
        happened = known[plan.participant_id].get(plan.kind)
        if happened is not None and not happened.is_planned:
            continue
        today, kind = days[plan.participant.site_id], MilestoneKind(plan.kind)
        yield Task(
            urgency=Urgency.TODAY,
            rank=FIRST,
            sign="clock",
            verb=f"Record the {kind.label} of",
            participant=plan.participant,
            rest="or a new planned date",
            detail=f"It was planned for {full_day(plan.on)}; visits stay projected until then",
            when=away(plan.on, today),
            when_sub="planned date",
            button="Record",
            href=reverse("followup:anchor", args=[plan.participant_id, plan.kind]),
        )


def _adult_consents(person: StaffMember, days: Todays) -> Iterator[Task]:
    born = by_today(days, lambda day: Q(birth_on__lte=_eighteen_years_before(day)), "site")
    people = Participant.objects.visible_to(person, Capability.WRITE_RECORDS).on_study().filter(born)
    waiting = list(people.select_related("site"))
    signed: dict[int, list[SignedConsent]] = defaultdict(list)
    for row in Consent.objects.standing().filter(participant__in=waiting).select_related("consent_version"):
        signed[row.participant_id].append(SignedConsent(row.kind, row.consent_version.label, row.signed_on))
    for one in waiting:
        birthday, today = needs_adult_consent(signed[one.pk], one.birth), days[one.site_id]
        if birthday is not None and birthday <= today + timedelta(days=ADULT_CONSENT_DAYS):
            yield _adult_consent(one, birthday, today)


def _eighteen_years_before(day: date) -> date:
    """Return a day on or before which everybody was born whose own consent is to be prepared on a day."""
    later = day + timedelta(days=ADULT_CONSENT_DAYS)
    # The first of the next month: a bound that no month is too short for.
    return date(later.year - 18 + later.month // 12, later.month % 12 + 1, 1)


def _adult_consent(participant: Participant, birthday: date, today: date) -> Task:
    is_adult = birthday <= today
    return Task(
        urgency=Urgency.TODAY if is_adult else Urgency.WEEK,
        rank=0,
        sign="consent",
        verb="Re-consent",
        participant=participant,
        rest="as an adult",
        detail=f"{'Turned' if is_adult else 'Turns'} 18 on {short_day(birthday)}. Data entry is not blocked",
        when=f"{birthday:%a %d %b}",
        when_sub=away(birthday, today),
        button="Prepare",
        href=tab_address("participants:consents", participant),
    )


def _expiring_evidence(person: StaffMember, days: Todays) -> Iterator[Task]:
    """Warn before dated evidence can no longer count for the start of lymphodepletion."""
    rows = CriterionCheck.objects.visible_to(person, Capability.WRITE_RECORDS).standing()
    rows = rows.filter(criterion__evidence_expires=True, evidence_on__isnull=False)
    rows = rows.filter(participant__phase__in=[str(phase) for phase in _BEFORE_LD])
    for check in rows.select_related("participant__site__study", "criterion"):
        site = check.participant.site
        last = expires_on(check.evidence_on or date.min, site.study.evidence_days)
        urgency = urgency_of_day(last, days[site.pk])
        if urgency is not Urgency.LATER:
            yield _expiring(check, last, urgency, days[site.pk])


def _expiring(check: CriterionCheck, last: date, urgency: Urgency, today: date) -> Task:
    has_expired = last < today
    return Task(
        urgency=urgency,
        rank=-1,
        sign="clock",
        verb="Renew the evidence of",
        participant=check.participant,
        rest=f"for {check.criterion.code}",
        detail=f"Dated {short_day(check.evidence_on)}; lymphodepletion may start until {full_day(last)}",
        when="Expired" if has_expired else f"Expires {last:%a}",
        when_sub=away(last, today),
        button="Screening",
        href=tab_address("participants:screening", check.participant),
    )
