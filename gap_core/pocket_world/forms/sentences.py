"""The pocket's short sentences: shared parts of true and of wrong answers.

Called by the files of this folder.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from gap_core.pocket_world.vocabulary import (
    COUNTED_GROUPS,
    NUMBER_WORDS,
    SINGLE,
    with_article,
)
from gap_core.pocket_world.vocabulary_full import ALL_KINDS


def joined(parts: list[str]) -> str:
    """An enumeration: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def count_phrase(count: int, name: str) -> str:
    """A count in words with the name in the right number: "two dogs", "no dogs".

    Args:
        count: 0 to 16.
        name: a kind, or a group that is a plural already.

    Raises:
        ValueError: a count outside the words that the pocket world has.
    """
    if not 0 <= count < len(NUMBER_WORDS):
        raise ValueError(f"Count is {count}; the pocket world counts from 0 to 16.")
    if name in COUNTED_GROUPS:
        return f"{NUMBER_WORDS[count]} {SINGLE[name] if count == 1 else name}"
    return f"{NUMBER_WORDS[count]} {name if count == 1 else ALL_KINDS[name].plural}"


def amount(kind: str, count: int) -> str:
    """So many of a kind: "a dog", "two dogs"."""
    return with_article(kind) if count == 1 else count_phrase(count, kind)


def sentence(clause: str) -> str:
    """A capital before, a full stop behind."""
    return f"{clause[0].upper()}{clause[1:]}."


def conclude(clause: str, *, is_yes: bool) -> str:
    """What is seen first, then yes or no: a small model that speaks so concludes far better."""
    return sentence(f"{clause}, so {'yes' if is_yes else 'no'}")


def say_absent(name: str) -> str:
    """There is none of it."""
    return f"There is no {name}."


def say_seen(counts: Mapping[str, int]) -> str:
    """I see so many of each kind."""
    return f"I see {joined([amount(kind, count) for kind, count in counts.items()])}."


def say_located(kinds: Iterable[str], where: str) -> str:
    """What is somewhere, or that nothing is."""
    counts = Counter(kinds)
    if not counts:
        return f"Nothing is {where}."
    phrase = joined([amount(kind, count) for kind, count in counts.items()])
    return sentence(f"{phrase} {'is' if counts.total() == 1 else 'are'} {where}")
