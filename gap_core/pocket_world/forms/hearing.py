"""Reading facts out of an answer's words, shared by the forms of every subject.

Called by the files of this folder. Words are lower case letters and digits.
"""

from collections.abc import Callable, Iterable

from gap_core.pocket_world.forms.form import Args, Fact
from gap_core.pocket_world.vocabulary import (
    NUMBER_WORDS,
)
from gap_core.pocket_world.vocabulary_full import (
    ALL_KINDS,
)

Reader = Callable[[list[str], Args], Fact | None]

KIND_OF_WORD = {kind.name: kind.name for kind in ALL_KINDS.values()} | {
    kind.plural: kind.name for kind in ALL_KINDS.values()
}
NUMBER_OF_WORD = {word: number for number, word in enumerate(NUMBER_WORDS)} | {
    str(number): number for number in range(len(NUMBER_WORDS))
}
SIDE_WORDS = ("left", "middle", "right", "on", "under", "behind", "in", *KIND_OF_WORD)


def heard(words: list[str], values: Iterable[str]) -> frozenset[str]:
    """Which of the values are among the words."""
    known = {value.lower() for value in values}
    return frozenset(word for word in words if word in known)


def is_none_said(words: list[str]) -> bool:
    """Whether the answer says that there is nothing of it."""
    return any(word in words for word in ("no", "nothing", "nobody"))


def value_reader(values: Iterable[str]) -> Reader:
    """Reads which of the values an answer names, or that there is none."""
    known = tuple(values)

    def read(words: list[str], args: Args) -> Fact | None:
        if is_none_said(words):
            return ("none",)
        found = heard(words, known)
        return (found,) if found else None

    return read


def yes_no_reader(details: Iterable[str] = ()) -> Reader:
    """Reads yes or no, first or last, with the detail beside it ("It is rainy, so no")."""
    known = tuple(details)

    def read(words: list[str], args: Args) -> Fact | None:
        said = next((word for word in (*words[:1], *words[-1:]) if word in ("yes", "no")), None)
        if said is None or not known:
            return None if said is None else (said,)
        return said, heard(words, known)

    return read


def read_number(words: list[str], args: Args) -> Fact | None:
    """The first number from none to sixteen."""
    numbers = [NUMBER_OF_WORD[word] for word in words if word in NUMBER_OF_WORD]
    return (numbers[0],) if numbers else None


def things_reader(skipped: Callable[[Args], Args] = lambda args: ()) -> Reader:
    """Reads how many of which kinds an answer names, but for those that the question named."""

    def read(words: list[str], args: Args) -> Fact | None:
        if is_none_said(words):
            return ("none",)
        counts: dict[str, int] = {}
        for before, word in zip(["", *words], words, strict=False):
            kind = KIND_OF_WORD.get(word)
            if kind and kind not in skipped(args):
                counts[kind] = counts.get(kind, 0) + NUMBER_OF_WORD.get(before, 1)
        return (frozenset(counts.items()),) if counts else None

    return read


def read_kinds(words: list[str], args: Args) -> Fact | None:
    """Which kinds an answer names, whatever their number."""
    if is_none_said(words):
        return ("none",)
    kinds = frozenset(KIND_OF_WORD[word] for word in words if word in KIND_OF_WORD)
    return (kinds,) if kinds else None


def read_text(words: list[str], args: Args) -> Fact | None:
    """All words as they are."""
    return (" ".join(words),) if words else None
