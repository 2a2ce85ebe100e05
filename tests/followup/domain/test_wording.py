"""The sentences of a mail."""

import pytest

from followup.domain.wording import SUBJECT_MOST_CHARACTERS, MailContext


def test_one_item_is_singular() -> None:
    assert MailContext(1, "https://x.example/").sentence == "1 item needs attention"


def test_forty_items_are_counted() -> None:
    assert MailContext(40, "https://x.example/").sentence == "40 items need attention"


@pytest.mark.parametrize("count", [1, 40, 10**9])
def test_the_sentence_is_short_and_ascii(count: int) -> None:
    sentence = MailContext(count, "").sentence
    assert sentence.isascii()
    assert len(sentence) <= SUBJECT_MOST_CHARACTERS


def test_a_mail_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one item"):
        MailContext(0, "")


class Row(str):
    """Reads as a text, and is more than that."""


@pytest.mark.parametrize(("count", "link"), [(True, ""), (1, Row("link")), (object(), ""), (1, object())])
def test_anything_but_a_number_and_a_text_is_refused(count: int, link: str) -> None:
    with pytest.raises(TypeError):
        MailContext(count, link)
