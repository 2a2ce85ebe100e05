"""E-mail addresses as PACER accepts them: plain ASCII, one mailbox, at a domain that may be written to.

Narrower than the standard on purpose: quoted names, comments, address literals and foreign scripts
are legal there and only ever an accident or an attack in the list of a hospital's staff.

Source: RFC 5321, sections 4.1.2 (dot-string, domain) and 4.5.3.1 (lengths).
"""

import re
from collections.abc import Collection

LONGEST = 254
_LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*\.[A-Za-z]{{2,63}})")


def read_address(written: str, domains: Collection[str] = ()) -> str:
    """Return an address as it is kept: trimmed, in small letters.

    `domains` are those that may be written to, themselves and below; none means any.
    Raises ValueError with a sentence for a person.
    """
    trimmed = written.strip(" ")
    if len(trimmed) > LONGEST:
        raise ValueError(f"Write at most {LONGEST} characters.")
    if not trimmed.isascii():
        raise ValueError("Use plain letters without accents; a hidden or foreign character is in it.")
    found = _ADDRESS.fullmatch(trimmed)
    if found is None or len(found[1]) > _LONGEST_LOCAL:
        raise ValueError("Write one address such as name@hospital.org.")
    domain = found[2].lower()
    if domains and not any(domain == known or domain.endswith(f".{known}") for known in domains):
        raise ValueError(f"This installation writes only to {', '.join(sorted(domains))}.")
    return trimmed.lower()
