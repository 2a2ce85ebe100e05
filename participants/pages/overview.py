"""What is known of a participant: details, disease, product."""

from __future__ import annotations

from dataclasses import dataclass

from participants.access import holds
from participants.anchors import CONSENT, known_dates
from participants.domain.roles import Capability
from participants.models import CarTProduct, DiseaseHistory, Participant, StaffMember

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Overview:
    """Pairs of label and value; an empty value is not known yet."""

    details: Pairs
    disease: Pairs
    product: Pairs


def read_overview(participant: Participant, person: StaffMember) -> Overview:
    """Read the details; the birth date only for who may read it."""
    disease = DiseaseHistory.objects.filter(participant=participant).first()
    product = CarTProduct.objects.filter(participant=participant).first()
    return Overview(
        _details(participant, may_read_birth=holds(person, Capability.READ_BIRTH_DATES, participant.site)),
        _disease(disease) if disease else [],
        _product(product) if product else [],
    )


def _details(participant: Participant, *, may_read_birth: bool) -> Pairs:
    consent = known_dates([participant.pk]).get(participant.pk, {}).get(CONSENT)
    age = participant.age_at_consent(consent.on if consent else None)
    coordinator = participant.coordinator
    return [
        ("Enrolment number", participant.enrolment_number or ""),
        ("Site", f"{participant.site.code}, {participant.site.name}"),
        ("Birth date", str(participant.birth or "") if may_read_birth else "shown to the site only"),
        ("Age at consent", f"{age} y" if age else ""),
        ("Sex", participant.get_sex_display()),
        ("Coordinator", coordinator.name if coordinator else ""),
    ]


def _disease(disease: DiseaseHistory) -> Pairs:
    blasts = disease.marrow_blasts_percent
    return [
        ("Diagnosed", _day(disease.diagnosed_on)),
        ("State", disease.get_disease_state_display()),
        ("CNS", disease.get_cns_status_display()),
        ("Lines of treatment before", "" if disease.prior_lines is None else str(disease.prior_lines)),
        (
            "Transplantation before",
            _answer(disease.had_hsct) + (f", {_day(disease.hsct_on)}" if disease.hsct_on else ""),
        ),
        ("Developmental delay", _answer(disease.has_developmental_delay)),
        ("Marrow blasts", "" if blasts is None else f"{blasts.normalize():f} %, {_day(disease.marrow_on)}"),
        (
            "Blasts in blood",
            " ".join(filter(None, [_answer(disease.peripheral_blasts), _day(disease.peripheral_on)])),
        ),
    ]


def _product(product: CarTProduct) -> Pairs:
    cells = product.dose_million_cells
    return [
        ("Product", product.get_product_display()),
        ("Leukapheresis", _day(product.leukapheresis_on)),
        ("Lot", product.lot),
        ("Dose", "" if cells is None else f"{cells.normalize():f} million CAR-positive cells"),
    ]


def _day(on: object) -> str:
    return f"{on:%d %b %Y}" if on else ""


def _answer(value: bool | None) -> str:  # noqa: FBT001
    return {True: "yes", False: "no", None: ""}[value]
