"""The planner's statement: all reminders of one rule and one day, inserted in one go.

Time zones stay out of the database: Python makes a small calendar, which is joined on equality,
so the same text runs on PostgreSQL and SQLite. What it means is in followup.domain.reminders,
against which a test compares it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper

from followup.domain.local_time import local_moment
from followup.domain.reminders import RULES, URGENCY, Kind, Rule

# Which visits have a reminder of a kind that counts from one of some dates.
_STANDS = "v.appointment IN ('scheduled', 'confirmed')"
_CONDITION: dict[Kind, str] = {
    Kind.UPCOMING: f"(({_STANDS} AND v.scheduled_on IN ({{0}}))"
    f" OR (NOT {_STANDS} AND v.target_on IN ({{0}})))",
    Kind.OPENS: "(v.opens_on IN ({0}) AND v.opens_on < v.target_on)",
    Kind.DUE: "v.target_on IN ({0})",
    Kind.CLOSES: "(v.closes_on IN ({0}) AND v.closes_on > v.target_on)",
    Kind.OVERDUE: "(v.closes_on IN ({0}) AND NOT v.is_projected)",
}

# May be wanted again: nobody can have read it.
_REVIVABLE = (
    "{0}.state IN ('cancelled', 'suppressed') AND {0}.unknown_count = 0 AND {0}.covered_by_id IS NULL"
)

_DELEGATED = """{0}.site_id = f.site_id AND {0}.role = 'coordinator' AND {0}.starts_at <= c.due_at
        AND ({0}.ends_at IS NULL OR {0}.ends_at > %s)"""

# The day of expiry is worked out once a visit, not once for each row of the calendar it is compared with.
_WANTED = """
WITH calendar (zone, due_at, expires_on, expires_at) AS (VALUES {calendar}),
found AS MATERIALIZED (
    SELECT v.id, v.participant_id, v.dates_set_at, p.site_id, p.coordinator_id, s.zone,
        {expires_on} AS expires_on
    FROM followup_visit v
    JOIN participants_participant p ON p.id = v.participant_id
    JOIN participants_site s ON s.id = p.site_id
    WHERE v.outcome = '' AND v.mode IN ('visit', 'contact') AND {falls_due} AND NOT ({outranked})
        {only_changed}
),
wanted AS (
    SELECT DISTINCT %s || f.id || %s || d.staff_id AS dedupe_key, f.id AS visit_id, f.participant_id,
        d.staff_id, c.due_at, c.expires_at, f.dates_set_at
    FROM found f
    JOIN calendar c ON c.zone = f.zone AND c.expires_on = f.expires_on
    JOIN participants_delegation d ON {delegated}
    JOIN participants_staffmember m ON m.id = d.staff_id AND m.is_active
    WHERE c.due_at > %s AND c.due_at <= %s AND c.expires_at > %s
        AND (d.staff_id = f.coordinator_id OR NOT EXISTS (
            SELECT 1 FROM participants_delegation n
            JOIN participants_staffmember nm ON nm.id = n.staff_id AND nm.is_active
            WHERE n.staff_id = f.coordinator_id AND {named_delegated}))
)
"""

_INSERT = """
INSERT INTO followup_reminder (dedupe_key, rule, participant_id, visit_id, recipient_id, mail_class,
    reference_on, planned_at, due_at, expires_at, state, state_reason, attempts, unknown_count,
    next_attempt_at, lease_token, last_phase, message_id, link_reference)
SELECT w.dedupe_key, %s, w.participant_id, w.visit_id, w.staff_id, 'routine',
    %s, %s, w.due_at, w.expires_at, 'due', '', 0, 0, w.due_at, '', '', '<' || {random} || %s, {random}
FROM wanted w
LEFT JOIN followup_reminder r ON r.dedupe_key = w.dedupe_key
WHERE (r.id IS NULL AND w.due_at >= w.dates_set_at) OR ({revivable_row})
ON CONFLICT (dedupe_key) DO UPDATE SET state = 'due', state_reason = '', revived_at = excluded.planned_at,
    due_at = excluded.due_at, expires_at = excluded.expires_at, next_attempt_at = excluded.due_at
WHERE {revivable}
RETURNING revived_at
"""


@dataclass(frozen=True)
class Fragment:
    """A piece of a statement with what fills its places."""

    text: str
    values: list[Any]


@dataclass(frozen=True)
class Range:
    """What one planning looks at: due after `since` up to `until`, its end included, for live moments.

    `changed_since` keeps the visits changed after a moment, None keeps all.
    """

    since: datetime
    until: datetime
    changed_since: datetime | None = None


@dataclass(frozen=True)
class Made:
    """What all reminders of one planning share: the sites' zones, its start, the host in Message-IDs."""

    zones: Sequence[ZoneInfo]
    planned_at: datetime
    domain: str


def random_hex(vendor: str) -> str:
    """Return the expression for 32 random hexadecimal digits, new for each row, from the system's source."""
    return (
        "replace(CAST(gen_random_uuid() AS text), '-', '')"
        if vendor == "postgresql"
        else "lower(hex(randomblob(16)))"
    )


def plan_rule(
    connection: BaseDatabaseWrapper, rule: Rule, due_on: date, asked: Range, made: Made
) -> tuple[int, int]:
    """Insert the reminders of one rule that fall due on one day; return how many are new and revived."""
    calendar = _calendar(connection, rule, due_on, asked, made.zones)
    if not calendar.values:
        return 0, 0
    wanted = _wanted(connection, rule, due_on, asked, calendar)
    planned_at = connection.ops.adapt_datetimefield_value(made.planned_at)
    shared = [str(rule.kind), rule.reference_of(due_on), planned_at, f"@{made.domain}>"]
    text = wanted.text + _INSERT.format(
        random=random_hex(connection.vendor),
        revivable_row=_REVIVABLE.format("r"),
        revivable=_REVIVABLE.format("followup_reminder"),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, wanted.values + shared)
        # Judged here: SQLite 3.40 returns 1 for "revived_at IS NOT NULL" of an inserted row.
        revived = [moment_of_revival is not None for (moment_of_revival,) in cursor.fetchall()]
    return revived.count(False), revived.count(True)


def _wanted(
    connection: BaseDatabaseWrapper, rule: Rule, due_on: date, asked: Range, calendar: Fragment
) -> Fragment:
    """Choose the visits and whom to tell; the places are filled in the order in which they stand."""
    moment = connection.ops.adapt_datetimefield_value
    since, until = moment(asked.since), moment(asked.until)
    falls_due, outranked = _on_day([rule], due_on), _on_day(_more_urgent(rule), due_on)
    expires_on = _next_day(rule, due_on)
    changed = Fragment("", [])
    if asked.changed_since is not None:
        changed = Fragment("AND v.changed_at > %s", [moment(asked.changed_since)])
    text = _WANTED.format(
        calendar=calendar.text,
        expires_on=expires_on.text,
        delegated=_DELEGATED.format("d"),
        named_delegated=_DELEGATED.format("n"),
        falls_due=falls_due.text,
        outranked=outranked.text,
        only_changed=changed.text,
    )
    key = [f"{rule.kind}:visit:", f":{rule.reference_of(due_on)}:{rule.ordinal}:"]
    found = [*expires_on.values, *falls_due.values, *outranked.values, *changed.values]
    return Fragment(text, [*calendar.values, *found, *key, until, since, until, until, until])


def _calendar(
    connection: BaseDatabaseWrapper, rule: Rule, due_on: date, asked: Range, zones: Iterable[ZoneInfo]
) -> Fragment:
    """List for each zone in which the day's hour lies in the range the moments it may expire at."""
    rows: list[Any] = []
    moment = connection.ops.adapt_datetimefield_value
    for zone in zones:
        due_at = local_moment(due_on, rule.at, zone)
        if not asked.since < due_at <= asked.until:
            continue
        for expires_on in _days_after(rule, due_on):
            rows += [str(zone), moment(due_at), expires_on, moment(local_moment(expires_on, rule.at, zone))]
    return Fragment(", ".join(["(%s, %s, %s, %s)"] * (len(rows) // 4)), rows)


def _days_after(rule: Rule, due_on: date) -> Sequence[date]:
    return [due_on + timedelta(days=later) for later in range(1, rule.life_days + 1)]


def _more_urgent(rule: Rule) -> list[Rule]:
    return [other for other in RULES if URGENCY[other.kind] > URGENCY[rule.kind]]


def _on_day(rules: Iterable[Rule], day: date) -> Fragment:
    """Say which visits have a reminder of one of the rules due on a day."""
    references: dict[Kind, list[date]] = defaultdict(list)
    for rule in rules:
        references[rule.kind].append(rule.reference_of(day))
    texts, values = [], []
    for kind, dates in references.items():
        places = _CONDITION[kind].format(", ".join(["%s"] * len(dates)))
        texts.append(places)
        values += dates * (places.count("%s") // len(dates))
    return Fragment(" OR ".join(texts) or "1 = 0", values)


def _next_day(rule: Rule, due_on: date) -> Fragment:
    """Choose the day on which the visit's next reminder falls due, or on which the rule's life ends."""
    *before_last, last = _days_after(rule, due_on)
    texts, values = [], []
    for day in before_last:
        condition = _on_day(RULES, day)
        texts.append(f"WHEN {condition.text} THEN %s")
        values += [*condition.values, day]
    return Fragment(f"CASE {' '.join(texts)} ELSE %s END", [*values, last])
