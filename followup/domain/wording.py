"""The only sentences that a mail may hold: a count and a link.

Nothing of the record enters a mail: no name, date, code or text. Source: PACER design, reminders,
"What a mail may say", level 0.
"""

from dataclasses import dataclass

SUBJECT_MOST_CHARACTERS = 78


@dataclass(frozen=True)
class MailContext:
    """All that the templates of a mail are given: how many items, and where to read them.

    Raises ValueError for a count below 1, and TypeError for anything but a number and a text: a
    row of the database cannot get in.
    """

    count: int
    link: str

    def __post_init__(self) -> None:
        if type(self.count) is not int or type(self.link) is not str:
            raise TypeError("A mail is given a number and a text, nothing else.")
        if self.count < 1:
            raise ValueError("A mail is about one item at least.")

    @property
    def sentence(self) -> str:
        """The sentence that is the subject and opens the text."""
        return "1 item needs attention" if self.count == 1 else f"{self.count} items need attention"
