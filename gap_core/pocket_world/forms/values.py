"""Pairs of forms about one value of the scene: "What season is it?" and "Is it spring?".

Called by the files of this folder, which say what the value is and how it is spoken of.
"""

import random
from collections.abc import Callable

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import Args, Form, no_args, no_words
from gap_core.pocket_world.forms.hearing import Reader, is_none_said
from gap_core.pocket_world.forms.naming import own_or_other
from gap_core.pocket_world.forms.sentences import conclude, sentence
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import with_article

ValueOf = Callable[[Scene], str | None]
Clause = Callable[[str], str]


def value_forms(
    names: tuple[str, str],
    category: str,
    *,
    word: str,
    value_of: ValueOf,
    values: Callable[[Scene], tuple[str, ...]],
    clause: Clause,
    reader: Reader,
) -> tuple[Form, Form]:
    """The open form and the yes-or-no form about a value that the whole picture has.

    Args:
        names: of the open form and of the other.
        category: the paper's.
        word: the brace of the wordings; with an article it is {a_word} or {an_word}.
        value_of: the value, None where it can't be seen.
        values: all that might be said.
        clause: the clause that names a value.
        reader: finds the values in an answer.
    """

    def open_args(scene: Scene, rng: random.Random) -> Args | None:
        return no_args(scene, rng) if value_of(scene) is not None else None

    def closed_args(scene: Scene, rng: random.Random) -> Args | None:
        own = value_of(scene)
        return None if own is None else own_or_other(own, values(scene), rng)

    def closed_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
        article = with_article(args[0])
        return {word: args[0], f"a_{word}": article, f"an_{word}": article}

    def other(scene: Scene, rng: random.Random) -> str:
        return rng.choice([value for value in values(scene) if value != value_of(scene)])

    def true_open(scene: Scene, args: Args) -> str:
        return sentence(clause(value_of(scene) or ""))

    def wrong_open(scene: Scene, args: Args, rng: random.Random) -> str:
        return sentence(clause(other(scene, rng)))

    def true_closed(scene: Scene, args: Args) -> str:
        return conclude(clause(value_of(scene) or ""), is_yes=args[0] == value_of(scene))

    def wrong_closed(scene: Scene, args: Args, rng: random.Random) -> str:
        said = other(scene, rng) if args[0] == value_of(scene) else args[0]
        return conclude(clause(said), is_yes=said == args[0])

    return (
        Form(names[0], category, open_args, no_words, true_open, wrong_open, reader),
        Form(
            names[1], category, closed_args, closed_words, true_closed, wrong_closed,
            with_yes_or_no(reader),
        ),
    )  # fmt: skip


def with_yes_or_no(reader: Reader) -> Reader:
    """Reads yes or no, first or last, and what the reader finds beside it."""

    def read(words: list[str], args: Args) -> tuple[object, ...] | None:
        said = next((word for word in (*words[:1], *words[-1:]) if word in ("yes", "no")), None)
        if said is None:
            return None
        rest = [word for word in words if word not in ("yes", "no")]
        return said, reader(rest, args)

    return read


def phrase_reader(meaning: dict[str, str]) -> Reader:
    """Reads values by telling words ("sketch", "pencil"); one that says none reads as none."""

    def read(words: list[str], args: Args) -> tuple[object, ...] | None:
        found = frozenset(meaning[word] for word in words if word in meaning)
        if found:
            return (found,)
        return ("none",) if is_none_said(words) else None

    return read
