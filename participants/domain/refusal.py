"""Say why an input cannot be true."""


class Impossible(ValueError):
    """An input that cannot be: names the field and the rule, never repeats the value.

    `field` is None when the input as a whole is meant.
    """

    def __init__(self, field: str | None, rule: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.rule = rule
        self.message = message
