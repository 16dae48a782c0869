"""One form of question with the ways an expert answers it. Forms live in forms_*.py.

Called by cases.py. The last fifth of four or more wordings is held out of training.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Form:
    """A question's wordings, short answers under the sentence they mean, and whole sentences.

    Braces are slots. A short answer draws no slot that its question and sentence do not have, so
    sentence and answer have the same facts by construction.
    """

    category: str
    asks: tuple[str, ...]
    brief: dict[str, tuple[str, ...]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()


def seen(wordings: tuple[str, ...]) -> tuple[str, ...]:
    """The wordings that training draws from."""
    return wordings[: len(wordings) - len(wordings) // 4]


def held_out(wordings: tuple[str, ...]) -> tuple[str, ...]:
    """The wordings that only measuring draws from; all of them where there are too few."""
    return wordings[len(wordings) - len(wordings) // 4 :] if len(wordings) >= 4 else wordings
