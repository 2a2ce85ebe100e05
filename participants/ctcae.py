"""The CTCAE terms that come with PACER, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from participants.domain.ctcae import VERSIONS, Term, read_terms, term_named

TERMS_FILE = Path(__file__).parent / "data" / "ctcae_terms.json"


@cache
def ctcae_terms(version: str) -> tuple[Term, ...]:
    """Return the terms of a version; none for a version that does not exist."""
    if version not in VERSIONS:
        return ()
    rows = json.loads(TERMS_FILE.read_text(encoding="utf-8"))["versions"][version]
    return read_terms(rows)


def ctcae_term(version: str, name: str) -> Term | None:
    """Return a term by its name; None for one that the list does not hold."""
    return term_named(ctcae_terms(version), name)
