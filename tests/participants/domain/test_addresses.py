"""E-mail addresses: plain, one, and at a domain that may be written to."""

import pytest

from participants.domain.addresses import read_address


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a@b.co", "a@b.co"),
        ("  Ada.Lovelace+study@Hospital.Example.ORG ", "ada.lovelace+study@hospital.example.org"),
        ("o'neill@kids-hospital.org", "o'neill@kids-hospital.org"),
    ],
)
def test_address_is_kept_in_small_letters_when_it_is_plain(written: str, kept: str) -> None:
    assert read_address(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a",
        "a@b",
        "a@b@c.org",
        "a b@c.org",
        "a@b.co\nBcc:x@y.z",
        "a@b.co\r\n",
        "a@b.co\t",
        "a@b.co\u202e",
        "a@b.co\x00",
        "\uff41@b.co",
        "m\u00fcller@b.org",
        "a@[127.0.0.1]",
        '"a b"@c.org',
        "a(comment)@b.org",
        "a@-b.org",
        "a@b..org",
        ".a@b.org",
        "a.@b.org",
        "a@b.o",
        "a@b.123",
        "a,b@c.org",
        "A <a@b.org>",
        "x" * 65 + "@b.org",
        "a@" + "b" * 64 + ".org",
        "a@" + "b." * 130 + "org",
    ],
)
def test_address_is_refused_when_it_is_not_one_plain_mailbox(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_address(written)


@pytest.mark.parametrize("written", ["a@hospital.org", "a@ward.hospital.org"])
def test_address_is_accepted_when_its_domain_is_allowed(written: str) -> None:
    assert read_address(written, ["hospital.org"]) == written


@pytest.mark.parametrize("written", ["a@elsewhere.org", "a@myhospital.org", "a@hospital.org.evil.test"])
def test_address_is_refused_when_its_domain_is_not_allowed(written: str) -> None:
    with pytest.raises(ValueError, match=r"hospital\.org"):
        read_address(written, ["hospital.org"])
