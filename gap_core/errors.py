"""What a person can mend, in words for that person."""

from typing import Self


class GapError(Exception):
    """What is wrong, what was expected, what to do next; safe to show to a player."""


class Sentence(str):
    """An English sentence with its values filled in; it still knows both, to be translated by.

    A value that is a `Sentence` itself, such as the name of a field, is translated too.
    """

    message: str
    values: dict[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """Fill `{name}` in; whole numbers get the commas of English."""
        shown = {name: _shown(value) for name, value in values.items()}
        told = super().__new__(cls, message.format(**shown) if values else message)
        told.message, told.values = message, values
        return told


class PlayerError(GapError):
    """A refusal that players read, in the language they chose: see `sentence`."""

    def __init__(self, message: str, /, **values: object) -> None:
        self.sentence = message if isinstance(message, Sentence) else Sentence(message, **values)
        super().__init__(str(self.sentence))


def said(error: Exception) -> str:
    """The error's words; a `Sentence` where they can be translated."""
    return error.sentence if isinstance(error, PlayerError) else str(error)


def _shown(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value
