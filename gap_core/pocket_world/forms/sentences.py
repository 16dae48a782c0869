"""The pocket's short sentences: shared parts of true and of wrong answers.

Called by the files of this folder.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from gap_core.pocket_world.vocabulary import count_phrase, with_article


def joined(parts: list[str]) -> str:
    """An enumeration: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


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
