"""From a day and hour at a site to a moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_MINUTE = timedelta(minutes=1)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which clocks in a zone show a local time.

    A time that clocks skip moves to the next minute they show, one that they show twice is the
    first. Moves to another day only where a zone has skipped the whole of one.

    Source: PACER design, reminders, "Time".
    """
    wanted = datetime.combine(day, at)
    while True:
        moment = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wanted:
            return moment
        wanted += ONE_MINUTE
