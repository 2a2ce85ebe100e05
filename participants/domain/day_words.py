"""How days are written for people: `03 Mar 2026 (Tue)`, `D+7`, `in 3 d`.

Source: PACER design, screens ("Words and signs").
"""

from datetime import date, timedelta

MINUS = "\N{MINUS SIGN}"


def signed(number: int) -> str:
    """Write a number with its sign, with the true minus; 0 has none."""
    if number < 0:
        return f"{MINUS}{-number}"
    return f"+{number}" if number else "0"


def study_day(on: date | None, day_zero: date | None) -> str:
    """Write the study day of a date: D+7, D0, D−5; "" while either is unknown."""
    return "" if on is None or day_zero is None else day_label((on - day_zero).days)


def day_label(days: int) -> str:
    """Write a distance from day zero as a study day."""
    return f"D{signed(days)}"


def full_day(on: date | None) -> str:
    """Write a date with its weekday, `03 Mar 2026 (Tue)`; "" for none."""
    return "" if on is None else f"{on:%d %b %Y (%a)}"


def short_day(on: date | None) -> str:
    """Write a date without its year, `03 Mar`; "" for none."""
    return "" if on is None else f"{on:%d %b}"


def dated(on: date | None, day_zero: date | None) -> str:
    """Write a date with its study day, `03 Mar 2026 (Tue) · D+7`."""
    return " · ".join(part for part in (full_day(on), study_day(on, day_zero)) if part)


def days(number: int) -> str:
    """Write a number of days, `1 day` or `3 days`."""
    return f"{number} day" if abs(number) == 1 else f"{number} days"


def away(on: date, today: date) -> str:
    """Say how far a day is from today: today, tomorrow, in 3 d, yesterday, 3 d ago."""
    distance = (on - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if distance in near:
        return near[distance]
    return f"in {distance} d" if distance > 0 else f"{-distance} d ago"


def age_words(born_on: date, on: date) -> str:
    """Write an age in years and months, `9 y 4 mo`; in months under a year. A day before birth is ""."""
    months = (on.year - born_on.year) * 12 + on.month - born_on.month - (on.day < born_on.day)
    if months < 0:
        return ""
    years, rest = divmod(months, 12)
    return f"{years} y {rest} mo" if years else f"{rest} mo"


def lasted(span: timedelta) -> str:
    """Write a span of time: `6 h 30`, `45 min`, `3 d 2 h`."""
    minutes = round(abs(span).total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {rest:02d}" if hours else f"{rest} min"
