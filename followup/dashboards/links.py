"""Where the links of a page of figures lead: to the live record, or to a snapshot of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.urls import reverse

from followup.dashboards.choice import Choice

# What the screening log shows of the stages of the flow before enrolment: everybody, or one state.
LOG_STATES = {
    "considered": "", "considered-only": "pre_screened", "consented": "", "consented-only": "in_screening",
    "eligible": "", "eligible-only": "eligible",
}  # fmt: skip
FAILED = "-screen-failure"


def screening_log(figure: str, group: str, site: str) -> str:
    """Return the address of the screening log behind a number of the flow, "" where it has no part in it."""
    stage = group.removesuffix(FAILED)
    if figure != "flow" or stage not in LOG_STATES:
        return ""
    asked = {"site": site, "state": LOG_STATES[stage] if stage == group else "failed"}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("participants:screening_log") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Links:
    """The address that those of all figures begin with, and the choice that they carry along."""

    base: str
    query: str

    @classmethod
    def live(cls, choice: Choice) -> Links:
        """Return the links of the page that is read from the record as it stands."""
        return cls(reverse("followup:dashboard"), choice.query)

    def people(self, figure: str, group: str) -> str:
        """Return the address of the participants behind a number of a figure."""
        more = f"&{self.query}" if self.query else ""
        return f"{self.base}{figure}/people/?of={quote(group)}{more}"

    def file(self, name: str) -> str:
        """Return the address of a file, `flow.csv`."""
        return f"{self.base}{name}{self._asked}"

    def alone(self, figure: str) -> str:
        """Return the address of a figure alone on its page."""
        return f"{self.base}{figure}/{self._asked}"

    @property
    def _asked(self) -> str:
        return f"?{self.query}" if self.query else ""
