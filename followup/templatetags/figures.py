"""What the pages of the dashboards draw in Python."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from followup.dashboards.cells_html import finding_html, table_html
from followup.dashboards.drawing.svg import glyph
from followup.dashboards.figure import Figure
from followup.dashboards.links import Links

register = template.Library()
SQUARE = (
    '<svg class="fig-key" viewBox="0 0 12 12" aria-hidden="true">'
    '<rect class="key {}" x="0.5" y="0.5" width="11" height="11"/></svg> '
)


@register.simple_tag
def figure_table(figure: Figure, links: Links) -> SafeString:
    """Write a figure's table; its numbers lead to the participants behind them."""
    return table_html(figure.table, lambda group: links.people(figure.key, group))


@register.simple_tag
def figure_finding(figure: Figure, links: Links) -> SafeString:
    """Write the sentence under a figure's title; its numbers lead to the participants behind them."""
    return finding_html(figure.finding, lambda group: links.people(figure.key, group))


@register.simple_tag
def figure_sign(sign: str) -> SafeString:
    """Draw a sign of a legend: a letter in the colour of its mark, or a square."""
    letter, css = glyph(sign)
    if letter:
        return format_html('<b class="{}" aria-hidden="true">{}</b> ', css, letter)
    return format_html(SQUARE, css) if css else SafeString()


@register.simple_tag
def figure_file(links: Links, figure: Figure, ending: str) -> str:
    """Return the address of a figure as a file."""
    return links.file(f"{figure.key}.{ending}")


@register.simple_tag
def figure_alone(links: Links, figure: Figure) -> str:
    """Return the address of a figure alone on its page."""
    return links.alone(figure.key)
