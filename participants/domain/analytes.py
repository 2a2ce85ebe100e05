"""The laboratory values that the trial follows, each with the units that it is reported in.

Source: PACER design, clinical rules (CRS markers, counts, humoral immunity).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Analyte:
    """One laboratory value; the first unit is the usual one."""

    code: str
    name: str
    units: tuple[str, ...]


_CELLS = ("10^9/L", "10^3/uL", "/uL")

ANALYTES: tuple[Analyte, ...] = (
    Analyte("crp", "CRP", ("mg/L", "mg/dL")),
    Analyte("ferritin", "Ferritin", ("ng/mL", "ug/L")),
    Analyte("anc", "ANC", _CELLS),
    Analyte("platelets", "Platelets", _CELLS),
    Analyte("fibrinogen", "Fibrinogen", ("mg/dL", "g/L")),
    Analyte("ldh", "LDH", ("U/L", "ukat/L")),
    Analyte("igg", "IgG", ("mg/dL", "g/L")),
    Analyte("cd19_b_cells", "CD19+ B cells", ("/uL", "10^9/L", "%")),
)
BY_CODE = {analyte.code: analyte for analyte in ANALYTES}


def unit_is_known(code: str, unit: str) -> bool:
    """Say whether a unit is one in which this value is reported."""
    return code in BY_CODE and unit in BY_CODE[code].units


def unit_name(unit: str) -> str:
    """Write a unit for people, with its signs."""
    signs = {"^9": "\N{SUPERSCRIPT NINE}", "^3": "\N{SUPERSCRIPT THREE}", "u": "\N{GREEK SMALL LETTER MU}"}
    for plain, sign in signs.items():
        unit = unit.replace(plain, sign)
    return unit
