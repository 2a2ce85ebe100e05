"""Deviations by rule, and what people judged them to be."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Count, Figure, Groups, Table, plural
from followup.dashboards.reading.frame import Frame
from participants.models import DeviationClass

TITLE = "Deviations"
DEFINITION = (
    "Deviations that were drafted by the end of the data cut's day at the site, by the judgement that stood "
    "then, whatever was judged since: at a past cut the audit trail tells it. What had been judged to be no "
    "deviation does not count, nor what the record no longer shows."
)
SOURCE = "PACER design, clinical rules, section 9 (never refuse the truth)"
# The bar is split in this order: the column, its words, and the class of its part of the bar.
PARTS = (
    (DeviationClass.IMPORTANT, "Important", "bar-3"),
    (DeviationClass.MINOR, "Minor", "bar-2"),
    ("", "To classify", "bar-o"),
)
SHOWN = 8
# Participants by classification, once for each of their deviations.
Parts = dict[str, list[int]]


def draw(frame: Frame) -> Figure:
    """Count deviations by rule and classification."""
    groups, found = Groups(), _by_rule(frame)
    order = sorted(found, key=lambda rule: (-sum(map(len, found[rule].values())), rule))
    rows = [_row(groups, rule, found[rule]) for rule in order]
    numbers = {rule: {key: len(people) for key, people in parts.items()} for rule, parts in found.items()}
    drafts = [parts.get("", []) for parts in found.values()]
    behind = [people for parts in found.values() for people in parts.values()]
    total = sum(map(len, behind))
    everybody = _count(groups, "all", "All deviations", *behind)
    open_now = _count(groups, "drafts", "Deviations to classify", *drafts)
    finding: list[str | Count] = [everybody, f" {plural(total, 'deviation')}, ", open_now, " to classify"]
    drawing = _drawing(order, numbers) if rows else None
    return Figure(
        "deviations", TITLE, finding, DEFINITION, SOURCE,
        Table("By rule", ("Rule", "All", *(words for _, words, _ in PARTS)), rows),
        drawing, "" if rows else "No deviation is on record by the data cut.", groups,
        legend=[(f".{css}", words.lower()) for _, words, css in PARTS if drawing and drawing.has(css)],
    )  # fmt: skip


def rule_words(rule: str) -> str:
    """Write the name of a rule for people."""
    words = rule.replace("_", " ").replace("-", " ").replace(".", " ")
    return words[:1].upper() + words[1:]


def _by_rule(frame: Frame) -> dict[str, Parts]:
    """Return the participants of each rule, as often as it was broken, by classification."""
    found: dict[str, Parts] = defaultdict(lambda: defaultdict(list))
    for one in frame.conduct.deviations:
        if one.participant in frame.members:
            found[one.rule][one.classification].append(one.participant)
    return found


def _row(groups: Groups, rule: str, parts: Parts) -> list[str | Count]:
    name = rule_words(rule)
    row: list[str | Count] = [name, _count(groups, f"{rule}-all", name, *parts.values())]
    for key, words, _ in PARTS:
        behind = parts.get(str(key), [])
        row.append(_count(groups, f"{rule}-{key or 'draft'}", f"{name}: {words}", behind))
    return row


def _count(groups: Groups, key: str, label: str, *found: list[int]) -> Count:
    """Count deviations; behind the number stand their participants, once for each."""
    return groups.events(key, label, "deviation", chain.from_iterable(found))


def _drawing(order: list[str], numbers: dict[str, dict[str, int]]) -> Drawing:
    shown = order[:SHOWN]
    most = max(sum(numbers[rule].values()) for rule in shown)
    drawing = Drawing(
        420, len(shown) * 28 + 6, f"Deviations by rule, the most frequent of {len(order)} rules"
    )
    for place, rule in enumerate(shown):
        top, left = place * 28 + 2, 8.0
        drawing.text("t", 8, top + 12, rule_words(rule))
        drawing.text("t t-b t-end", 416, top + 12, sum(numbers[rule].values()))
        for key, words, css in PARTS:
            number = numbers[rule].get(str(key), 0)
            width = 408 * number / most
            drawing.rect(
                css, left, top + 17, width, 6, title=f"{rule_words(rule)}, {words.lower()}: {number}"
            )
            left += width
    return drawing
