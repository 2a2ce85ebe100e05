"""Eligibility: age, disease burden and its expiring evidence, consent and assent.

Source: ClinicalTrials.gov NCT06703216; PACER design, clinical rules, sections 0 (trap 1) and 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from participants.domain.partial_dates import PartialDate, age_range_years

# Entry asks for 5 % marrow blasts; 40 % is another trial's cut-off.
BURDEN_FROM_PERCENT = Decimal(5)
ADULT_FROM_YEARS = 18


class Verdict(StrEnum):
    """Whether a rule is met, as far as what is recorded can tell."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What a rule says about a participant, in one sentence."""

    verdict: Verdict
    sentence: str


def age_at_consent(
    birth: PartialDate | None, age_years: int | None, consent_on: date | None, *, minimum: int, maximum: int
) -> Finding:
    """Say whether the age at consent lies within the limits; the maximum itself does not.

    `age_years` is the age at consent where no birth date is held, and decides between the ages that
    a partly known one allows. Unknown when both answers stay possible, when the two contradict each
    other, or when nothing is recorded.
    """
    if birth is not None and consent_on is not None and birth.earliest <= consent_on:
        lowest, highest = age_range_years(birth, consent_on)
        if age_years is not None and not lowest <= age_years <= highest:
            return Finding(Verdict.UNKNOWN, "The birth date and the age at consent contradict each other.")
        if age_years is not None:
            lowest = highest = age_years
    elif age_years is not None:
        lowest = highest = age_years
    else:
        return Finding(Verdict.UNKNOWN, "The age at consent is not recorded.")
    words = f"{lowest} years" if lowest == highest else f"{lowest} to {highest} years"
    within = [minimum <= age < maximum for age in range(lowest, highest + 1)]
    limits = f"{minimum} to under {maximum} years"
    if all(within):
        return Finding(Verdict.MET, f"{words} at consent, within {limits}.")
    if not any(within):
        return Finding(Verdict.NOT_MET, f"{words} at consent, not within {limits}.")
    return Finding(Verdict.UNKNOWN, f"{words} at consent: the birth date has to be known more exactly.")


@dataclass(frozen=True)
class Burden:
    """Marrow and blood at baseline with their dates; None where not recorded. Blasts in percent."""

    marrow_blasts_percent: Decimal | None = None
    marrow_on: date | None = None
    peripheral_blasts: bool | None = None
    peripheral_on: date | None = None

    def qualifying(self) -> list[tuple[str, date]]:
        """List the findings that qualify, each with its date: marrow from 5 %, any blasts in blood."""
        found = []
        if (
            self.marrow_blasts_percent is not None
            and self.marrow_blasts_percent >= BURDEN_FROM_PERCENT
            and self.marrow_on
        ):
            found.append((f"marrow blasts {self.marrow_blasts_percent.normalize():f} %", self.marrow_on))
        if self.peripheral_blasts and self.peripheral_on:
            found.append(("peripheral blasts", self.peripheral_on))
        return found

    @property
    def lacks_a_date(self) -> bool:
        """Say whether something would qualify if only its date were recorded."""
        marrow = self.marrow_blasts_percent is not None and self.marrow_blasts_percent >= BURDEN_FROM_PERCENT
        return (marrow and self.marrow_on is None) or bool(self.peripheral_blasts and not self.peripheral_on)


def disease_burden(burden: Burden, ld_start_on: date | None, *, valid_days: int) -> Finding:
    """Say whether the burden at entry is shown by evidence dated within days before lymphodepletion.

    Both ends count: evidence of the day of lymphodepletion, and of `valid_days` before it. Without
    a date of lymphodepletion the finding stands and its expiry is unknown.
    """
    qualifying = burden.qualifying()
    if not qualifying:
        if burden.lacks_a_date:
            return Finding(Verdict.UNKNOWN, "Blasts are recorded without the date of the examination.")
        if burden.marrow_blasts_percent is None or burden.peripheral_blasts is None:
            return Finding(Verdict.UNKNOWN, "Marrow and blood are not both recorded with their dates.")
        return Finding(Verdict.NOT_MET, "Marrow blasts are below 5 % and no blasts circulate.")
    name, on = max(qualifying, key=lambda item: item[1])
    if ld_start_on is None:
        return Finding(Verdict.MET, f"{name} on {on:%d %b %Y}; no date of lymphodepletion yet.")
    in_time = [(name, day) for name, day in qualifying if day <= ld_start_on <= expires_on(day, valid_days)]
    if in_time:
        name, on = max(in_time, key=lambda item: item[1])
        return Finding(
            Verdict.MET, f"{name} on {on:%d %b %Y}, within {valid_days} days before lymphodepletion."
        )
    if on > ld_start_on:
        return Finding(Verdict.NOT_MET, f"{name} on {on:%d %b %Y} is after the start of lymphodepletion.")
    days = (ld_start_on - on).days
    return Finding(
        Verdict.NOT_MET, f"{name} on {on:%d %b %Y} is {days} days before lymphodepletion: it has expired."
    )


def expires_on(evidence_on: date, valid_days: int) -> date:
    """Return the last day on which lymphodepletion may start for the evidence to count."""
    return evidence_on + timedelta(days=valid_days)


@dataclass(frozen=True)
class SignedConsent:
    """A signed row: its kind ("consent", "permission", "assent"), version and date."""

    kind: str
    version: str
    signed_on: date


def consent_complete(
    signed: Iterable[SignedConsent], birth: PartialDate | None, *, assent_from: int, assent_to: int
) -> Finding:
    """Say whether consent or permission is there, and assent where the age asks for it.

    From 18 on the participant consents; before it a parent permits, and a child of the assent band
    (both ends included) assents. Ages are those on the day of the first signature.
    """
    rows = sorted(signed, key=lambda row: row.signed_on)
    agreed = [row for row in rows if row.kind in {"consent", "permission"}]
    if not agreed:
        return Finding(Verdict.NOT_MET, "No consent or permission is recorded.")
    on = agreed[0].signed_on
    if birth is None or birth.earliest > on:
        return Finding(
            Verdict.UNKNOWN, f"Signed {on:%d %b %Y}; whether assent is needed depends on the birth date."
        )
    lowest, highest = age_range_years(birth, on)
    if lowest >= ADULT_FROM_YEARS and not any(row.kind == "consent" for row in agreed):
        return Finding(Verdict.NOT_MET, "An adult consents; only a permission is recorded.")
    if lowest < ADULT_FROM_YEARS and not any(row.kind == "permission" for row in agreed):
        sure = highest < ADULT_FROM_YEARS
        return Finding(
            Verdict.NOT_MET if sure else Verdict.UNKNOWN,
            "A minor cannot consent alone; parental permission is not recorded.",
        )
    needs_assent = assent_from <= highest and lowest <= assent_to
    if needs_assent and not any(row.kind == "assent" for row in rows):
        sure = assent_from <= lowest and highest <= assent_to
        return Finding(
            Verdict.NOT_MET if sure else Verdict.UNKNOWN, f"Signed {on:%d %b %Y}; assent is not recorded."
        )
    return Finding(Verdict.MET, f"Signed {on:%d %b %Y}.")


def who_signs(birth: PartialDate | None, on: date, *, assent_from: int, assent_to: int) -> str:
    """Say who has to sign on a day, by the age then; "" while the birth date does not tell."""
    if birth is None or birth.earliest > on:
        return ""
    lowest, highest = age_range_years(birth, on)
    if lowest >= ADULT_FROM_YEARS:
        return "The participant consents."
    if highest >= ADULT_FROM_YEARS:
        return (
            "Until the 18th birthday a parent permits and the child assents; then the participant consents."
        )
    if highest < assent_from or lowest > assent_to:
        return "A parent permits."
    sure = assent_from <= lowest and highest <= assent_to
    return (
        "A parent permits and the child assents."
        if sure
        else (f"A parent permits; the child assents at {assent_from} to {assent_to} years.")
    )


def adult_on(birth: PartialDate | None) -> date | None:
    """Return the first day on which the participant can be 18; None without a birth date.

    Born on 29 February, one is 18 on 1 March.
    """
    if birth is None:
        return None
    try:
        return birth.earliest.replace(year=birth.earliest.year + ADULT_FROM_YEARS)
    except ValueError:
        return date(birth.earliest.year + ADULT_FROM_YEARS, 3, 1)


def needs_adult_consent(signed: Iterable[SignedConsent], birth: PartialDate | None) -> date | None:
    """Return the 18th birthday from which own consent is missing or will be, None when nothing is to do.

    Somebody who has consented on or after the birthday has done so. Never blocks safety data.
    """
    birthday = adult_on(birth)
    rows = list(signed)
    if birthday is None or not rows or min(row.signed_on for row in rows) >= birthday:
        return None
    done = any(row.kind == "consent" and row.signed_on >= birthday for row in rows)
    return None if done else birthday


def versions_to_reconsent(signed: Iterable[SignedConsent], asking: Iterable[tuple[str, date]]) -> list[str]:
    """List the consent versions that ask those already in the study to consent again, and were not signed.

    `asking` gives the label and approval date of each such version. Only versions approved after
    the first signature concern somebody.
    """
    rows = list(signed)
    if not rows:
        return []
    first = min(row.signed_on for row in rows)
    have = {row.version for row in rows}
    return [label for label, approved_on in asking if approved_on > first and label not in have]
