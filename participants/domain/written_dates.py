"""Read a date as a person writes it, and never guess which part is the month.

Read are ISO (2026-03-03), a day with the name of its month (3 Mar 2026, 03MAR2026) and a study day
(D+28). Refused, with both readings, are digits between slashes or dots: 01/02/2026 is two days.

Source: PACER design, screens ("Words and signs") and access and audit ("Bad input").
"""

import re
from datetime import date, timedelta

EARLIEST_YEAR, LATEST_YEAR = 1900, 2150
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "sept",
)  # fmt: skip

# [0-9] and not \d: \d also matches full-width and Arabic digits.
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})[ -]?([A-Za-z]{3,9})\.?[ -]?([0-9]+)")
_STUDY_DAY = re.compile(r"[Dd](?:ay)? ?([+\-−]) ?([0-9]{1,5})|[Dd](?:ay)? ?0")
_ALL_DIGITS = re.compile(r"([0-9]{1,4})([/.])([0-9]{1,2})\2([0-9]{1,4})")
_WITH_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].+", re.DOTALL)

HOW_TO_WRITE = "Write it as 2026-03-03, 3 Mar 2026 or a study day such as D+28."


def read_date(text: str, *, day_zero: date | None = None) -> date:
    """Return the date that a text says; blanks around it do not count.

    `day_zero` None means that study days cannot be counted yet. Raises ValueError with a sentence
    for a person; it repeats the text only to show both readings of an ambiguous date.
    """
    written = text.strip()
    if not written.isascii() and not _STUDY_DAY.fullmatch(written):
        raise ValueError(f"Use plain letters and the digits 0 to 9. {HOW_TO_WRITE}")
    if found := _STUDY_DAY.fullmatch(written):
        return _study_day(found, day_zero)
    if found := _ISO.fullmatch(written):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.fullmatch(written):
        return _named(found)
    raise ValueError(_why_not(written))


def _study_day(found: re.Match[str], day_zero: date | None) -> date:
    if day_zero is None:
        raise ValueError("There is no day zero yet to count from: write a calendar date such as 3 Mar 2026.")
    distance = int(found[2] or 0) * (1 if found[1] in (None, "+") else -1)
    if abs(distance) > (LATEST_YEAR - EARLIEST_YEAR) * 365 // 4:
        raise ValueError("This study day is too far from day zero.")
    return day_zero + timedelta(days=distance)


def _named(found: re.Match[str]) -> date:
    name, year = found[2].lower(), found[3]
    if name not in MONTHS and name not in _LONG_MONTHS:
        raise ValueError(f"The name of the month is not known. {HOW_TO_WRITE}")
    if len(year) != 4:
        raise ValueError("Write the year with four digits.")
    return _real(int(year), MONTHS.index(name[:3]) + 1, int(found[1]))


def _real(year: int, month: int, day: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"The year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("There is no such day in the calendar.") from None


def _why_not(written: str) -> str:
    if found := _ALL_DIGITS.fullmatch(written):
        return _both_readings(found)
    if _WITH_TIME.fullmatch(written):
        return f"Write the date only, without a time. {HOW_TO_WRITE}"
    if re.fullmatch(r"[0-9]{8}", written):
        return f"Eight digits can be read in two ways. {HOW_TO_WRITE}"
    if re.fullmatch(r"[0-9]{4,6}", written):
        return f"This looks like a spreadsheet's number for a day. {HOW_TO_WRITE}"
    return f"This is not a date. {HOW_TO_WRITE}"


def _both_readings(found: re.Match[str]) -> str:
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        readings = _readings(int(first), [(int(second), int(third)), (int(third), int(second))])
    elif len(third) == 4:
        readings = _readings(int(third), [(int(second), int(first)), (int(first), int(second))])
    else:
        return f"Write the month as a word and the year with four digits. {HOW_TO_WRITE}"
    if not readings:
        return f"There is no such day in the calendar. {HOW_TO_WRITE}"
    return f"This can be read as {' or '.join(readings)}. Write the month as a word: {readings[0]}."


def _readings(year: int, months_and_days: list[tuple[int, int]]) -> list[str]:
    """Return the real days among some readings, written with the month as a word."""
    found = []
    for month, day in dict.fromkeys(months_and_days):
        try:
            found.append(f"{_real(year, month, day):%d %b %Y}")
        except ValueError:
            continue
    return found
