"""Stack the lanes into one figure: the plot, and the gutter with their names that stays in sight. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from followup.timeline.canvas import GUTTER, MARGIN, PLOT, Canvas, Zoom
from followup.timeline.choice import Choice, busy_days
from followup.timeline.facts import Course
from followup.timeline.header import header_of, over, title_of, under
from followup.timeline.labels import fit
from followup.timeline.lanes.doses import anakinra_lane
from followup.timeline.lanes.drugs import other_drugs_lane, steroid_lane, tocilizumab_lane
from followup.timeline.lanes.events import adverse_events_lane, infections_lane
from followup.timeline.lanes.grades import crs_lane, icans_lane
from followup.timeline.lanes.outcome import outcome_lane
from followup.timeline.lanes.place import phase_lane, place_lane
from followup.timeline.lanes.support import oxygen_lane, vasopressor_lane
from followup.timeline.lanes.temperature import temperature_lane
from followup.timeline.lanes.visits import visits_lane
from followup.timeline.marks import Lane, Line, Mark, Shape, Text, rounded
from followup.timeline.scale import scale_of

Draw = Callable[[Course, Canvas], Lane]
LANES: tuple[Draw, ...] = (
    phase_lane, place_lane, visits_lane, crs_lane, icans_lane, temperature_lane, vasopressor_lane,
    oxygen_lane, anakinra_lane, tocilizumab_lane, steroid_lane, other_drugs_lane, infections_lane,
    adverse_events_lane, outcome_lane,
)  # fmt: skip
_DRUGS_UNTIL = LANES.index(infections_lane)
# The width of a day below which nothing is folded any more, and below which the figure grows.
_COMFORTABLE = {Zoom.HOUR: 68.0, Zoom.DAY: 10.5, Zoom.MONTH: 2.6}
_LEAST = {Zoom.HOUR: 56.0, Zoom.DAY: 5.0, Zoom.MONTH: 0.4}
_NAME_X = 8.0
_HEADING = 42


@dataclass(frozen=True)
class PlacedLane:
    """A lane with the place of its upper edge."""

    lane: Lane
    top: float

    @property
    def transform(self) -> str:
        """The lane's place, as SVG writes it."""
        return f"translate(0 {rounded(self.top)})"


@dataclass(frozen=True)
class Figure:
    """The whole picture; `gutter` and plot have one height and stand side by side."""

    title: str
    dates: str
    lanes: tuple[PlacedLane, ...]
    under: tuple[Shape, ...]
    over: tuple[Shape, ...]
    gutter: tuple[PlacedLane, ...]
    gutter_shapes: tuple[Shape, ...]
    width: int
    height: int
    lead: Mark | None
    now_x: str
    bare: tuple[str, ...]
    is_wide: bool
    gutter_width: int = round(GUTTER)

    @property
    def marks(self) -> list[tuple[str, Mark]]:
        """Every mark with the name of its lane."""
        return [(placed.lane.name, mark) for placed in self.lanes for mark in placed.lane.marks]

    @property
    def names(self) -> list[str]:
        """The names of the lanes that are drawn."""
        return [placed.lane.name for placed in self.lanes]

    @property
    def has_legend(self) -> bool:
        """Whether anything but bars with words is drawn."""
        return bool(set(self.names) - {"Phase", "Place", "Vasopressors", "Oxygen", "Infections"})

    @property
    def full_width(self) -> int:
        """Gutter and plot together."""
        return self.width + self.gutter_width

    @property
    def file_height(self) -> int:
        """The height of the picture as a file, with its heading."""
        return self.height + _HEADING

    @property
    def plot_transform(self) -> str:
        """Where the plot begins when gutter and plot are one picture."""
        return f"translate({self.gutter_width} 0)"


def canvas_of(course: Course, choice: Choice) -> Canvas:
    """Make the scale of a range and its canvas."""
    scale = scale_of(
        choice.first_on.toordinal(),
        choice.last_on.toordinal(),
        busy=busy_days(course),
        width=PLOT,
        comfortable=_COMFORTABLE[choice.zoom],
        least=_LEAST[choice.zoom],
    )
    return Canvas(
        scale, course.zone, choice.zoom, choice.axis, course.day_zero, course.now, died_on=course.died_on
    )


def draw(course: Course, canvas: Canvas) -> Figure:
    """Draw every lane that has anything to show in the whole course."""
    header = header_of(course, canvas)
    placed: list[PlacedLane] = []
    top, drugs_end = header.height, header.height
    bare: list[str] = []
    for number, lane_of in enumerate(LANES):
        lane = lane_of(course, canvas)
        if lane.is_bare:
            bare.append(lane.name)
            continue
        placed.append(PlacedLane(lane, top))
        top += lane.height
        drugs_end = top if number < _DRUGS_UNTIL else drugs_end
    bottom = top + 4
    title, dates = title_of(canvas)
    return Figure(
        title=title,
        dates=dates,
        lanes=tuple(placed),
        under=(*under(course, canvas, drugs_end, bottom), *header.shapes, *_rules(placed, 0, canvas.width)),
        over=tuple(over(canvas, bottom)),
        gutter=tuple(placed),
        gutter_shapes=tuple(_names(placed)),
        width=round(canvas.width + MARGIN),
        height=round(bottom),
        lead=_lead(placed, canvas),
        now_x=rounded(canvas.x(canvas.now)) if canvas.scale.holds(canvas.now_position) else "",
        bare=tuple(bare),
        is_wide=canvas.width > PLOT + 1,
    )


def _rules(placed: list[PlacedLane], left: float, right: float) -> list[Shape]:
    return [Line("hair", left, each.top, right, each.top) for each in placed if _has_rule_above(each, placed)]


def _has_rule_above(each: PlacedLane, placed: list[PlacedLane]) -> bool:
    number = placed.index(each)
    return number == 0 or placed[number - 1].lane.has_rule


def _names(placed: list[PlacedLane]) -> list[Shape]:
    shapes: list[Shape] = [*_rules(placed, 0, GUTTER)]
    for each in placed:
        shapes.append(Text("t t-b", _NAME_X, each.top + 18, each.lane.name))
        if each.lane.sub and each.lane.height > 36:
            shapes.append(Text("t-3", _NAME_X, each.top + 33, fit(each.lane.sub, GUTTER - _NAME_X - 4)))
    return shapes


def _lead(placed: list[PlacedLane], canvas: Canvas) -> Mark | None:
    """Choose the mark that the reader is told first: the trigger, else what lies nearest to now."""
    marks = [mark for each in placed for mark in each.lane.marks]
    told = next((mark for mark in marks if mark.is_lead), None)
    if told or not marks:
        return told
    visits = [mark for each in placed if each.lane.name == "Visits" for mark in each.lane.marks]
    x = canvas.x(canvas.now)
    return min(visits or marks, key=lambda mark: abs(mark.x - x))
