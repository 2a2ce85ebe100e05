"""What the reader chose once for the whole page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from participants.domain.written_dates import read_date
from participants.models import Product

DENOMINATORS = {
    "consented": "Consented",
    "eligible": "Eligible",
    "enrolled": "Enrolled",
    "infused": "Infused",
    "triggered": "Trigger met",
    "treated": "Treated with anakinra",
}


@dataclass(frozen=True)
class Choice:
    """The study, site, product, schedule version, denominator and data cut; "" and None are no choice.

    Facts dated after the cut do not count; the cut's own day does.
    """

    study: str = ""
    site: str = ""
    product: str = ""
    version: str = ""
    denominator: str = "infused"
    cut_on: date | None = None

    @classmethod
    def of(cls, values: QueryDict) -> Choice:
        """Read the choice from an address; unknown values count as no choice."""
        denominator, product = values.get("denominator", ""), values.get("product", "")
        return cls(
            study=values.get("study", "")[:20],
            site=values.get("site", "")[:3],
            product=product if product in Product.values else "",
            version=values.get("version", "")[:30],
            denominator=denominator if denominator in DENOMINATORS else "infused",
            cut_on=_day(values.get("cut", "")),
        )

    @property
    def query(self) -> str:
        """The choice as part of an address."""
        values = {
            "study": self.study,
            "site": self.site,
            "product": self.product,
            "version": self.version,
            "denominator": "" if self.denominator == "infused" else self.denominator,
            "cut": self.cut_on.isoformat() if self.cut_on else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except ValueError:
        return None
