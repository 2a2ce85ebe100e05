"""Terms of the Common Terminology Criteria for Adverse Events, by version.

Source: National Cancer Institute, CTCAE v5.0 and v6.0; the words of the grades are theirs. The same
term can be graded differently in the two versions, so that the version is kept with each event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

VERSIONS = ("5.0", "6.0")
SUGGESTIONS = 12


@dataclass(frozen=True)
class Term:
    """One term with the words of those grades that it has; not every term has all five."""

    name: str
    organ_class: str
    grades: Mapping[int, str]


def read_terms(rows: Iterable[Mapping[str, object]]) -> tuple[Term, ...]:
    """Read the terms of one version from rows with term, class and grades."""
    found = []
    for row in rows:
        grades = row["grades"]
        if not isinstance(grades, Mapping):
            raise ValueError("a term comes with its grades")
        worded = {int(grade): str(words) for grade, words in sorted(grades.items())}
        found.append(Term(str(row["term"]), str(row["class"]), worded))
    return tuple(found)


def find_terms(terms: Iterable[Term], text: str, limit: int = SUGGESTIONS) -> list[Term]:
    """Return the terms that a text being typed may mean, the likeliest first; none for no text.

    All its words have to occur. A term that begins with the text goes first, then one of which a
    word does, then the rest, each by name.
    """
    wanted = text.strip().lower()
    words = wanted.split()
    if not words:
        return []
    fitting = [term for term in terms if all(word in term.name.lower() for word in words)]
    return sorted(fitting, key=lambda term: (_distance(term.name.lower(), wanted), term.name))[:limit]


def term_named(terms: Iterable[Term], name: str) -> Term | None:
    """Return the term of a name, whatever its case; None for a term that the list does not hold."""
    wanted = name.strip().lower()
    return next((term for term in terms if term.name.lower() == wanted), None)


def check_grade(term: Term | None, version: str, grade: int) -> None:
    """Refuse a grade that a term does not have in its version; a term outside of the list has 1 to 5.

    Raises ValueError, naming the grades that there are.
    """
    possible = sorted(term.grades) if term else range(1, 6)
    if grade not in possible:
        name = f"{term.name} in CTCAE v{version}" if term else "A CTCAE term"
        raise ValueError(f"{name} has {_grades(list(possible))}, no grade {grade}.")


def _grades(possible: Sequence[int]) -> str:
    if len(possible) == 1:
        return f"grade {possible[0]} only"
    return f"the grades {', '.join(map(str, possible[:-1]))} and {possible[-1]}"


def _distance(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0
    return 1 if any(word.startswith(wanted) for word in name.split()) else 2
