"""Age limits, disease burden and its expiry, consent and assent: every boundary on both sides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from participants.domain.eligibility import (
    Burden,
    SignedConsent,
    Verdict,
    adult_on,
    age_at_consent,
    consent_complete,
    disease_burden,
    needs_adult_consent,
    versions_to_reconsent,
    who_signs,
)
from participants.domain.partial_dates import PartialDate, Precision

CONSENT = date(2026, 3, 10)
LD = date(2026, 3, 20)


def born(year: int, month: int = 1, day: int = 1, precision: Precision = Precision.DAY) -> PartialDate:
    return PartialDate(date(year, month, day), precision)


@pytest.mark.parametrize(
    ("birth", "verdict"),
    [
        (born(2025, 3, 10), Verdict.MET),
        (born(2025, 3, 11), Verdict.NOT_MET),
        (born(2001, 3, 11), Verdict.MET),
        (born(2001, 3, 10), Verdict.NOT_MET),
        (born(2001, 1, 1, Precision.YEAR), Verdict.UNKNOWN),
        (born(2000, 1, 1, Precision.YEAR), Verdict.NOT_MET),
        (born(2010, 1, 1, Precision.YEAR), Verdict.MET),
        (born(2001, 3, 1, Precision.MONTH), Verdict.UNKNOWN),
        (None, Verdict.UNKNOWN),
    ],
)
def test_age_counts_on_the_day_of_consent_and_the_upper_limit_is_exclusive(
    birth: PartialDate | None, verdict: Verdict
) -> None:
    assert age_at_consent(birth, None, CONSENT, minimum=1, maximum=25).verdict is verdict


@pytest.mark.parametrize(("age", "verdict"), [(0, "not_met"), (1, "met"), (24, "met"), (25, "not_met")])
def test_a_recorded_age_serves_when_no_birth_date_is_held(age: int, verdict: str) -> None:
    assert age_at_consent(None, age, CONSENT, minimum=1, maximum=25).verdict == verdict


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [("4.99", Verdict.NOT_MET), ("5", Verdict.MET), ("40", Verdict.MET), ("39", Verdict.MET)],
)
def test_marrow_counts_from_five_percent(percent: str, verdict: Verdict) -> None:
    burden = Burden(Decimal(percent), LD, peripheral_blasts=False, peripheral_on=LD)
    assert disease_burden(burden, LD, valid_days=14).verdict is verdict


def test_blasts_in_blood_are_enough() -> None:
    burden = Burden(Decimal(0), LD, peripheral_blasts=True, peripheral_on=LD)
    assert disease_burden(burden, LD, valid_days=14).verdict is Verdict.MET
    blood_alone = Burden(peripheral_blasts=True, peripheral_on=LD)
    assert disease_burden(blood_alone, LD, valid_days=14).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("days_before", "verdict"),
    [(15, Verdict.NOT_MET), (14, Verdict.MET), (0, Verdict.MET), (-1, Verdict.NOT_MET)],
)
def test_evidence_counts_for_fourteen_days_before_lymphodepletion(days_before: int, verdict: Verdict) -> None:
    burden = Burden(Decimal(60), LD - timedelta(days=days_before))
    assert disease_burden(burden, LD, valid_days=14).verdict is verdict


def test_the_latest_of_several_findings_is_named() -> None:
    burden = Burden(Decimal(60), LD - timedelta(days=9), peripheral_blasts=True, peripheral_on=LD)
    for ld_start_on in (None, LD):
        found = disease_burden(burden, ld_start_on, valid_days=14)
        assert found.sentence.startswith("peripheral blasts on 20 Mar 2026")


def test_evidence_expires_when_lymphodepletion_slips() -> None:
    burden = Burden(Decimal(60), LD - timedelta(days=14))
    assert disease_burden(burden, LD + timedelta(days=1), valid_days=14).verdict is Verdict.NOT_MET


def test_blood_can_stand_in_when_the_marrow_has_expired() -> None:
    burden = Burden(Decimal(60), LD - timedelta(days=30), peripheral_blasts=True, peripheral_on=LD)
    assert disease_burden(burden, LD, valid_days=14).verdict is Verdict.MET


def test_marrow_at_the_limit_without_its_date_is_unknown() -> None:
    burden = Burden(Decimal(5), peripheral_blasts=False)
    assert disease_burden(burden, LD, valid_days=14).verdict is Verdict.UNKNOWN


def test_blood_without_blasts_needs_no_date_to_show_none() -> None:
    burden = Burden(Decimal(2), LD, peripheral_blasts=False)
    assert disease_burden(burden, LD, valid_days=14).verdict is Verdict.NOT_MET


def test_a_missing_examination_is_unknown_and_not_a_failure() -> None:
    assert disease_burden(Burden(Decimal(2), LD), LD, valid_days=14).verdict is Verdict.UNKNOWN


def signed(*kinds: str, on: date = CONSENT) -> list[SignedConsent]:
    return [SignedConsent(kind, "1.0", on) for kind in kinds]


@pytest.mark.parametrize(
    ("birth", "kinds", "verdict"),
    [
        (born(2019, 3, 11), ["permission"], Verdict.MET),
        (born(2019, 3, 10), ["permission"], Verdict.NOT_MET),
        (born(2019, 3, 10), ["permission", "assent"], Verdict.MET),
        (born(2008, 3, 11), ["permission", "assent"], Verdict.MET),
        (born(2008, 3, 11), ["permission"], Verdict.NOT_MET),
        (born(2008, 3, 11), ["consent", "permission", "assent"], Verdict.MET),
        (born(2008, 3, 10), ["permission"], Verdict.NOT_MET),
        (born(2008, 3, 10), ["consent"], Verdict.MET),
        (born(2008, 3, 10), ["permission", "consent"], Verdict.MET),
        (born(2019, 1, 1, Precision.YEAR), ["permission"], Verdict.UNKNOWN),
        (None, ["permission"], Verdict.UNKNOWN),
        (born(2015), ["assent"], Verdict.NOT_MET),
    ],
)
def test_who_has_to_sign_follows_from_the_age_on_the_day(
    birth: PartialDate | None, kinds: list[str], verdict: Verdict
) -> None:
    assert consent_complete(signed(*kinds), birth, assent_from=7, assent_to=17).verdict is verdict


def test_the_age_is_that_on_the_day_somebody_agreed_not_of_an_earlier_assent() -> None:
    rows = [*signed("assent", on=CONSENT - timedelta(days=1)), *signed("consent")]
    assert consent_complete(rows, born(2008, 3, 10), assent_from=7, assent_to=17).verdict is Verdict.MET


def test_nobody_is_adult_on_a_day_that_no_birth_date_tells() -> None:
    assert adult_on(None) is None
    assert needs_adult_consent(signed("permission"), None) is None


def test_somebody_born_on_a_leap_day_is_adult_on_the_first_of_march() -> None:
    assert adult_on(born(2008, 2, 29)) == date(2026, 3, 1)


def test_own_consent_is_due_at_the_eighteenth_birthday() -> None:
    birth = born(2008, 6, 1)
    rows = signed("permission", "assent")
    assert needs_adult_consent(rows, birth) == date(2026, 6, 1)
    assert needs_adult_consent([*rows, *signed("permission", on=date(2026, 6, 1))], birth) == date(2026, 6, 1)
    assert needs_adult_consent([*rows, *signed("consent", on=date(2026, 5, 31))], birth) == date(2026, 6, 1)
    assert needs_adult_consent([*rows, *signed("consent", on=date(2026, 6, 1))], birth) is None


def test_an_adult_at_the_first_consent_has_nothing_to_repeat() -> None:
    assert needs_adult_consent(signed("consent"), born(2008, 3, 10)) is None
    assert needs_adult_consent(signed("permission"), born(2008, 3, 10)) is None


def test_an_amendment_asks_only_those_who_were_in_the_study_before_it() -> None:
    asking = [("2.0", CONSENT), ("3.0", CONSENT + timedelta(days=1))]
    assert versions_to_reconsent(signed("consent"), asking) == ["3.0"]
    assert versions_to_reconsent([], asking) == []
    again = signed("consent", on=CONSENT + timedelta(days=9))
    assert versions_to_reconsent([*again, *signed("consent")], asking) == ["3.0"]
    signed_it = SignedConsent("consent", "3.0", CONSENT + timedelta(days=9))
    assert versions_to_reconsent([*signed("consent"), signed_it], asking) == []


@pytest.mark.parametrize(
    ("age", "verdict"), [(24, Verdict.MET), (25, Verdict.NOT_MET), (23, Verdict.UNKNOWN)]
)
def test_a_recorded_age_decides_between_the_ages_of_a_partial_birth_date(age: int, verdict: Verdict) -> None:
    year_only = born(2001, 1, 1, Precision.YEAR)
    assert age_at_consent(year_only, age, CONSENT, minimum=1, maximum=25).verdict is verdict


@pytest.mark.parametrize(
    "burden",
    [
        Burden(Decimal(60), None, peripheral_blasts=False, peripheral_on=LD),
        Burden(Decimal(0), LD, peripheral_blasts=True, peripheral_on=None),
    ],
)
def test_blasts_without_a_date_are_unknown_and_not_a_failure(burden: Burden) -> None:
    assert disease_burden(burden, LD, valid_days=14).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("birth", "verdict"),
    [
        (born(2020, 3, 10), Verdict.NOT_MET),
        (born(2010, 3, 10), Verdict.NOT_MET),
        (born(2008, 1, 1, Precision.YEAR), Verdict.UNKNOWN),
    ],
)
def test_a_minor_does_not_consent_alone(birth: PartialDate, verdict: Verdict) -> None:
    assert consent_complete(signed("consent"), birth, assent_from=7, assent_to=17).verdict is verdict


def test_who_signs_today_when_the_band_of_assent_ends_before_18() -> None:
    found = [who_signs(born(year), CONSENT, assent_from=7, assent_to=15) for year in (2011, 2010, 2009)]
    assert found == ["A parent permits and the child assents.", "A parent permits.", "A parent permits."]


@pytest.mark.parametrize(
    ("birth", "words"),
    [
        (born(2019, 3, 11), "A parent permits."),
        (born(2019, 3, 10), "A parent permits and the child assents."),
        (born(2008, 3, 11), "A parent permits and the child assents."),
        (born(2008, 3, 10), "The participant consents."),
        (born(2008, 1, 1, Precision.YEAR), "Until the 18th birthday"),
        (born(2019, 1, 1, Precision.YEAR), "A parent permits; the child assents at 7 to 17 years."),
        (None, ""),
    ],
)
def test_who_signs_today_follows_from_the_age(birth: PartialDate | None, words: str) -> None:
    found = who_signs(birth, CONSENT, assent_from=7, assent_to=17)
    assert found.startswith(words)
    assert bool(found) is bool(words)
