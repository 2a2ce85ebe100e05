"""What templates need to write days, signs and links; no query and no arithmetic of their own."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from participants.domain import day_words
from participants.domain.clock_times import clock_words
from participants.models import Query
from participants.subjects import field_words

register = template.Library()

register.filter("study_day", day_words.study_day)
register.filter("dated", day_words.dated)
register.filter("day", day_words.full_day)
register.filter("short_day", day_words.short_day)
register.filter("signed", day_words.signed)


@register.filter
def moment(at: datetime | None, zone: object) -> str:
    """Write a moment in a zone, `03 Mar 2026 14:30`; `zone` is whatever has a `tz`."""
    if at is None:
        return ""
    local = at.astimezone(zone.tz)  # type: ignore[attr-defined]
    return f"{local:%d %b %Y} {clock_words(local)}"


@register.filter
def asked_about(query: Query) -> str:
    """Write the field that a query is about; "" for the whole entry."""
    return field_words(query.subject, query.field)


@register.filter
def away(on: date | None, today: date) -> str:
    """Say how far a day is from today; "" for none."""
    return "" if on is None else day_words.away(on, today)


@register.simple_tag
def sign(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw a sign from the page's sprite; with a label it is read aloud, without it is decoration."""
    shape = format_html('<use href="#s-{}"/>', name)
    css = f"i i-{size}" if size else "i"
    if not label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', css, shape
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        css,
        label,
        label,
        shape,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """Return this page's query string with some values changed; an empty value takes one away."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}" if values else "?"
