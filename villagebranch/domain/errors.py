"""The two sorts of failure a person can meet; anything else is our bug."""

from collections.abc import Mapping


class Refused(Exception):
    """The person can change the input: `problems` maps a field's name ('' for the whole form) to a Chinese sentence."""

    def __init__(self, problems: Mapping[str, str] | str) -> None:
        self.problems: dict[str, str] = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("；".join(dict.fromkeys(self.problems.values())))


class Trouble(Exception):
    """Something stands in the way (disk full, stick gone, file open elsewhere): one Chinese sentence, nothing was lost."""


class Unreadable(ValueError):
    """A text that a `Value` cannot read; the message says in Chinese how to mend it."""
