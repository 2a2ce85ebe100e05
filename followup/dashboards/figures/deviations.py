"""Deviations by rule, and what people judged them to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection

from django.db.models import Count as Number
from django.db.models import QuerySet

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Count, Figure, Groups, Table, plural
from followup.dashboards.reading.frame import Frame
from participants.models import Deviation, DeviationClass

TITLE = "Deviations"
DEFINITION = (
    "Drafts and classified deviations that were drafted by the end of the data cut's day at the site; what "
    "no longer applies or was judged to be no deviation does not count. A number opens the participants."
)
SOURCE = "PACER design, clinical rules, section 9 (never refuse the truth)"
# The bar is split in this order: the column, its words, and the class of its part of the bar.
PARTS = (
    (DeviationClass.IMPORTANT, "Important", "bar-3"),
    (DeviationClass.MINOR, "Minor", "bar-2"),
    ("", "To classify", "bar-o"),
)
SHOWN = 8


def draw(frame: Frame) -> Figure:
    """Count deviations by rule and classification."""
    groups = Groups()
    counted = _rows(frame).values_list("rule", "classification").annotate(number=Number("pk")).order_by()
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for rule, classification, number in counted:
        numbers[rule][classification] = number
    order = sorted(numbers, key=lambda rule: (-sum(numbers[rule].values()), rule))
    rows = [_row(frame, groups, rule, numbers[rule]) for rule in order]
    total = sum(sum(each.values()) for each in numbers.values())
    open_now = sum(each.get("", 0) for each in numbers.values())
    everybody = groups.later("all", "All deviations", total, _people(frame, "", None))
    drafts = groups.later("drafts", "Deviations to classify", open_now, _people(frame, "", ""))
    finding: list[str | Count] = [everybody, f" {plural(total, 'deviation')}, ", drafts, " to classify"]
    return Figure(
        "deviations", TITLE, finding, DEFINITION, SOURCE,
        Table("By rule", ("Rule", "All", *(words for _, words, _ in PARTS)), rows),
        _drawing(order, numbers) if rows else None,
        "" if rows else "No deviation is on record by the data cut.", groups,
        legend=[(f".{css}", words.lower()) for _, words, css in PARTS],
    )  # fmt: skip


def rule_words(rule: str) -> str:
    """Write the name of a rule for people."""
    words = rule.replace("_", " ").replace("-", " ").replace(".", " ")
    return words[:1].upper() + words[1:]


def _rows(frame: Frame) -> QuerySet[Deviation]:
    return frame.of_members(Deviation.objects.counted().filter(frame.by_cut("drafted_at")))


def _row(frame: Frame, groups: Groups, rule: str, numbers: dict[str, int]) -> list[str | Count]:
    name = rule_words(rule)
    row: list[str | Count] = [name]
    row.append(groups.later(f"{rule}-all", name, sum(numbers.values()), _people(frame, rule, None)))
    for key, words, _ in PARTS:
        people = _people(frame, rule, str(key))
        row.append(
            groups.later(f"{rule}-{key or 'draft'}", f"{name}: {words}", numbers.get(str(key), 0), people)
        )
    return row


def _people(frame: Frame, rule: str, classification: str | None) -> Callable[[], Collection[int]]:
    """Return the query for whom a rule concerns; "" is every rule, a classification of None every one."""

    def read() -> Collection[int]:
        rows = _rows(frame)
        if rule:
            rows = rows.filter(rule=rule)
        if classification is not None:
            rows = rows.filter(classification=classification)
        return set(rows.values_list("participant_id", flat=True))

    return read


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
