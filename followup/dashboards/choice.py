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
# Age at consent in completed years, both ends included [setting]: with 12 the ICE score takes over from
# CAPD, with 18 the participant consents.
AGE_BANDS: dict[str, tuple[str, int, int]] = {
    "to-11": ("under 12 years", 0, 11),
    "12-to-17": ("12 to 17 years", 12, 17),
    "from-18": ("18 years and over", 18, 150),
}
# Who of the denominator is counted; the analysis plan says who is evaluable.
ANALYSIS_SETS = {"": "All in the denominator", "evaluable": "Evaluable for severe CRS"}


@dataclass(frozen=True)
class Choice:
    """What the page counts; "" and None are no choice.

    `product` and `age` are the cohort. `analysis` is the analysis set, within the denominator. Facts
    dated after the cut do not count; the cut's own day does. `refusal` says why the typed cut, kept in
    `unread`, cannot be read: then the last one that could be read stands.
    """

    study: str = ""
    site: str = ""
    product: str = ""
    age: str = ""
    version: str = ""
    denominator: str = "infused"
    analysis: str = ""
    cut_on: date | None = None
    unread: str = ""
    refusal: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> Choice:
        """Read the choice from an address; unknown values count as no choice.

        A cut that cannot be read and a site, whoever's it is, are kept: both are told.
        """
        cut_on, unread, refusal = _cut(values.get("cut", "").strip(), values.get("stood", ""))
        denominator, product = values.get("denominator", ""), values.get("product", "")
        age, analysis = values.get("age", ""), values.get("set", "")
        return cls(
            study=values.get("study", "")[:20],
            site=values.get("site", "").strip().upper()[:10],
            product=product if product in Product.values else "",
            age=age if age in AGE_BANDS else "",
            version=values.get("version", "")[:30],
            denominator=denominator if denominator in DENOMINATORS else "infused",
            analysis=analysis if analysis in ANALYSIS_SETS else "",
            cut_on=cut_on,
            unread=unread,
            refusal=refusal,
        )

    @property
    def query(self) -> str:
        """The choice as part of an address."""
        values = {
            "study": self.study,
            "site": self.site,
            "product": self.product,
            "age": self.age,
            "version": self.version,
            "denominator": "" if self.denominator == "infused" else self.denominator,
            "set": self.analysis,
            "cut": self.cut_on.isoformat() if self.cut_on else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


def _cut(typed: str, stood: str) -> tuple[date | None, str, str]:
    """Return the data cut, and what was typed and why it cannot be read; `stood` is the cut before it."""
    if not typed:
        return None, "", ""
    try:
        return read_date(typed), "", ""
    except ValueError as refused:
        before, _, _ = _cut(stood, "")
        return before, typed[:40], str(refused)
