"""The queries about entries, as balloons beside what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from participants.access import holds
from participants.domain.roles import Capability
from participants.forms.facts import FactForm
from participants.models import Participant, Query, Site, StaffMember
from participants.models.base import Fact
from participants.subjects import field_words, subject_of

# Where an answer leads back to.
TAB, ENTRY = "tab", "entry"


@dataclass(frozen=True)
class Balloon:
    """One query that is not closed, with what the reader may do about it; `about` is its field in words."""

    query: Query
    site: Site
    about: str
    may_answer: bool
    may_close: bool
    back: str

    @property
    def form_id(self) -> str:
        """Name the forms that the balloon's fields belong to, which stand elsewhere on the page."""
        return f"query-{self.query.pk}"


def read_balloons(
    participant: Participant, person: StaffMember, *, back: str = TAB
) -> Mapping[str, list[Balloon]]:
    """Return the queries about each subject, in a constant number of statements."""
    site = participant.site
    may_answer = holds(person, Capability.WRITE_RECORDS, site)
    may_close = holds(person, Capability.CLOSE_QUERIES, site)
    rows = Query.objects.filter(participant=participant).unsettled().exclude(subject="")
    found: dict[str, list[Balloon]] = defaultdict(list)
    for row in rows.select_related("raised_by", "answered_by"):
        about = field_words(row.subject, row.field)
        found[row.subject].append(Balloon(row, site, about, may_answer, may_close, back))
    return found


def put_beside(form: FactForm, person: StaffMember, fact: Fact) -> list[Balloon]:
    """Put the queries about an entry beside the fields of its form, and return them all.

    One about the whole entry, or about what the form does not ask for, stands beside no field.
    """
    balloons = read_balloons(form.participant, person, back=ENTRY).get(subject_of(fact), [])
    by_field: dict[str, list[Balloon]] = defaultdict(list)
    for balloon in balloons:
        if name := form.field_of(balloon.query.field):
            by_field[name].append(balloon)
    for name, asked in by_field.items():
        field = form.fields[name]
        field.help_text = _beside(str(field.help_text), asked)
        field.balloons = asked  # type: ignore[attr-defined]
    return balloons


def beside_none(form: FactForm, balloons: Iterable[Balloon]) -> list[Balloon]:
    """Return the queries that stand beside no field of the form."""
    return [each for each in balloons if not form.field_of(each.query.field)]


def _beside(help_text: str, balloons: list[Balloon]) -> SafeString:
    context = {"help_text": help_text, "balloons": balloons, "is_apart": True}
    return render_to_string("participants/_balloons.html", context)
