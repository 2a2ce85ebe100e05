"""How an action says no."""


class ActionRefused(Exception):
    """An action that was not carried out; nothing of it was kept.

    `sentence` is for a person and names the rule; `field` is the name of the input that it is
    about, None when it is about the whole.
    """

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class NeedsReason(ActionRefused):
    """Something improbable, which is saved as soon as a reason is given."""


class StaleVersion(ActionRefused):
    """Somebody else has changed the row since it was read."""
