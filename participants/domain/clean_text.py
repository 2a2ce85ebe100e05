"""Text as it is kept: composed, without characters that nobody can see.

What cannot be stored or shown is refused; what only hides is removed by rule. The joiner U+200D
stays in notes, because emoji are made with it; in a line that names something nothing hidden stays.

Source: PACER design, access and audit ("Bad input"); Unicode Standard, chapter 23 (format characters).
"""

import unicodedata

# Marks that order text from right to left without a trace, and blanks of no width.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_WIDTH = frozenset("\u00ad\u180e\u200b\u200c\u2060\ufeff")
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def clean_note(text: str) -> str:
    """Return a text of several lines as it is kept; directions and blanks of no width are removed.

    Raises ValueError for characters that no database or page can hold.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(char for char in unified if char not in _DIRECTION and char not in _NO_WIDTH)
    _refuse_unstorable(shown, allowed="\n\t")
    return unicodedata.normalize("NFC", shown).strip()


def clean_line(text: str) -> str:
    """Return a text of one line as it is kept. Raises ValueError as clean_note does, and for a line end."""
    trimmed = text.strip()
    if not _LINE_ENDS.isdisjoint(trimmed):
        raise ValueError("Write one line only.")
    return clean_note(trimmed.replace("\t", " "))


def clean_identifier(text: str) -> str:
    """Return an identifier trimmed; any character outside of printable ASCII raises ValueError."""
    trimmed = text.strip()
    if not trimmed.isascii() or not trimmed.isprintable():
        raise ValueError(
            "Use plain letters, digits and hyphens only; a hidden or foreign character is in it."
        )
    return trimmed


def _refuse_unstorable(text: str, *, allowed: str) -> None:
    for char in text:
        if char == "\x00":
            raise ValueError("A NUL character is in it, which cannot be kept.")
        kind = unicodedata.category(char)
        if kind == "Cs":
            raise ValueError("Half of a character is in it, which cannot be kept; type it again.")
        if kind == "Cc" and char not in allowed:
            raise ValueError("A control character is in it, which cannot be kept.")
