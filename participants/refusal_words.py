"""What a validator of Django refuses, as the rule that the value breaks."""

from __future__ import annotations

from django.core.exceptions import ValidationError

_RULES = {
    "min_value": "write {limit_value} or more.",
    "max_value": "write {limit_value} or less.",
    "max_digits": "write at most {max} digits.",
    "max_decimal_places": "write at most {max} digits after the point.",
    "max_whole_digits": "write at most {max} digits before the point.",
    "max_length": "write at most {limit_value} characters.",
}


def rule_words(error: ValidationError) -> str:
    """Say which rule one error is about; the validator's own words where it is no matter of size."""
    rule = _RULES.get(error.code or "")
    if not rule:
        return " ".join(error.messages)
    return rule.format(**(error.params or {})).replace(" 1 digits", " 1 digit")


def name_of(words: object) -> str:
    """Write the name of a column at the head of a sentence: units keep their capitals."""
    name = str(words)
    return name[:1].upper() + name[1:]
