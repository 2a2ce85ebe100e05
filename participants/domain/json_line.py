"""Read one line of JSON strictly, and its values by their kinds.

JSON numbers stay text until a field asks for one, so nothing passes through binary floating point and a
number of a million digits costs nothing.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from participants.domain.decimals import decimal_from_text, whole_from_text
from participants.domain.refusal import Impossible

MAX_LINE_BYTES = 1_000_000

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_YEARS = range(1900, 2200)

Answer = dict[str, object]
Choice = TypeVar("Choice", bound=StrEnum)


class NumberText(str):
    """A JSON number as it was written."""

    __slots__ = ()


def read_object(line: bytes) -> dict[str, object]:
    """Read a line that is one JSON object in UTF-8.

    Raises Impossible for anything else: invalid UTF-8 or JSON, another kind of value, a key that occurs
    twice, nesting too deep to read, or more than MAX_LINE_BYTES.
    """
    if len(line) > MAX_LINE_BYTES:
        raise Impossible(None, "too_long", f"A line has at most {MAX_LINE_BYTES} bytes.")
    try:
        value = json.loads(
            line.decode("utf-8"),
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=NumberText,
            object_pairs_hook=_without_duplicates,
        )
    except UnicodeDecodeError:
        raise Impossible(None, "utf_8", "The line is not UTF-8 text.") from None
    except json.JSONDecodeError:
        raise Impossible(None, "json", "The line is not valid JSON.") from None
    except RecursionError:
        raise Impossible(None, "nesting", "The JSON is nested too deeply.") from None
    if not isinstance(value, dict):
        raise Impossible(None, "object", "A line is one JSON object.")
    return value


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise Impossible(shown_key(key), "duplicate_key", "A key occurs twice.")
        found[key] = value
    return found


def shown_key(key: str) -> str | None:
    """Give a key back only when it looks like one: anything else could be a value in the wrong place."""
    return key if _KEY.fullmatch(key) else None


class Values:
    """The values of one JSON object; a key that is absent is null, and null is None.

    Raises Impossible for a key that is not among `allowed`; so does each reader for a value of another kind.
    """

    def __init__(self, values: Mapping[str, object], *, allowed: Collection[str]) -> None:
        for key in values:
            if key not in allowed:
                raise Impossible(shown_key(key), "unknown_key", "This key does not belong to the scale.")
        self._values = values

    def decimal(self, name: str) -> Decimal | None:
        """Read a JSON number, or a string that is written like one."""
        return decimal_value(self._values.get(name), field=name)

    def whole(self, name: str) -> int | None:
        """Read a whole number."""
        value = self._values.get(name)
        return None if value is None else whole_from_text(_number_text(value, field=name), field=name)

    def yes_no(self, name: str) -> bool | None:
        """Read true or false, and nothing that only resembles them."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise Impossible(name, "true_or_false", "Must be true, false or null.")

    def choice(self, name: str, kind: type[Choice]) -> Choice | None:
        """Read one of the words of an enumeration."""
        value = self._values.get(name)
        return None if value is None else choice_value(value, kind, field=name)

    def items(self, name: str) -> list[object] | None:
        """Read a list."""
        value = self._values.get(name)
        if value is None or isinstance(value, list):
            return value
        raise Impossible(name, "list", "Must be a list or null.")

    def points(self, name: str, *, names: Sequence[str]) -> list[bool | None] | None:
        """Read points that were made or not: a list in the order of `names`, or an object by name.

        A point is true or 1, or false or 0; null, or absent from the object, is not recorded.
        """
        value = self._values.get(name)
        if isinstance(value, dict):
            by_name = Values(value, allowed=names)
            return [_point(by_name._values.get(each), field=name) for each in names]
        points = self.items(name)
        return None if points is None else [_point(point, field=name) for point in points]

    def day(self, name: str) -> date | None:
        """Read a date written YYYY-MM-DD, of the years 1900 to 2199."""
        value = self._values.get(name)
        return None if value is None else _calendar(value, _DAY, field=name).date()

    def moment(self, name: str) -> datetime | None:
        """Read a date and time as moment_value does."""
        value = self._values.get(name)
        return None if value is None else moment_value(value, field=name)


def decimal_value(value: object, *, field: str) -> Decimal | None:
    """Read a JSON number, or a string that is written like one; null is None. Raises Impossible."""
    return None if value is None else decimal_from_text(_number_text(value, field=field), field=field)


def choice_value(value: object, kind: type[Choice], *, field: str) -> Choice:
    """Read one of the words of an enumeration. Raises Impossible."""
    words = [str(word) for word in kind]
    if type(value) is not str or value not in words:
        raise Impossible(field, "choice", f"Must be one of: {', '.join(words)}.")
    return kind(value)


def moment_value(value: object, *, field: str) -> datetime:
    """Read YYYY-MM-DDTHH:MM, with or without seconds and offset, of the years 1900 to 2199.

    Raises Impossible. A moment without an offset is returned without one.
    """
    return _calendar(value, _MOMENT, field=field)


def _point(value: object, *, field: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, NumberText) and value in ("0", "1"):
        return value == "1"
    raise Impossible(field, "point", "A point is true, false, 1, 0 or null.")


def _number_text(value: object, *, field: str) -> str:
    if isinstance(value, str):
        return value
    raise Impossible(field, "number", "Must be a number or null.")


def _calendar(value: object, form: re.Pattern[str], *, field: str) -> datetime:
    wanted = "YYYY-MM-DD" if form is _DAY else "YYYY-MM-DDTHH:MM, if need be with an offset from UTC"
    if type(value) is not str or not form.fullmatch(value):
        raise Impossible(field, "date", f"Write it as {wanted}.")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Impossible(field, "date", "There is no such date or time.") from None
    if moment.year not in _YEARS:
        raise Impossible(field, "date", f"Must be in the years {_YEARS.start} to {_YEARS.stop - 1}.")
    return moment
